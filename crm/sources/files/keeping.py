"""Files kept by content: what a run has begun to read stays as it was."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PureWindowsPath
from typing import IO, TYPE_CHECKING

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "crm"
# What one file of a source may weigh: some ten million rows.
MAX_BYTES = 2 * 1024**3
_PIECE = 1 << 20
# Younger files may be about to be named by a table.
_GRACE = timedelta(days=1)
_RESUMABLE = timedelta(days=30)
_NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Kept:
    path: str
    sha256: str
    size: int


def keep(content: IO[bytes]) -> Kept:
    """Store the content once, whoever brings it and however often; raises DomainError."""
    with tempfile.TemporaryFile() as copy:
        digest, size = hashlib.sha256(), 0
        while piece := content.read(_PIECE):
            size += len(piece)
            if size > MAX_BYTES:
                sentence = _("The file is larger than %(limit)d MB: split it.")
                limit = MAX_BYTES // 1024**2
                raise DomainError(sentence % {"limit": limit}, code="file_too_large", field="file")
            digest.update(piece)
            copy.write(piece)
        sha256 = digest.hexdigest()
        path = f"{FOLDER}/{sha256[:2]}/{sha256}"
        if not default_storage.exists(path) or default_storage.size(path) != size:
            copy.seek(0)
            default_storage.delete(path)
            path = default_storage.save(path, File(copy))
    return Kept(path, sha256, size)


def open_kept(path: str) -> IO[bytes]:
    """The file, seekable, not in memory; raises DomainError where it is gone."""
    try:
        return Path(default_storage.path(path)).open("rb")
    except NotImplementedError:
        return _fetched(path)
    except OSError as error:
        raise _gone() from error


def safe_name(filename: str) -> str:
    """The last part of a name that somebody's machine gave, without what is not shown."""
    name = PureWindowsPath(filename.replace("/", "\\")).name
    return re.sub(r"[\x00-\x1f\x7f]", "", name).strip()[-_NAME_LENGTH:] or _("file")


def prune() -> int:
    """Delete the kept files that no table and no sync refers to; how many there were."""
    from crm.models import SourceFile, SyncRun, TableRun  # noqa: PLC0415 - after the apps

    used = set(SourceFile.objects.values_list("path", flat=True))
    # A run that stopped may still be told to go on.
    recent = Q(run__requested_at__gt=timezone.now() - _RESUMABLE)
    needed = Q(run__status__in=SyncRun.OPEN) | recent
    for inputs in TableRun.objects.filter(needed).values_list("inputs", flat=True):
        used.update(file["path"] for file in inputs.get("files", ()))
    gone = [path for path in _stored() if path not in used and _is_old(path)]
    for path in gone:
        default_storage.delete(path)
    return len(gone)


def _stored() -> Iterator[str]:
    try:
        folders, _files = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return
    for folder in folders:
        for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            yield f"{FOLDER}/{folder}/{name}"


def _is_old(path: str) -> bool:
    return timezone.now() - default_storage.get_modified_time(path) > _GRACE


def _fetched(path: str) -> IO[bytes]:
    """A copy on this machine's disk: elsewhere a file cannot be read from the middle."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        with default_storage.open(path) as kept:
            shutil.copyfileobj(kept, copy, _PIECE)
    except OSError as error:
        copy.close()
        raise _gone() from error
    copy.seek(0)
    return copy


def _gone() -> DomainError:
    sentence = _("The file is no longer kept: upload it again.")
    return DomainError(sentence, code="file_gone", field="file")
