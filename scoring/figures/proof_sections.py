"""Whether Hot beats Cold, and whether chances came true, from what customers did since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from scoring.figures import names, proof
from scoring.figures.score_sections import tens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.core.figures.comparison import Rate
    from scoring.figures.foretold import Bin, Kept
    from scoring.figures.outcomes import Outcomes
    from scoring.figures.report import Report

# Shares of those who bought are small: shown in percent, not on a scale up to 100 %.
PERCENT = "%"


def sections(found: Report) -> Iterator[Section]:
    yield _proof(found)
    if found.promises is not None:
        yield _promises(found.promises, found.outcomes[0])


def _proof(found: Report) -> Section:
    charts: list[Chart] = []
    rows: list[tuple[str, ...]] = []
    sentences: list[str] = []
    for one in found.outcomes:
        sentences.append(proof.sentence(one, found.today))
        if one.latest is None or not one.latest.counts:
            continue
        charts.append(_conversion(one))
        rows += _rows(one)
    # One month is no curve; where the horizon is over for no more, a month's is.
    several = next((one for one in found.outcomes if len(one.months) > 1), None)
    charts += [_by_month(several)] if several else []
    sentences.append(
        _(
            "Customers by the score they had at the end of that day, whatever became of it since;"
            " a purchase counts on any of the days after it. Who was called because of a high"
            " score may have bought because of the call: the figures cannot tell."
        )
    )
    headings = (
        _("segment"),
        _("at the end of"),
        _("days to buy in"),
        _("customers"),
        pgettext("customers", "bought"),
        _("share"),
        _("true share (95 %)"),
    )
    return Section(
        name="proof",
        title=_("Does Hot beat Cold?"),
        sentences=tuple(sentences),
        charts=tuple(charts),
        tables=(Table(headings, tuple(rows), figures_from=2),),
        is_wide=True,
    )


def _conversion(found: Outcomes) -> Chart:
    """Of the latest cohort, the share of each segment that bought, with its interval."""
    assert found.latest is not None  # noqa: S101 - only called where there is one
    rates = [found.latest.of_segment(one) for one in names.SEGMENTS]
    known = [(one, rate) for one, rate in zip(names.SEGMENTS, rates, strict=True) if rate.total]
    return Chart(
        name=f"scoring-proof-{found.horizon}",
        title=_("Bought within %(days)s days, in percent") % {"days": found.horizon},
        heading=_("segment"),
        labels=tuple(names.segment(one) for one, _rate in known),
        series=(
            Series(
                pgettext("customers", "bought"),
                tuple(percent(rate.value) for _one, rate in known),
                shape="points",
            ),
            Series(
                _("true share (95 %)"),
                tuple(interval(rate) for _one, rate in known),
                "neutral",
                "range",
            ),
        ),
        unit=PERCENT,
    )


def _by_month(found: Outcomes) -> Chart:
    return Chart(
        name=f"scoring-proof-months-{found.horizon}",
        title=_("By month: bought within %(days)s days after its end, in percent")
        % {"days": found.horizon},
        heading=_("month"),
        labels=tuple(
            date_format(one.day, pgettext("format of a month", "M Y")) for one in found.months
        ),
        series=tuple(
            Series(
                names.segment(segment),
                tuple(percent(one.of_segment(segment).value) for one in found.months),
                names.TONES[segment],
                "line",
            )
            for segment in names.SEGMENTS
        ),
        unit=PERCENT,
    )


def _rows(found: Outcomes) -> Iterator[tuple[str, ...]]:
    if found.latest is None:
        return
    several = [(names.segment(one), found.latest.of_segment(one)) for one in names.SEGMENTS]
    for label, rate in (*several, (_("Together"), found.latest.everybody)):
        yield (
            label,
            words.day(found.latest.day),
            words.number(found.horizon),
            words.number(rate.total),
            words.number(rate.hits),
            words.share(rate.value, 1),
            words.interval(rate) if rate.total else words.NONE,
        )


def _promises(found: Kept, outcomes: Outcomes) -> Section:
    chart = Chart(
        name="scoring-promises",
        title=_("Chances told, and who bought, in percent"),
        heading=pgettext("lead", "score"),
        labels=tuple(_label(one) for one in found.bins),
        series=(
            Series(
                pgettext("customers", "bought"),
                tuple(percent(one.came.value) for one in found.bins),
                shape="points",
            ),
            Series(
                _("true share (95 %)"),
                tuple(interval(one.came) for one in found.bins),
                "neutral",
                "range",
            ),
            Series(
                _("chance told"),
                tuple(percent(one.chance) for one in found.bins),
                "info",
                "dashes",
            ),
        ),
        unit=PERCENT,
    )
    rows = tuple(
        (
            _label(one),
            words.number(one.came.total),
            words.share(one.chance, 1),
            words.share(one.came.value, 1),
            words.interval(one.came),
        )
        for one in found.bins
    )
    headings = (
        pgettext("lead", "score"),
        _("customers"),
        _("chance told"),
        pgettext("customers", "bought"),
        _("true share (95 %)"),
    )
    return Section(
        name="promises",
        title=chart.title,
        sentences=tuple(_promise_sentences(found, outcomes)),
        charts=(chart,),
        tables=(Table(headings, rows),),
        is_wide=True,
    )


def _promise_sentences(found: Kept, outcomes: Outcomes) -> Iterator[str]:
    low, high = found.came.interval
    told = _("Together %(told)s were told to buy, and %(came)s did: as told, within chance.")
    if found.promised < low:
        told = _("Together %(told)s were told to buy, and %(came)s did: chances were told too low.")
    if found.promised > high:
        told = _(
            "Together %(told)s were told to buy, and %(came)s did: chances were told too high."
        )
    day = outcomes.latest.day if outcomes.latest else None
    yield told % {"told": words.share(found.promised, 1), "came": words.share(found.came.value, 1)}
    yield _("Our own customers as scored at the end of %(day)s, in the %(days)s days after it.") % {
        "day": words.day(day) if day else words.NONE,
        "days": words.number(outcomes.horizon),
    }
    if found.left_out:
        yield _(
            "%(count)s customers are left out: their version cannot be read any more, or its"
            " chances are of other days."
        ) % {"count": words.number(found.left_out)}


def _label(one: Bin) -> str:
    return tens(one.low // 10)


def percent(share: float | None) -> float | None:
    """A share as a chart's number of percent."""
    return None if share is None else round(100 * share, 2)


def interval(rate: Rate) -> tuple[float, float]:
    """Wilson's interval as a chart's numbers of percent."""
    low, high = rate.interval
    return round(100 * low, 2), round(100 * high, 2)
