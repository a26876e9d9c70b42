"""The evaluation as a table of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Metric, heading, unit.
COLUMNS = (
    ("hit_rate", gettext_lazy("hit rate"), "%"),
    ("recall", gettext_lazy("recall"), "%"),
    ("ndcg", "NDCG", "%"),
    ("coverage", gettext_lazy("coverage"), "%"),
    ("diversity", gettext_lazy("diversity"), "%"),
    ("novelty", gettext_lazy("novelty"), "bits"),
)
TITLES = {
    "repeat": gettext_lazy("TO BUY AGAIN (repeat): %(customers)d customers"),
    "new": gettext_lazy("TO DISCOVER (new): %(customers)d customers"),
}
_HOW = {
    "logistic": pgettext_lazy("calibration", "a curve"),
    "moved": pgettext_lazy("calibration", "too few for a curve, moved as far as is sure"),
    "base_rate": pgettext_lazy("calibration", "too few for a curve, one rate for all"),
}
_NAME, _CELL = 16, 20


def lines(table: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the table: what was measured on, then each question."""
    data, held, source = table["data"], table["held_out"], table.get("source") or {}
    if source.get("file"):
        yield _(
            "%(file)s: %(rows)d rows, %(anonymous)d without a customer left out, %(returned)d"
            " returns taken off"
        ) % dict(source)
    yield _(
        "%(lines)d lines, %(customers)d customers, %(products)d products, %(baskets)d baskets,"
        " %(first)s to %(last)s"
    ) % dict(data)
    how = _("each customer's last day")
    if table["split"] != "last":
        how = _("from %(day)s on") % {"day": table["cutoff"]}
    yield _(
        "held out: %(how)s; measured on %(measured)d of %(customers)d customers (seed %(seed)d);"
        " lists of %(k)d; [95 %% intervals]"
    ) % {**held, "how": how, "seed": table["seed"], "k": table["k"]}
    for question, found in table["questions"].items():
        yield ""
        yield from _question(question, found)
    yield ""
    yield from _confidence(table["confidence"])


def _question(question: str, found: Mapping[str, Any]) -> Iterator[str]:
    yield str(TITLES[question] % {"customers": found["customers"]})
    if not found["algorithms"]:
        yield _("nothing to measure")
        return
    headings = (f"{heading} {unit}" for _metric, heading, unit in COLUMNS)
    yield "".ljust(_NAME) + "".join(heading.rjust(_CELL) for heading in headings)
    for name, figures in found["algorithms"].items():
        mark = "*" if name == found["winner"] else " "
        cells = (_cell(figures[metric], unit) for metric, _heading, unit in COLUMNS)
        yield f"{mark}{name}".ljust(_NAME) + "".join(cell.rjust(_CELL) for cell in cells)
    for name, figures in found["algorithms"].items():
        for other, differences in figures["against"].items():
            words = {"name": name, "other": other, "figure": _difference(differences["ndcg"])}
            yield _("  %(name)s against %(other)s: NDCG %(figure)s") % words
    yield _("winner: %(name)s") % {"name": found["winner"]} + _why(found)


def _why(found: Mapping[str, Any]) -> str:
    """How sure it is that the winner is better than the simple algorithms."""
    winner, best = found["winner"], found["best"]
    told = []
    if best not in {"", winner}:
        told.append(_("as good as %(other)s, and simpler") % {"other": best})
    for other, differences in found["algorithms"][winner]["against"].items():
        is_sure = (differences["ndcg"]["low"] or 0) > 0
        verdict = (
            _("surely better than %(other)s") if is_sure else _("not surely better than %(other)s")
        )
        told.append(verdict % {"other": other})
    return f" ({'; '.join(told)})" if told else ""


def _confidence(found: Mapping[str, Any]) -> Iterator[str]:
    any_ = found["any"]
    yield _(
        "CONFIDENCE (at least one product bought): learnt from %(learnt_from)d customers (%(how)s),"
        " tried on %(tried_on)d others"
    ) % {**found, "how": _HOW[any_["method"]]}
    if not any_["cases"]:
        return
    yield _("told %(told).1f %%, bought %(bought).1f %%") % {
        "told": 100 * any_["told"],
        "bought": 100 * any_["rate"],
    }
    told = _("  before calibration: Brier %(brier).4f, expected calibration error %(ece).4f")
    yield told % dict(any_["before"])
    told = _("  after calibration: Brier %(brier).4f, expected calibration error %(ece).4f")
    yield told % dict(any_["after"])


def _cell(figure: Mapping[str, float | None], unit: str) -> str:
    if figure["value"] is None:
        return "-"
    times = 100 if unit == "%" else 1
    value, low, high = (times * (figure[key] or 0.0) for key in ("value", "low", "high"))
    return f"{value:.1f} [{low:.1f} {high:.1f}]"


def _difference(figure: Mapping[str, float | None]) -> str:
    value, low, high = (100 * (figure[key] or 0.0) for key in ("value", "low", "high"))
    verdict = _("wins") if low > 0 else _("loses") if high < 0 else _("no sure difference")
    return f"{value:+.1f} [{low:+.1f} {high:+.1f}] {verdict}"
