"""PDF documents in one look: French, English and Arabic, tables over many pages.

A document is a list of parts, given to :func:`render`::

    from backoffice.core import pdf

    story = [
        pdf.heading(_("Most ordered products")),
        pdf.paragraph(_("Validated orders only.")),
        pdf.table(
            [_("product"), _("orders"), _("amount")],
            [["Sachets fond plat", 12, "14 280,00 MAD"], ["صاشيات فون بلا", 3, "900,00 MAD"]],
            widths=[5, 1, 2],       # shares of the page
            ends=[1, 2],            # columns of figures
            foot=[[_("Total"), 15, "15 180,00 MAD"]],
        ),
    ]
    content = pdf.render(story, title=_("Weekly report"), subtitle=period, landscape=True)

Values are plain text, of whatever people typed: nothing in them is markup, Arabic is joined
and turned, what does not fit wraps. Rows and pages break by themselves and the head of a
table is repeated. Where the active language is written from right to left, so is the page.
Anything else that reportlab can flow (a ``reportlab.graphics`` drawing, a ``Paragraph`` of
your own markup around :func:`text`) may stand in a story too; call :func:`register_fonts`
first and use the names ``FONT`` and ``BOLD``.

reportlab takes 0.2 s to import: it is imported when the first part is made.
"""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.pdf.lettering import BOLD, FONT, register_fonts, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Part = Any  # a reportlab Flowable, which has no types
    Look = Literal["normal", "strong", "small", "small strong", "muted", "heading", "title"]
    Align = Literal["start", "end", "centre"]

__all__ = [
    "BOLD",
    "FONT",
    "facts",
    "heading",
    "paragraph",
    "register_fonts",
    "render",
    "side_by_side",
    "space",
    "table",
    "text",
    "together",
    "write",
]


def paragraph(value: object, look: Look = "normal", align: Align = "start") -> Part:
    """Plain text that wraps; line breaks stay. None is empty."""
    from backoffice.core.pdf import flow  # noqa: PLC0415 - slow import

    return flow.Words(value, look, align)


def heading(value: object) -> Part:
    return paragraph(value, "heading")


def space(millimetres: float) -> Part:
    from backoffice.core.pdf import flow  # noqa: PLC0415 - slow import

    return flow.space(millimetres)


def facts(pairs: Iterable[tuple[object, object]], *, label_share: float = 0.32) -> Part:
    """Labels with their values, below each other; those without a value are left out."""
    from backoffice.core.pdf import flow  # noqa: PLC0415 - slow import

    return flow.facts(pairs, label_share=label_share)


def table(  # noqa: PLR0913 - what a table has
    head: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    widths: Sequence[float] = (),
    ends: Iterable[int] = (),
    foot: Iterable[Sequence[object]] = (),
    look: Look = "small",
) -> Part:
    """A table as wide as the page, its head repeated on each one.

    ``widths`` are shares (equal where none are given), ``ends`` the indexes of the columns
    that are aligned at their end (figures), ``foot`` rows of totals. A cell is any value, or
    a part. In a language that runs from right to left the first column is the rightmost.
    """
    from backoffice.core.pdf import flow  # noqa: PLC0415 - slow import

    return flow.table(head, rows, widths=widths, ends=ends, foot=foot, size=look)


def side_by_side(*stories: Sequence[Part]) -> Part:
    """Stories in equally wide columns; they must fit on one page."""
    from backoffice.core.pdf import flow  # noqa: PLC0415 - slow import

    return flow.side_by_side(*stories)


def together(story: Sequence[Part]) -> Part:
    """Parts that stay on one page where they fit on one: a heading and its table."""
    from backoffice.core.pdf import flow  # noqa: PLC0415 - slow import

    return flow.together(story)


def render(  # noqa: PLR0913 - as write
    story: Sequence[Part],
    *,
    title: str,
    subtitle: str = "",
    date: str | None = None,
    landscape: bool = False,
    paging: str | None = None,
    footer: str = "",
) -> bytes:
    """The document as the bytes of a PDF file; see :func:`write`."""
    out = io.BytesIO()
    write(
        out,
        story,
        title=title,
        subtitle=subtitle,
        date=date,
        landscape=landscape,
        paging=paging,
        footer=footer,
    )
    return out.getvalue()


def write(  # noqa: PLR0913 - what a sheet of paper says
    file: IO[bytes],
    story: Sequence[Part],
    *,
    title: str,
    subtitle: str = "",
    date: str | None = None,
    landscape: bool = False,
    paging: str | None = None,
    footer: str = "",
) -> None:
    """Lay the story out on A4 pages and write them to ``file``.

    Every page carries the company's name, the title and "page x of y" (``paging``, with
    %(page)d and %(pages)d, for a document in a language that we have no catalogue of); the
    first one also ``subtitle`` and ``date`` (today, where it is None).
    """
    from backoffice.core.pdf.frame import Head, Sheet  # noqa: PLC0415 - slow import

    head = Head(
        company=settings.COMPANY_NAME,
        title=str(title),
        subtitle=str(subtitle),
        date=date_format(timezone.localdate()) if date is None else date,
        paging=paging or _("Page %(page)d of %(pages)d"),
        footer=footer,
    )
    Sheet(file, head, is_landscape=landscape).write(story)
