"""Whether customers still are like those the model learned from, feature by feature."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from backoffice.core.figures.steps import heading
from scoring.engine.features import FEATURES
from scoring.figures import alert, drift, names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.core.charts import Tone
    from scoring.figures.alert import Bins, Drift
    from scoring.figures.report import Report

# Features that are drawn, the farthest first.
DRAWN = 2
_TONES: tuple[Tone, ...] = ("danger", "primary")


def section(found: Report) -> Section:
    """The section of the page; without an index it says since when there will be one."""
    title = _("Are they still the same customers?")
    if found.drift is None or not found.drift.values:
        nothing = _(
            "Not known yet: it is measured each night, when everybody is scored by the version in"
            " use."
        )
        return Section(name="drift", title=title, sentences=(nothing,), is_wide=True)
    return Section(
        name="drift",
        title=title,
        sentences=tuple(_sentences(found.drift)),
        charts=tuple(_charts(found, found.drift)),
        tables=(_table(found.drift),),
        is_wide=True,
    )


def _sentences(found: Drift) -> Iterator[str]:
    told = alert.sentence_of(found)
    yield told or _("They are: no feature drifts.")
    yield _(
        "The population stability index (PSI) says how far our %(customers)s customers lie from"
        " those the model learned from, as of %(day)s: below 0.1 they are alike, from 0.25 on the"
        " model answers about others. Of the rows learned from, those of the latest day count"
        " where they are nearer. Where an index may be chance, with so few customers, it says"
        " nothing; nor does tenure, which grows by a day each day."
    ) % {"customers": words.number(found.customers), "day": words.day(found.day)}


def _charts(found: Report, drifted: Drift) -> Iterator[Chart]:
    values = {name: one for name, one in drifted.values.items() if name != drift.GROWS}
    farthest = sorted(values, key=lambda name: -values[name])[:DRAWN]
    if sum(bool(one.drift) for one in found.days) > 1:
        yield _over_time(found, farthest)
    for name in farthest:
        yield _shares(name, drifted.bins[name])


def _over_time(found: Report, farthest: list[str]) -> Chart:
    days = found.by_step()
    labels = tuple(step.label for step in found.steps)
    lines = tuple(
        Series(
            names.feature(name),
            tuple(None if day is None else day.drift.get(name) for day in days),
            tone,
            "line",
        )
        for name, tone in zip(farthest, _TONES, strict=False)
    )
    limit = Series(
        _("drifts from here on"), (drift.DRIFTS_FROM,) * len(labels), "neutral", "dashes"
    )
    return Chart(
        name="scoring-drift",
        title=_("PSI over time"),
        heading=heading(found.steps),
        labels=labels,
        series=(*lines, limit),
    )


def _shares(name: str, bins: Bins) -> Chart:
    unit = next((str(one.unit) for one in FEATURES if one.name == name), "")
    return Chart(
        name=f"scoring-drift-{name.replace('_', '-')}",
        title=_("%(feature)s: then and now") % {"feature": names.feature(name)},
        heading=str(capfirst(unit)),
        labels=tuple(_ranges(bins.edges)),
        series=(
            Series(_("those the model learned from"), bins.then, "neutral"),
            Series(_("our customers now"), bins.now),
        ),
        is_share=True,
    )


def _ranges(edges: tuple[float, ...]) -> Iterator[str]:
    if not edges:
        yield _("all")
        return
    shown = [words.number(round(edge, 2)) for edge in edges]
    yield _("up to %(high)s") % {"high": shown[0]}
    for low, high in pairwise(shown):
        yield _("above %(low)s, up to %(high)s") % {"low": low, "high": high}
    yield _("above %(low)s") % {"low": shown[-1]}


def _table(found: Drift) -> Table:
    drifting, watched = found.drifting(), found.watched()
    ordered = sorted(found.values, key=lambda name: -found.values[name])
    rows = []
    for name in ordered:
        verdict = pgettext("drift", "alike")
        if name == drift.GROWS:
            verdict = pgettext("drift", "grows by itself")
        elif name in drifting:
            verdict = pgettext("drift", "drifts")
        elif name in watched:
            verdict = pgettext("drift", "worth watching")
        elif found.values[name] >= drift.WATCH_FROM:
            verdict = pgettext("drift", "may be chance")
        rows.append(
            (
                names.feature(name),
                words.fixed(found.values[name], 3),
                words.fixed(found.limits[name], 3),
                verdict,
            )
        )
    headings = (_("feature"), "PSI", _("by chance up to"), _("verdict"))
    return Table(headings, tuple(rows))
