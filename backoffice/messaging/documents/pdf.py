"""Text of a PDF: attached order XML first, then the page's own text, else its pictures."""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Final

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from backoffice.messaging.documents import limits, xmlorders
from backoffice.messaging.documents.found import Found, join_pages
from backoffice.messaging.documents.pdf_layout import page_text
from backoffice.messaging.documents.problems import Refused
from backoffice.messaging.documents.text import clean, tidy_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PageObject

    from backoffice.messaging.documents.pdf_columns import Columns

log = logging.getLogger(__name__)

# A page with less text than this and a picture on it is a scan with a stamp or a page number.
_FEW_CHARACTERS: Final = 25
# Page numbers and stamps aside, a scan is at least this many bytes.
_SCAN_BYTES: Final = 4_000


def read(data: bytes) -> Found:
    """Text, page starts, and the pictures of pages without text.

    Raises Refused (encrypted, no_pages, pages, corrupt); may raise what pypdf
    raises on hostile input and may be slow: run it through child.py.
    """
    reader = _open(data)
    exact = _attached_order(reader)
    if exact:
        return Found(exact, "factur-x", page_starts=(0,))
    count = len(reader.pages)
    if not count:
        raise Refused("no_pages")
    if count > limits.PDF_PAGES:
        raise Refused("pages", pages=count, limit=limits.PDF_PAGES)
    pages: list[str] = []
    scans: list[tuple[int, bytes]] = []
    characters = 0
    columns: Columns = []
    for number, page in enumerate(reader.pages):
        text, columns = _text(page, columns)
        if _is_scan(text):
            scans.extend((number, picture) for picture in _scan(page))
        pages.append(text)
        characters += len(text)
        if characters > limits.TEXT_CHARACTERS:
            break
    text, starts = join_pages(pages)
    kept = tuple(scans[: limits.VISION_PAGES])
    note = "vision_pages" if len(scans) > len(kept) else ""
    values = (("limit", limits.VISION_PAGES),) if note else ()
    return Found(text, "pypdf", starts, kept, note, values)


def _open(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data), root_object_recovery_limit=2_000)
        # Many files are "protected" with an empty password, which every viewer opens.
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("encrypted")
    except DependencyError as error:
        raise Refused("encrypted") from error
    except PyPdfError as error:
        raise Refused("corrupt") from error
    return reader


def _attached_order(reader: PdfReader) -> str:
    """Factur-X, Order-X, UBL: the order as data inside the PDF, exact where there is one."""
    try:
        for attachment in reader.attachment_list:
            content = attachment.content
            if content[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
                text = xmlorders.order_text(content)
                if text:
                    return text
    except Exception as error:  # noqa: BLE001 - a broken attachment must not hide the pages
        log.info("attachment of a PDF not read: %s", type(error).__name__)
    return ""


def _text(page: PageObject, columns: Columns) -> tuple[str, Columns]:
    """The page's text, and the columns of the table in which it ends."""
    try:
        laid_out, columns = page_text(page, columns)
    except Exception as error:  # noqa: BLE001 - the plain mode is sturdier
        log.info("layout of a PDF page not read: %s", type(error).__name__)
        laid_out, columns = "", []
    text = tidy_lines(clean(laid_out))
    # Form objects and rotated text are only seen by the plain mode.
    try:
        plain = tidy_lines(clean(page.extract_text()))
    except Exception as error:  # noqa: BLE001 - a page that fails must not take the others along
        log.info("text of a PDF page not read: %s", type(error).__name__)
        plain = ""
    return (plain, []) if _is_missing(plain, text) else (text, columns)


def _is_missing(plain: str, text: str) -> bool:
    """Does the plain mode see words that the layout mode does not?"""
    if _weight(plain) <= 1.3 * _weight(text):
        return False
    unseen = set(plain.split()) - set(text.replace("|", " ").split())
    return sum(map(len, unseen)) > 0.25 * _weight(plain)


def _weight(text: str) -> int:
    return sum(char.isalnum() for char in text)


def _is_scan(text: str) -> bool:
    return _weight(text) < _FEW_CHARACTERS


def _scan(page: PageObject) -> Iterator[bytes]:
    """The largest picture of the page, as its file."""
    best = b""
    for name in list(page.images.keys())[:20]:
        try:
            picture = page.images[name].data
        except Exception as error:  # noqa: BLE001 - exotic filters; the next picture may do
            log.info("picture of a PDF page not read: %s", type(error).__name__)
            continue
        if len(picture) > max(len(best), _SCAN_BYTES):
            best = picture
    if best:
        yield best
