"""Why a document could not be read, in words for staff.

Parsers raise :class:`Refused` with a code only: they may run in a child
process without Django. :func:`sentence` puts it into words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class Refused(Exception):
    """A document that is not read; ``code`` is a key of :data:`SENTENCES`."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Unreadable(Exception):
    """What vision and transcription raise: a sentence for staff."""

    def __init__(self, sentence: _StrOrPromise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


SENTENCES: Final[dict[str, _StrOrPromise]] = {
    "archive": _("This is an archive. Ask the sender for the files themselves."),
    "corrupt": _("The file is damaged or is not what it seems. Ask the sender to send it again."),
    "email": _("The e-mail is damaged and could be read only in part."),
    "empty": _("The file is empty. Ask the sender to send it again."),
    "encrypted": _("The file is protected by a password. Ask the sender for an open one."),
    "heic": _("Pictures in HEIC format cannot be read. Ask the sender for a JPEG."),
    "no_pages": _("The PDF has no pages."),
    "no_text": _("No text was found in the file."),
    "nothing_heard": _("Nothing could be heard in the voice message. Listen to it."),
    "nothing_seen": _("No text could be seen in the picture. Look at it."),
    "old_word": _(
        "The old Word format (.doc) cannot be read. Ask the sender for a .docx or a PDF."
    ),
    "outlook_message": _("An Outlook message file (.msg) cannot be read. Open it in Outlook."),
    "parts": _("The e-mail has more than %(limit)s attachments; the others were left out."),
    "pixels": _("The picture is too large: more than %(limit)s million pixels."),
    "pages": _("The PDF has %(pages)s pages; only up to %(limit)s are read."),
    "rich_text": _("The RTF format cannot be read. Ask the sender for a PDF."),
    "size": _("The file is too large: %(size)s MB; up to %(limit)s MB are read."),
    "slow": _("Reading the file took too long or too much memory, so it was given up."),
    "transcription": _("Reading a voice message needs transcription (no AI key). Listen to it."),
    "transcription_failed": _("The voice message could not be transcribed. Listen to it."),
    "unknown": _("A file of this type cannot be read. Open it to see what it is."),
    "unzipped": _("The file would unpack to more than %(limit)s MB, so it was not opened."),
    "video": _("A video cannot be read. Watch it."),
    "vision": _("Reading a picture or a scan needs vision (no AI key). Look at it."),
    "vision_failed": _("The picture or scan could not be read. Look at it."),
    "vision_pages": _("Only the first %(limit)s scanned pages were read."),
    "winmail": _(
        "winmail.dat is a wrapper only Outlook can open. Ask the sender to send plain"
        " attachments (not in rich text format)."
    ),
}


def sentence(code: str, values: dict[str, str | int] | None = None) -> str:
    """The reason in the active language."""
    return str(SENTENCES.get(code, SENTENCES["corrupt"])) % (values or {})
