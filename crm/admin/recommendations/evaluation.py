"""How well the algorithms did, as a table that says what was measured and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.models import Question
from crm.recommendations import algorithms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.models import RecommendationModel

    Figures = Mapping[str, Any]

# Name in the stored table, heading, what it says, whether it is a share.
METRICS = (
    (
        "hit_rate",
        gettext_lazy("Hit rate"),
        gettext_lazy("Of 100 customers, how many bought one of the products next."),
        True,
    ),
    (
        "recall",
        gettext_lazy("Recall"),
        gettext_lazy("Of what a customer bought next, how much was on the list."),
        True,
    ),
    (
        "ndcg",
        "NDCG",
        gettext_lazy("As recall, and more where it stood further up. It decides who wins."),
        True,
    ),
    (
        "coverage",
        gettext_lazy("Coverage"),
        gettext_lazy("How much of the catalogue was proposed to anybody."),
        True,
    ),
    (
        "diversity",
        gettext_lazy("Diversity"),
        gettext_lazy("How unlike each other the products of a list are."),
        True,
    ),
    (
        "novelty",
        gettext_lazy("Novelty"),
        gettext_lazy("How few customers have the products, in bits: 1 more is half as many."),
        False,
    ),
)


@dataclass(frozen=True, slots=True)
class Cell:
    value: str
    interval: str
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One algorithm; ``against`` says by how much it is better than the simple opponents."""

    label: str
    is_winner: bool
    cells: Sequence[Cell]
    against: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """One question; ``words`` say on whom it was measured."""

    title: str
    words: str
    winner: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Promise:
    """Recommendations told about the same confidence, and how many of them came true."""

    told: str
    bought: str
    cases: str


@dataclass(frozen=True, slots=True)
class Shown:
    """``kept`` says whether confidence kept its word; ``promises`` how, the least sure first."""

    model: RecommendationModel
    words: Sequence[str]
    headings: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    kept: Sequence[str]
    promises: Sequence[Promise]


def shown(model: RecommendationModel) -> Shown:
    """No table where too little was bought to keep any of it back."""
    table: Figures = model.evaluation or {}
    questions: Mapping[str, Figures] = table.get("questions") or {}
    titles = {Question.REPEAT: _("To buy again"), Question.NEW: _("To discover")}
    return Shown(
        model,
        _words(model, table),
        [(str(label), str(words)) for _name, label, words, _is_share in METRICS],
        [
            _table(titles[question], questions[question])
            for question in Question
            if question in questions
        ],
        _kept(table),
        _promises(table),
    )


def _words(model: RecommendationModel, table: Figures) -> list[str]:
    """What was learnt from, how it was measured, and what the figures do not say."""
    data: Figures = table.get("data") or model.data or {}
    said = [_learnt(data)] if data.get("lines") else []
    if not table.get("questions"):
        return [*said, _("Too little was bought to keep any of it back: nothing was measured.")]
    return [
        *said,
        _measured(table),
        _(
            "Counted is what was bought without us: nobody was shown these lists. A product that"
            " was never proposed cannot be a hit of the proposal, and one that would have been"
            " bought anyway counts as one."
        ),
        _(
            "Not measured are the rules that follow (stock, archived products, refusals, price"
            " limit), ratings, and what customers thought of what they bought."
        ),
    ]


def _learnt(data: Figures) -> str:
    told = _(
        "Learnt from %(lines)s lines of %(customers)s customers and %(products)s products, bought"
        " from %(first)s to %(last)s."
    )
    counts = {name: _number(data.get(name)) for name in ("lines", "customers", "products")}
    return told % {**counts, **{name: _day(data.get(name)) for name in ("first", "last")}}


def _measured(table: Figures) -> str:
    held: Figures = table.get("held_out") or {}
    words = {
        "measured": _number(held.get("measured")),
        "customers": _number(held.get("customers")),
        "k": table.get("k"),
        "day": _day(table.get("cutoff")),
    }
    if table.get("split") == "time":
        told = _(
            "Measured on %(measured)s of %(customers)s customers: everything from %(day)s on was"
            " kept back, and the first %(k)s products of each list compared with it."
        )
    else:
        told = _(
            "Measured on %(measured)s of %(customers)s customers who bought at least twice: their"
            " last purchase was kept back, and the first %(k)s products of each list compared with"
            " it."
        )
    intervals = _("Small figures: the interval that holds the true one with 95 %.")
    return f"{told % words} {intervals}"


def _kept(table: Figures) -> list[str]:
    """What was told of whole recommendations, and what came of it, on purchases kept back."""
    found: Figures = (table.get("confidence") or {}).get("any") or {}
    if not found.get("cases"):
        return []
    told = ngettext(
        "Learnt on half of the customers, tried on %(cases)s of the other half: told %(told)s on"
        " the mean, and %(rate)s bought one of the products next.",
        "Learnt on half of the customers, tried on %(cases)s of the other half: told %(told)s on"
        " the mean, and %(rate)s bought one of the products next.",
        found["cases"],
    )
    words = {"cases": _number(found["cases"])}
    words |= {name: _percent(found.get(name)) for name in ("told", "rate")}
    said = [told % words]
    if found.get("method") == "base_rate":
        said.append(
            _(
                "So few purchases do not tell customers apart: everybody is given the same"
                " confidence."
            )
        )
    return said


