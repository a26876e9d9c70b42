"""The sheet of paper: margins, who we are, the title, the date, "page 2 of 5"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import get_language_bidi
from reportlab.lib.pagesizes import A4
from reportlab.lib.pagesizes import landscape as turned_page
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate

from backoffice.core.pdf import flow, lettering

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    class BaseCanvas:
        """What reportlab's canvas brings along."""

        def __init__(self, *arguments: object, **options: object) -> None: ...
        def save(self) -> None: ...

    class BaseTemplate:
        """What reportlab's document brings along."""

        pagesize: tuple[float, float]
        canv: Any

        def __init__(self, file: object, **options: object) -> None: ...
        def build(self, story: list[Any], *, canvasmaker: Callable[..., Any]) -> None: ...
        def addPageTemplates(self, templates: list[Any]) -> None: ...  # noqa: N802 - reportlab's name
else:
    BaseCanvas = Canvas
    BaseTemplate = BaseDocTemplate

SIDE = 16 * mm
TOP_FIRST = 34 * mm
TOP = 22 * mm
BOTTOM = 18 * mm


@dataclass(frozen=True, slots=True)
class Head:
    """What every page says about the document; ``paging`` has %(page)d and %(pages)d."""

    company: str
    title: str
    subtitle: str
    date: str
    paging: str
    footer: str


class _Canvas(BaseCanvas):
    """Draws what is known at the end only, before it is written."""

    at_end: Callable[[_Canvas], None]

    def save(self) -> None:
        self.at_end(self)
        super().save()


class Sheet(BaseTemplate):
    """One document; nothing is laid out twice to know the number of its pages."""

    def __init__(self, file: IO[bytes], head: Head, *, is_landscape: bool) -> None:
        lettering.register_fonts()
        super().__init__(
            file,
            pagesize=turned_page(A4) if is_landscape else A4,
            title=head.title,
            author=head.company,
            creator=head.company,
            subject=head.subtitle,
            lang="",
        )
        self.head = head
        self.addPageTemplates(
            [
                PageTemplate("first", [self._frame(TOP_FIRST)], onPage=self._draw_first),
                PageTemplate("later", [self._frame(TOP)], onPage=self._draw_later),
            ]
        )

    def write(self, story: Sequence[Any]) -> None:
        self.build([NextPageTemplate("later"), *story], canvasmaker=self._make_canvas)

    def _make_canvas(self, *arguments: object, **options: object) -> _Canvas:
        canvas = _Canvas(*arguments, **options)
        canvas.at_end = self._draw_paging
        return canvas

    def _frame(self, top: float) -> Any:  # noqa: ANN401 - reportlab has no types
        width, height = self.pagesize
        return Frame(
            SIDE,
            BOTTOM,
            width - 2 * SIDE,
            height - top - BOTTOM,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )

    def _draw_first(self, canvas: Any, _sheet: object) -> None:  # noqa: ANN401 - as above
        head, top = self.head, self.pagesize[1]
        self._put(canvas, top - 17 * mm, head.company, "heading", at_end=False)
        self._put(canvas, top - 22.5 * mm, head.date, "muted", at_end=False)
        self._put(canvas, top - 18 * mm, head.title, "title", at_end=True)
        self._put(canvas, top - 23.5 * mm, head.subtitle, "muted", at_end=True)
        self._rule(canvas, top - 27 * mm, 1.4)
        self._draw_foot(canvas)

    def _draw_later(self, canvas: Any, _sheet: object) -> None:  # noqa: ANN401 - as above
        head, top = self.head, self.pagesize[1]
        self._put(canvas, top - 13 * mm, head.company, "muted", at_end=False)
        self._put(canvas, top - 13 * mm, head.title, "muted", at_end=True)
        self._rule(canvas, top - 16 * mm, 0.6)
        self._draw_foot(canvas)

    def _draw_foot(self, canvas: Any) -> None:  # noqa: ANN401 - as above
        self._put(canvas, 9 * mm, self.head.footer, "muted", at_end=False)
        # Drawn in _draw_paging, when the number of pages is known.
        canvas.doForm(f"paging{canvas.getPageNumber()}")

    def _draw_paging(self, canvas: Any) -> None:  # noqa: ANN401 - as above
        pages = canvas.getPageNumber() - 1
        for page in range(1, pages + 1):
            canvas.beginForm(f"paging{page}", 0, 0, *self.pagesize)
            paging = self.head.paging % {"page": page, "pages": pages}
            self._put(canvas, 9 * mm, paging, "muted", at_end=True)
            canvas.endForm()

    def _put(self, canvas: Any, y: float, value: str, style: str, *, at_end: bool) -> None:  # noqa: ANN401 - as above
        look = flow.STYLES[style]
        canvas.setFont(look.font, look.size)
        canvas.setFillColor(look.colour)
        words = lettering.plain(" ".join(value.split()))
        bidi = get_language_bidi()
        shown = lettering.turned(words, right_to_left=bidi or lettering.runs_right_to_left(words))
        if at_end != bidi:
            canvas.drawRightString(self.pagesize[0] - SIDE, y, shown)
        else:
            canvas.drawString(SIDE, y, shown)

    def _rule(self, canvas: Any, y: float, width: float) -> None:  # noqa: ANN401 - as above
        canvas.setStrokeColor(flow.ACCENT)
        canvas.setLineWidth(width)
        canvas.line(SIDE, y, self.pagesize[0] - SIDE, y)
