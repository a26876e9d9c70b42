"""How scores lie today, and how they moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.comparison import Compared
from backoffice.core.figures.parts import Section, Table
from backoffice.core.figures.steps import heading
from scoring.engine import scale
from scoring.engine.scale import HOT
from scoring.figures import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.figures.report import Day, Report

_TENS = 10


def sections(found: Report) -> tuple[Section, ...]:
    return (_distribution(found), _over_time(found), _moves(found))


def tens(place: int) -> str:
    """The scores of the tenth bar: the last one has 100 as well."""
    last = 100 if place == _TENS - 1 else _TENS * place + _TENS - 1
    return f"{_TENS * place}–{last}"


def _distribution(found: Report) -> Section:
    bars = [0] * _TENS
    for score, customers in found.scores.items():
        bars[min(score // _TENS, _TENS - 1)] += customers
    chart = Chart(
        name="scoring-distribution",
        title=_("Customers by score"),
        heading=pgettext("lead", "score"),
        labels=tuple(map(tens, range(_TENS))),
        series=tuple(
            Series(
                names.segment(one),
                tuple(
                    bar if scale.segment(_TENS * place) == one else 0
                    for place, bar in enumerate(bars)
                ),
                names.TONES[one],
            )
            for one in reversed(names.SEGMENTS)
        ),
        is_stacked=True,
    )
    total = found.customers
    rows = tuple(
        (
            names.segment(one),
            words.number(found.segments[one]),
            words.share(found.segments[one] / total if total else None, 1),
            _value(found, one),
        )
        for one in names.SEGMENTS
    )
    headings = (_("segment"), _("customers"), _("share"), _("expected value"))
    sentence = _(
        "Living customers as they are scored now. 40 is as likely to buy as the average of those"
        " the model learned from, 70 is three times the odds. Currencies are not added up."
    )
    return Section(
        name="distribution",
        title=chart.title,
        sentences=(sentence,),
        charts=(chart,),
        tables=(Table(headings, rows),),
        is_wide=True,
    )


def _value(found: Report, segment: str) -> str:
    """Of one segment, by currency, the greatest first."""
    several = [
        (value, currency) for (name, currency), value in found.values.items() if name == segment
    ]
    ordered = sorted(several, key=lambda one: (-one[0], one[1]))
    told = [words.about(*one) for one in ordered]
    return pgettext("between two of a list", "; ").join(told) or words.NONE


def _over_time(found: Report) -> Section:
    days = found.by_step()
    labels = tuple(step.label for step in found.steps)
    counts = {one: tuple(_count(day, one) for day in days) for one in names.SEGMENTS}
    chart = Chart(
        name="scoring-segments",
        title=_("Segments over time"),
        heading=heading(found.steps),
        labels=labels,
        series=tuple(
            Series(names.segment(one), counts[one], names.TONES[one])
            for one in reversed(names.SEGMENTS)
        ),
        is_stacked=True,
    )
    average = Chart(
        name="scoring-average",
        title=_("Average score"),
        heading=heading(found.steps),
        labels=labels,
        series=(
            Series(
                _("average score"),
                tuple(None if day is None else round(day.average, 1) for day in days),
                shape="line",
            ),
        ),
    )
    sentences = [
        _(
            "As everybody was scored at the end of a day; of a week or month, on its last such"
            " day. Customers who do nothing cool down day by day."
        ),
        *_versions(found.days),
    ]
    return Section(
        name="segments",
        title=chart.title,
        sentences=tuple(sentences),
        charts=(chart, average),
        is_wide=True,
    )


def _count(day: Day | None, segment: str) -> int | None:
    return None if day is None else int(getattr(day, segment.lower()))


def _versions(days: Sequence[Day]) -> list[str]:
    """Which versions answered since when, where there was more than one."""
    since = [
        (day.day, day.version)
        for before, day in zip([None, *days], days, strict=False)
        if before is None or before.version != day.version
    ]
    told = _("Version v%(version)s answers since %(day)s: part of what moves then is its doing.")
    return [
        told % {"version": version, "day": date_format(day, "SHORT_DATE_FORMAT")}
        for day, version in since[1:]
    ]


def _moves(found: Report) -> Section:
    hotter, cooler = _became(found, is_hot=True), _became(found, is_hot=False)
    chart = Chart(
        name="scoring-moves",
        title=_("Who became hot, who no longer is"),
        heading=heading(found.steps),
        labels=tuple(step.label for step in found.steps),
        series=(
            Series(_("became hot"), hotter, "danger"),
            Series(_("no longer hot"), cooler, "info"),
        ),
    )
    rows = tuple(
        (
            _("%(before)s → %(after)s")
            % {"before": names.segment(before), "after": names.segment(after)},
            words.number(moved.now),
            words.number(by_model),
            words.number(moved.before),
        )
        for before in names.SEGMENTS
        for after in names.SEGMENTS
        if before != after
        for moved, by_model in [_moved(found, before, after)]
        if moved.now or moved.before
    )
    headings = (
        _("change"),
        _("customers"),
        _("of them by a new model"),
        _("in the period before"),
    )
    sentence = _(
        "Every change counts: who became hot twice is there twice. Changes are kept for a year."
    )
    return Section(
        name="moves",
        title=chart.title,
        sentences=(sentence,),
        charts=(chart,),
        tables=(Table(headings, rows),),
        is_wide=True,
    )


def became_hot(found: Report) -> Compared[int]:
    """How often somebody became hot, in the period and before it."""
    moves = [(one.step, count) for one, count in found.moves.items() if one.after == HOT]
    return Compared(
        sum(count for step, count in moves if step), sum(count for step, count in moves if not step)
    )


def _became(found: Report, *, is_hot: bool) -> tuple[int, ...]:
    counts = [0] * (len(found.steps) + 1)
    for one, count in found.moves.items():
        if (one.after if is_hot else one.before) == HOT:
            counts[one.step] += count
    return tuple(counts[1:])


def _moved(found: Report, before: str, after: str) -> tuple[Compared[int], int]:
    """How many went this way in the period and before it; and in it by another model."""
    same = {
        one: count
        for one, count in found.moves.items()
        if (one.before, one.after) == (before, after)
    }
    now = sum(count for one, count in same.items() if one.step)
    earlier = sum(count for one, count in same.items() if not one.step)
    return Compared(now, earlier), sum(
        count for one, count in same.items() if one.step and one.by_model
    )