def _promises(table: Figures) -> list[Promise]:
    found: Figures = (table.get("confidence") or {}).get("any") or {}
    return [
        Promise(_percent(one.get("told")), _percent(one.get("bought")), _number(one.get("cases")))
        for one in found.get("bins") or []
    ]


def _percent(share: Any) -> str:  # noqa: ANN401 - JSON
    return "–" if share is None else f"{_figure(share, is_share=True)}\N{NO-BREAK SPACE}%"


def _table(title: str, figures: Figures) -> Table:
    customers = figures.get("customers") or 0
    found: Mapping[str, Figures] = figures.get("algorithms") or {}
    winner, best = figures.get("winner") or "", figures.get("best") or ""
    tops = {name: _top(found, name) for name, *_rest in METRICS}
    words = ngettext(
        "Of %(customers)s customer who bought such a product next.",
        "Of %(customers)s customers who bought such a product next.",
        customers,
    ) % {"customers": _number(customers)}
    told = ""
    if winner:
        told = _("“%(winner)s” makes this list.") % {"winner": algorithms.label(winner)}
        if best and best != winner:
            why = _("“%(best)s” is as good (by less than 0.1 points better), and less simple.")
            told = f"{told} {why % {'best': algorithms.label(best)}}"
        told = " ".join([told, *_sureness((found.get(winner) or {}).get("against") or {})])
    rows = [_row(name, one, tops, is_winner=name == winner) for name, one in _best_first(found)]
    return Table(title, words, told, rows)


def _sureness(against: Mapping[str, Figures]) -> list[str]:
    """Whether the best measured one is also surely better than what is simple."""
    words = {
        True: _("It is surely better than “%(other)s”."),
        False: _("It is not surely better than “%(other)s”: more purchases would tell."),
    }
    return [
        words[((of.get("ndcg") or {}).get("low") or 0) > 0] % {"other": algorithms.label(other)}
        for other, of in against.items()
    ]


def _row(name: str, figures: Figures, tops: Mapping[str, Any], *, is_winner: bool) -> Row:
    cells = [
        _cell(figures.get(metric) or {}, tops[metric], is_share=is_share)
        for metric, _label, _words, is_share in METRICS
    ]
    against: Mapping[str, Figures] = figures.get("against") or {}
    told = [_verdict(other, of.get("ndcg") or {}) for other, of in against.items()]
    return Row(algorithms.label(name), is_winner, cells, [one for one in told if one])


def _cell(figure: Figures, top: Any, *, is_share: bool) -> Cell:  # noqa: ANN401 - JSON
    value, low, high = (figure.get(name) for name in ("value", "low", "high"))
    if value is None:
        return Cell("–", "")
    interval = (
        ""
        if low is None or high is None
        else f"{_figure(low, is_share)} – {_figure(high, is_share)}"
    )
    unit = "\N{NO-BREAK SPACE}%" if is_share else ""
    return Cell(f"{_figure(value, is_share)}{unit}", interval, is_best=value == top)


def _verdict(other: str, difference: Figures) -> str:
    """Against a simple opponent: only what the interval makes sure is said to be so."""
    value, low, high = (difference.get(name) for name in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return ""
    if low > 0:
        told = _("better than “%(other)s” by %(value)s points (%(low)s – %(high)s)")
    elif high < 0:
        told = _("worse than “%(other)s” by %(value)s points (%(low)s – %(high)s)")
        value, low, high = -value, -high, -low
    else:
        return _("no sure difference from “%(other)s”") % {"other": algorithms.label(other)}
    words = {"value": value, "low": low, "high": high}
    shares = {name: _figure(one, is_share=True) for name, one in words.items()}
    return told % {"other": algorithms.label(other), **shares}


def _best_first(found: Mapping[str, Figures]) -> list[tuple[str, Figures]]:
    def worth(entry: tuple[str, Figures]) -> float:
        return float((entry[1].get("ndcg") or {}).get("value") or 0)

    return sorted(found.items(), key=worth, reverse=True)


def _top(found: Mapping[str, Figures], metric: str) -> float | None:
    values = [value for one in found.values() if (value := (one.get(metric) or {}).get("value"))]
    return max(values, default=None)


def _figure(value: float, is_share: bool) -> str:  # noqa: FBT001 - beside the value
    return str(formats.number_format(100 * value if is_share else value, 1 if is_share else 2))


def _number(value: Any) -> str:  # noqa: ANN401 - JSON
    return "–" if value is None else str(formats.number_format(value, force_grouping=True))


def _day(text: Any) -> str:  # noqa: ANN401 - JSON
    day = parse_date(str(text)) if text else None
    return formats.date_format(day, "SHORT_DATE_FORMAT") if day else "–"
