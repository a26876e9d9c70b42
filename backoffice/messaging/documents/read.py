"""One door for every file people send: bytes in, a readable document or a reason out."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol

from django.conf import settings

from backoffice.messaging.content import Kind, ReadDocument
from backoffice.messaging.documents import (
    child,
    email,
    html,
    images,
    limits,
    spreadsheet,
    xmlorders,
)
from backoffice.messaging.documents.detect import FileKind, detect
from backoffice.messaging.documents.found import Found
from backoffice.messaging.documents.problems import Refused, Unreadable, sentence
from backoffice.messaging.documents.text import decode, tidy_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

_KINDS: Final[dict[FileKind, Kind]] = {
    "pdf": "pdf",
    "xlsx": "spreadsheet",
    "ods": "spreadsheet",
    "xls": "spreadsheet",
    "docx": "word",
    "old_word": "word",
    "image": "image",
    "heic": "image",
    "audio": "audio",
    "xml": "xml",
    "html": "text",
    "email": "text",
    "text": "text",
}


class Transcript(Protocol):
    """What was said, and the language it was said in ("" where unknown)."""

    @property
    def text(self) -> str: ...

    @property
    def language(self) -> str: ...


class Vision(Protocol):
    """Reads pictures (JPEG); raises Unreadable with a sentence for staff."""

    def __call__(self, images: Sequence[bytes], mime: str) -> str: ...


class Transcribe(Protocol):
    """Writes down a recording; raises Unreadable with a sentence for staff."""

    def __call__(self, audio: bytes, filename: str, mime: str) -> Transcript: ...


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    kind: FileKind
    mime: str
    filename: str
    vision: Vision | None
    transcribe: Transcribe | None


@dataclass(frozen=True, slots=True)
class _Reading:
    found: Found
    problem: str = ""
    language: str = ""


def read_document(  # noqa: PLR0913 - a file and what is known of it
    data: bytes,
    *,
    key: str,
    filename: str = "",
    declared_type: str = "",
    vision: Vision | None = None,
    transcribe: Transcribe | None = None,
) -> ReadDocument:
    """Read a file whatever it is called and declared to be.

    Never raises: a file that cannot be read, or only in part, comes back with a
    sentence in ``problem``. ``vision`` and ``transcribe`` are asked for pictures,
    scanned pages and recordings; without them the problem says what is missing.
    """
    kind, mime = detect(data, declared_type) if data else ("unknown", declared_type)
    file = _File(data, kind, mime, filename, vision, transcribe)
    try:
        reading = _read(file)
    except Refused as refused:
        reading = _Reading(Found("", ""), sentence(refused.code, refused.values))
    except Unreadable as error:
        reading = _Reading(Found("", ""), str(error.sentence))
    except Exception as error:  # noqa: BLE001 - whatever a parser does, the message goes on
        log.warning("reading a %s of %s bytes: %s", kind, len(data), type(error).__name__)
        reading = _Reading(Found("", ""), sentence("corrupt"))
    found = reading.found
    return ReadDocument(
        key=key,
        kind=_KINDS.get(kind, "other"),
        text=found.text[: limits.TEXT_CHARACTERS],
        filename=filename,
        mime=mime,
        page_starts=found.page_starts,
        method=found.method,
        problem=reading.problem,
        language=reading.language,
    )


def _read(file: _File) -> _Reading:
    if not file.data:
        raise Refused("empty")
    most = settings.MAX_DOCUMENT_BYTES
    if len(file.data) > most:
        megabyte = 1024 * 1024
        raise Refused("size", size=-(-len(file.data) // megabyte), limit=most // megabyte)
    reader = _READERS.get(file.kind)
    if reader is None:
        # The kinds without a reader are named after the reason.
        raise Refused(file.kind)
    reading = reader(file)
    if not reading.found.text.strip() and not reading.problem:
        return _Reading(reading.found, sentence("no_text"), reading.language)
    return reading


def _pdf(file: _File) -> _Reading:
    found = child.read("pdf", file.data)
    note = sentence(found.note, dict(found.note_values)) if found.note else ""
    if not found.scans:
        return _Reading(found, note)
    return _scanned(file, found, note)


def _scanned(file: _File, found: Found, note: str) -> _Reading:
    """Pages that are pictures, read by vision and put in their place between the others."""
    starts = (*found.page_starts, len(found.text) + 2)
    pages = [found.text[a : b - 2] for a, b in pairwise(starts)]
    method = "vision" if not found.text.strip() else f"{found.method}+vision"
    if file.vision is None:
        return _Reading(found, sentence("vision"))
    problem = note
    for number, scan in found.scans:
        try:
            seen = _see(file.vision, scan)
            pages[number] = f"{pages[number]}\n{seen}".strip()
        except Unreadable as error:
            problem = str(error.sentence)
            break
        except Refused as refused:
            problem = sentence(refused.code, refused.values)
    text = "\n\n".join(pages)
    offsets = tuple(sum(len(page) + 2 for page in pages[:n]) for n in range(len(pages)))
    if not problem and not text.strip():
        problem = sentence("nothing_seen")
    return _Reading(Found(text, method, offsets), problem)


def _see(vision: Vision, picture: bytes) -> str:
    jpeg = images.for_vision(picture)
    try:
        return tidy_lines(decode(vision([jpeg], "image/jpeg").encode("utf-8", "replace")))
    except Unreadable:
        raise
    except Exception as error:
        log.warning("vision failed: %s", type(error).__name__)
        raise Refused("vision_failed") from error


def _image(file: _File) -> _Reading:
    if file.vision is None:
        images.open_image(file.data)
        raise Refused("vision")
    text = _see(file.vision, file.data)
    return _Reading(Found(text, "vision"), "" if text else sentence("nothing_seen"))


def _audio(file: _File) -> _Reading:
    if file.transcribe is None:
        raise Refused("transcription")
    try:
        transcript = file.transcribe(file.data, file.filename, file.mime)
    except Unreadable:
        raise
    except Exception as error:
        log.warning("transcription failed: %s", type(error).__name__)
        raise Refused("transcription_failed") from error
    text = tidy_lines(decode(transcript.text.encode("utf-8", "replace")))
    problem = "" if text else sentence("nothing_heard")
    return _Reading(Found(text, "transcription"), problem, transcript.language)


def _workbook(file: _File) -> _Reading:
    return _Reading(child.read(file.kind, file.data))


def _xml(file: _File) -> _Reading:
    exact = xmlorders.order_text(file.data)
    if exact:
        return _Reading(Found(exact, "xml-order"))
    return _Reading(Found(xmlorders.plain_text(file.data), "xml"))


def _html(file: _File) -> _Reading:
    return _Reading(Found(html.to_text(decode(file.data)).text, "html"))


def _text(file: _File) -> _Reading:
    table = spreadsheet.read_delimited(file.data)
    return _Reading(table or Found(tidy_lines(decode(file.data)), "plain"))


def _email(file: _File) -> _Reading:
    parsed = email.read_email(file.data)
    head = f"{parsed.subject}\n\n" if parsed.subject else ""
    return _Reading(Found(f"{head}{parsed.body.text}", "email"), parsed.problem)


_READERS: Final[dict[FileKind, Callable[[_File], _Reading]]] = {
    "pdf": _pdf,
    "xlsx": _workbook,
    "ods": _workbook,
    "xls": _workbook,
    "docx": _workbook,
    "image": _image,
    "audio": _audio,
    "xml": _xml,
    "html": _html,
    "email": _email,
    "text": _text,
}
