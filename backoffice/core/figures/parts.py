"""What a report is made of, whatever it is shown on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backoffice.core.charts import Chart


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of words; from the column ``figures_from`` on they are figures."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures_from: int = 1


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One number at the top; ``text`` compares or explains it, ``link`` leads to its rows."""

    title: str
    value: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer; ``name`` is its anchor on the page."""

    name: str
    title: str
    sentences: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = field(default=())
    # Needs the whole width of a page.
    is_wide: bool = False
