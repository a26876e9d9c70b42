"""Exports that another program leaves in a folder of this machine."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import BufferedReader

SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods")


def checked_folder(folder: str) -> Path:
    """The real folder; raises DomainError where it is not below one of IMPORT_FOLDERS."""
    allowed = [Path(root).resolve() for root in settings.IMPORT_FOLDERS if root.strip()]
    if not allowed:
        raise _refused(
            _("No folder of the server is open to sources: name it in IMPORT_FOLDERS."), folder
        )
    try:
        real = Path(folder).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        real = None
    # Outside of what is allowed, what is there and what is not looks the same.
    if real is None or not real.is_dir() or not any(map(real.is_relative_to, allowed)):
        raise _refused(
            _("“%(folder)s” is no folder below one of IMPORT_FOLDERS: choose another."), folder
        )
    return real


def newest(folder: Path, prefix: str) -> Path | None:
    """The newest table whose name begins so, in any case; a link out of the folder is none."""
    try:
        with os.scandir(folder) as entries:
            return max(_tables(entries, prefix), default=(0.0, None))[1]
    except OSError as error:
        raise _refused(_("“%(folder)s” cannot be read: try again."), folder.name) from error


def open_whole(path: Path) -> BufferedReader:
    """The file; raises DomainError where it is gone."""
    try:
        # The link that was none a moment ago is not followed.
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except OSError as error:
        raise _refused(_("“%(folder)s” cannot be read: try again."), path.name) from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise _refused(_("“%(folder)s” is no file."), path.name)
    return file


def refuse_growing(file: IO[bytes], before: os.stat_result, name: str) -> None:
    """DomainError where the file is not what it was when its reading began."""
    now = os.fstat(file.fileno())
    if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise _refused(_("“%(folder)s” is being written: sync again when it is whole."), name)


def _tables(entries: Iterable[os.DirEntry[str]], prefix: str) -> Iterator[tuple[float, Path]]:
    """When each was written, and its path."""
    for entry in entries:
        name = entry.name.lower()
        if not name.startswith(prefix) or not name.endswith(SUFFIXES):
            continue
        # One that is gone again is none.
        with suppress(FileNotFoundError):
            if entry.is_file(follow_symlinks=False):
                yield entry.stat(follow_symlinks=False).st_mtime, Path(entry.path)


def _refused(sentence: str, value: str) -> DomainError:
    return DomainError(
        sentence % {"folder": value[:200]}, code="folder", field="folder", value=value
    )
