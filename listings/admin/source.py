"""The message beside the facts: its texts with the places marked where each fact was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backoffice.core.admin.marks import Mark, Piece, level_of, pieces_of
from backoffice.messaging.document_view import INLINE_TYPES
from listings.models import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from backoffice.messaging.models import Attachment, InboundMessage

# What was typed, as evidence names it.
BODY = "body"
# Longer texts are cut on the page: the file itself is one click away.
MOST = 50_000


@dataclass(frozen=True, slots=True)
class File:
    """An attachment; ``show`` says how: image, audio, pdf or file."""

    name: str
    show: str
    url: str = ""
    pieces: tuple[Piece, ...] = ()
    problem: str = ""
    # Whether a fact of the listing was read in its text.
    is_read: bool = False


def marks_of(listing: Listing) -> dict[str, list[Mark]]:
    """Where the listing's facts were read, by document of its message: "body", "attachment:0"."""
    found: dict[str, list[Mark]] = {}
    for document, mark in _marks(listing):
        found.setdefault(document, []).append(mark)
    return found


def files_of(
    message: InboundMessage, marks: Mapping[str, Sequence[Mark]] | None = None
) -> list[File]:
    """The files of a message fetched with its attachments and their documents."""
    return [_file(one, marks or {}) for one in message.attachments.all()]


def _marks(listing: Listing) -> Iterator[tuple[str, Mark]]:
    for name, found in listing.evidence.items():
        if not isinstance(found, dict):
            continue
        confidence = float(found.get("confidence") or 0)
        percent = round(confidence * 100)
        words = {"field": _label(name), "percent": percent}
        label = _("%(field)s (%(percent)d %%)") % words
        document = found.get("document") or BODY
        for start, end in found.get("places" if document != BODY else "spans") or ():
            yield document, Mark(start, end, name, label, level_of(confidence))


def _label(name: str) -> str:
    known = {field.name: field for field in Listing._meta.concrete_fields}  # noqa: SLF001 - Django's public name
    return capfirst(str(known[name].verbose_name)) if name in known else name


def _file(attachment: Attachment, marks: Mapping[str, Sequence[Mark]]) -> File:
    document = attachment.document
    name = attachment.filename or attachment.declared_type
    if document is None:
        waits = "" if attachment.problem else _("being fetched")
        return File(name or _("file"), "file", problem=attachment.problem or waits)
    family = "pdf" if document.mime == "application/pdf" else document.mime.partition("/")[0]
    own = marks.get(f"attachment:{attachment.position}", ())
    is_shown = document.mime in INLINE_TYPES and family in {"image", "audio", "pdf"}
    return File(
        name or document.mime,
        family if is_shown else "file",
        reverse("messaging:document", args=[document.pk]),
        pieces_of(document.text[:MOST].rstrip(), own),
        attachment.problem or document.problem,
        bool(own),
    )
