"""Mails that a person uploads: saved .eml files, or zip archives of them."""

from __future__ import annotations

import io
import zipfile
import zlib
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError
from backoffice.messaging import desks
from backoffice.messaging.importing import MAIL
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.models import MailboxRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.contrib.auth.models import AbstractBaseUser
    from django.core.files.uploadedfile import UploadedFile

MAX_MAILS = 200
# Of all mails together, unpacked; the request stores them while the person waits.
MAX_BYTES = 100 * 1024**2
ZIP = ".zip"
_MAIL_HEADERS = ("From", "To", "Subject", "Date", "Message-ID", "Received")
_NAME_LENGTH = 80
# What zipfile raises on a hostile archive is more than it documents.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
)
# With folders and other files beside the mails; each takes time and memory before it is looked at.
_MAX_ENTRIES = 5000
# What an entry of an archive's directory begins with, whatever the archive says of their number.
_ENTRY = b"PK\x01\x02"
# The others unpack with as much memory as the archive asks for.
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NO_MAIL = gettext_lazy("only .eml files are mails")


def take_in(files: Sequence[UploadedFile[Any]], *, desk: str, by: AbstractBaseUser) -> MailboxRun:
    """Store the mails of these files for ``desk``, as if a mailbox had brought them.

    They go through the door of ``import_messages``: a mail that is known stays
    as it is. A file that is no mail is told of on the returned run and skipped.
    ``DomainError`` where there is nothing to take in, or too much: then nothing is.
    """
    if desk not in {entry.name for entry in desks.all_desks()}:
        raise _refused(_("Choose the desk these mails are for."), "desk", "desk")
    mails, complaints = _unpack(files)
    if not mails and not complaints:
        raise _refused(_("Choose at least one .eml file, or a zip archive of them."), "no_files")
    run = MailboxRun.objects.create(
        source=MailboxRun.Source.FILES,
        mailbox=desk,
        asked_by_id=by.pk,
        status=MailboxRun.Status.RUNNING,
        started_at=timezone.now(),
        seen_at=timezone.now(),
        found=len(mails) + len(complaints),
    )
    for content in mails:
        _message, created = receive_mail(Mail(content, desk=desk, run_id=run.pk))
        run.stored += created
        run.known += not created
    run.status = MailboxRun.Status.DONE if mails else MailboxRun.Status.FAILED
    run.error = "\n".join(complaints)
    run.finished_at = timezone.now()
    run.save(update_fields=["stored", "known", "status", "error", "finished_at"])
    return run


def _unpack(files: Sequence[UploadedFile[Any]]) -> tuple[list[bytes], list[str]]:
    """The mails, and a sentence for each file that is none; checks the limits as it goes."""
    total = sum(file.size or 0 for file in files)
    _check_limits(number=0, size=total)
    mails: list[bytes] = []
    complaints: list[str] = []
    size = 0
    for name, content in (part for file in files for part in _parts(file)):
        # What is refused was unpacked too.
        size += len(content) if isinstance(content, bytes) else 0
        try:
            mails.append(_checked(name, content))
        except ValueError as error:
            complaints.append(f"{name[-_NAME_LENGTH:]}: {error}")
        _check_limits(number=len(mails) + len(complaints), size=size)
    return mails, complaints


def _parts(file: UploadedFile[Any]) -> Iterator[tuple[str, bytes | ValueError]]:
    name = file.name or "?"
    if not name.lower().endswith(ZIP):
        yield name, file.read()
        return
    content = file.read()
    if content.count(_ENTRY) > _MAX_ENTRIES:
        yield name, ValueError(_("the archive holds too many files"))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _members(archive)
    except _BROKEN:
        yield name, ValueError(_("the archive cannot be opened"))


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes | ValueError]]:
    for member in archive.infolist():
        # What macOS puts beside each file.
        if member.is_dir() or member.filename.startswith("__MACOSX/"):
            continue
        if not member.filename.lower().endswith(MAIL):
            yield member.filename, ValueError(_NO_MAIL)
            continue
        if member.flag_bits & 0x1:
            yield member.filename, ValueError(_("it is protected by a password"))
            continue
        if member.compress_type not in _PACKINGS:
            yield member.filename, ValueError(_("it is packed in a way that we do not open"))
            continue
        with archive.open(member) as stream:
            # The size that the archive claims may be a lie.
            yield member.filename, stream.read(settings.MAX_DOCUMENT_BYTES + 1)


def _checked(name: str, content: bytes | ValueError) -> bytes:
    if isinstance(content, ValueError):
        raise content
    if not name.lower().endswith(MAIL):
        raise ValueError(_NO_MAIL)
    if not content.strip():
        raise ValueError(_("the file is empty"))
    if len(content) > settings.MAX_DOCUMENT_BYTES:
        limit = filesizeformat(settings.MAX_DOCUMENT_BYTES)
        raise ValueError(_("it is larger than %(limit)s") % {"limit": limit})
    headers = BytesHeaderParser().parsebytes(content)
    if not any(header in headers for header in _MAIL_HEADERS):
        raise ValueError(_("it is not an e-mail: it has neither a sender nor a subject"))
    return content


def _check_limits(*, number: int, size: int) -> None:
    if number > MAX_MAILS:
        told = _("These are more than %(most)d files: upload them in several parts.")
        raise _refused(told % {"most": MAX_MAILS}, "too_many")
    if size > MAX_BYTES:
        told = _("These files weigh more than %(limit)s: upload them in several parts.")
        raise _refused(told % {"limit": filesizeformat(MAX_BYTES)}, "too_large")


def _refused(sentence: str, code: str, field: str = "files") -> DomainError:
    return DomainError(sentence, code=code, field=field)
