"""Taking in messages that lie in files: e-mails (.eml) and WhatsApp messages (.whatsapp.json)."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pydantic
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.messaging import media, twilio_door
from backoffice.messaging.mail_door import Mail, receive_mail
from backoffice.messaging.mailboxes import STUB_BYTES
from backoffice.messaging.receiving import IncomingFile, receive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAIL = ".eml"
WHATSAPP = ".whatsapp.json"


@dataclass(slots=True)
class Imported:
    """What an import did; ``unreadable`` holds a sentence per file."""

    imported: int = 0
    known: int = 0
    unreadable: list[str] = field(default_factory=list)


class WhatsAppFile(pydantic.BaseModel):
    """A WhatsApp message as a file: Twilio's form, and the names of the media files beside it."""

    form: dict[str, str]
    received_at: dt.datetime | None = None
    media: dict[str, str] = {}


def import_paths(paths: Iterable[Path], *, desk: str) -> Imported:
    """Store every message of these files and folders for ``desk``; the worker reads them.

    A message that is known already stays as it is. A file that is no message
    is told of and skipped.
    """
    result = Imported()
    for path in _files(paths):
        try:
            created = _import_mail(path, desk) if path.suffix == MAIL else _import_chat(path, desk)
        except (OSError, ValueError) as error:
            result.unreadable.append(f"{path.name}: {_reason(error)}")
            continue
        result.imported += created
        result.known += not created
    return result


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        names = (file for file in path.rglob("*") if file.name.endswith((MAIL, WHATSAPP)))
        yield from sorted(file for file in names if file.is_file())


def _import_mail(path: Path, desk: str) -> bool:
    size = path.stat().st_size
    if size == 0:
        raise ValueError(_("the file is empty"))
    if size > settings.MAX_DOCUMENT_BYTES:
        with path.open("rb") as file:
            mail = Mail(file.read(STUB_BYTES), desk=desk, full_size=size)
    else:
        mail = Mail(path.read_bytes(), desk=desk)
    _message, created = receive_mail(mail)
    return created


def _import_chat(path: Path, desk: str) -> bool:
    if not path.name.endswith(WHATSAPP):
        raise ValueError(_("only .eml and .whatsapp.json files are messages"))
    content = WhatsAppFile.model_validate_json(path.read_bytes())
    sent_at = content.received_at or timezone.now()
    sent_at = sent_at if sent_at.tzinfo else timezone.make_aware(sent_at)
    raw = urlencode(content.form).encode()
    incoming = twilio_door.incoming(content.form, raw, sent_at, desk=desk)
    files = tuple(
        _with_content(file, content, path.parent) if file.source_url else file
        for file in incoming.files
    )
    _message, created = receive(replace(incoming, files=files))
    return created


def _with_content(file: IncomingFile, content: WhatsAppFile, folder: Path) -> IncomingFile:
    """The file stored from its copy beside the message; without one the worker fetches it."""
    fields = (name for name, url in content.form.items() if url == file.source_url)
    names = [content.media[name] for name in fields if name in content.media]
    # Only the name counts: a path could lead out of the folder.
    copies = [folder / name.replace("\\", "/").rpartition("/")[2] for name in names]
    copy = next((copy for copy in copies if copy.is_file()), None)
    if copy is None:
        return file
    if copy.stat().st_size > settings.MAX_DOCUMENT_BYTES:
        return replace(
            file, filename=file.filename or copy.name, problem=_("The file is too large.")
        )
    document = media.store(copy.read_bytes(), file.declared_type)
    return replace(file, document=document, filename=file.filename or copy.name)


def _reason(error: Exception) -> str:
    if isinstance(error, pydantic.ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}" if place else str(first["msg"])
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
