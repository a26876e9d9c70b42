"""Charts: one description, drawn by Chart.js on a page and by reportlab on paper.

An app that has something to show on the home page registers a function in its
``AppConfig.ready``::

    charts.register(home_charts, permission="orders.view_order", order=10)

On a page, ``{% include "admin/chart.html" %}`` draws ``chart`` with a table of the same
numbers below it; the page loads ``backoffice/charts.js`` and ``backoffice/charts.css``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


Tone = Literal["primary", "neutral", "info", "success", "warning", "danger"]
# "range" draws its pairs as thin bars from the first to the second.
Shape = Literal["bar", "line", "dashes", "points", "range"]
Value = float | int | tuple[float, float] | None

SMALL = 0.1
# On light and on dark ground.
COLOURS: dict[Tone, tuple[str, str]] = {
    "primary": ("#a2602f", "#d08c54"),
    "neutral": ("#9ca3af", "#6b7280"),
    "info": ("#3b82f6", "#60a5fa"),
    "success": ("#16a34a", "#4ade80"),
    "warning": ("#f59e0b", "#fbbf24"),
    "danger": ("#dc2626", "#f87171"),
}


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each label of the chart, None where there is nothing to say."""

    label: str
    values: tuple[Value, ...]
    tone: Tone = "primary"
    shape: Shape = "bar"


@dataclass(frozen=True, slots=True)
class Chart:
    """``name`` is its id on the page; ``heading`` says what the labels are.

    ``is_share`` values go from 0 to 1 and are shown in percent; ``unit`` stands behind all
    others; ``link`` leads to what explains them.
    """

    name: str
    title: str
    heading: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    text: str = ""
    unit: str = ""
    link: str = ""
    is_stacked: bool = False
    is_horizontal: bool = False
    is_share: bool = False

    @property
    def payload(self) -> dict[str, Any]:
        """What charts.js draws."""
        return {
            "labels": self.labels,
            "series": [
                {
                    "label": series.label,
                    "values": series.values,
                    "shape": series.shape,
                    "colours": COLOURS[series.tone],
                }
                for series in self.series
            ],
            "unit": self.unit,
            "isStacked": self.is_stacked,
            "isHorizontal": self.is_horizontal,
            "isShare": self.is_share,
        }

    @property
    def data_id(self) -> str:
        return f"{self.name}-data"

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.heading, *(series.label for series in self.series))

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The chart's numbers, as a table of :attr:`headings`."""
        columns = [series.values for series in self.series]
        return [
            (label, *(self.words(column[index]) for column in columns))
            for index, label in enumerate(self.labels)
        ]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing above zero to see."""
        return not any(value for series in self.series for value in series.values)

    def words(self, value: Value) -> str:
        """A value as people write it."""
        if value is None:
            return "–"
        if isinstance(value, tuple):
            pair = {"low": self.words(value[0]), "high": self.words(value[1])}
            return _("%(low)s to %(high)s") % pair
        if self.is_share:
            # To a tenth: 199 of 200 are not all.
            percent = float(round(100 * value, 1))
            share = number_format(percent, 0 if percent.is_integer() else 1)
            return _("%(share)s %%") % {"share": share}
        # Below a tenth two decimals say little, and of the cost of a call nothing.
        places = 0 if float(value).is_integer() else 2 if abs(value) >= SMALL else 4
        # Rounded first: number_format cuts decimals off.
        rounded = number_format(round(value, places), places, force_grouping=True)
        return f"{rounded} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class _Entry:
    build: Callable[[], Sequence[Chart]]
    permission: str
    order: int


_entries: dict[str, _Entry] = {}


def register(build: Callable[[], Sequence[Chart]], *, permission: str, order: int = 50) -> None:
    """Show the charts of ``build()`` on the home page to those with ``permission``.

    It asks the database a fixed number of questions. The lowest ``order`` comes first.
    """
    _entries[f"{build.__module__}.{build.__qualname__}"] = _Entry(build, permission, order)


def for_user(user: Any) -> list[Chart]:  # noqa: ANN401 - whoever signed in
    """The charts this person may see on the home page."""
    allowed = [entry for entry in _entries.values() if user.has_perm(entry.permission)]
    return [
        chart for entry in sorted(allowed, key=lambda entry: entry.order) for chart in entry.build()
    ]
