"""What came of it: the loop, whether confidence came true, opinions, the measured evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from crm.admin.recommendations import evaluation
from crm.models import Question, Recommendation
from crm.recommendations import algorithms, rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crm.recommendations.auditing.outcomes import Bin
    from crm.recommendations.auditing.report import Report

STARS = range(5, 0, -1)


def sections(found: Report) -> tuple[Section, ...]:
    return (_loop(found), _calibration(found), _opinions(found), *_evaluation(found))


def _loop(found: Report) -> Section:
    horizon = rules.current().horizon_days
    sentences = (
        _(
            "Of all times: lists of each algorithm that were made, approved, used for a contact and"
            " followed by a purchase of one of their products within %(days)d days. Whoever would"
            " have bought anyway counts as a success, too."
        )
        % {"days": horizon},
    )
    steps = (
        ("approved", str(Recommendation.Status.APPROVED.label), "info"),
        ("contacted", _("contacted"), "primary"),
        ("bought", pgettext("recommendation", "bought"), "success"),
    )
    chart = Chart(
        name="audit-loop",
        title=_("Approved, contacted, bought"),
        heading=_("algorithm and list"),
        labels=tuple(_list(line) for line in found.funnel),
        series=tuple(
            Series(label, tuple(line[step] for line in found.funnel), tone)  # type: ignore[arg-type]
            for step, label, tone in steps
        ),
        is_horizontal=True,
    )
    headings = (
        _("algorithm and list"),
        pgettext("recommendations", "made"),
        _("approved of those decided"),
        _("contacted of those approved"),
        _("bought of those contacted"),
    )
    rows = tuple(
        (
            _list(line),
            words.number(line["made"]),
            _rate(line["approved"], line["decided"]),
            _rate(line["contacted"], line["approved"]),
            _rate(line["bought"], line["contacted"]),
        )
        for line in found.funnel
    )
    return Section(
        "loop", _("What came of it"), sentences, (chart,), (Table(headings, rows),), is_wide=True
    )


def _list(line: Mapping[str, Any]) -> str:
    return f"{algorithms.label(line['algorithm'])}, {Question(line['question']).label}"


def _rate(hits: int, total: int) -> str:
    """Such as "50 % (2 of 4)"."""
    if not total:
        return words.NONE
    return _("%(share)s (%(hits)s of %(total)s)") % {
        "share": words.share(hits / total, 1),
        "hits": words.number(hits),
        "total": words.number(total),
    }


def _calibration(found: Report) -> Section:
    title = _("Stated and observed")
    if not found.calibration:
        days = {"days": rules.current().horizon_days}
        text = _(
            "There is nothing to compare yet: nobody was contacted more than %(days)d days ago."
        )
        return Section("calibration", title, (text % days,))
    bins = found.calibration
    chart = Chart(
        name="audit-calibration",
        title=title,
        heading=_("stated confidence"),
        labels=tuple(map(_span, bins)),
        series=(
            Series(_("95 % interval"), tuple(one.bought.interval for one in bins), "info", "range"),
            Series(_("observed"), tuple(one.bought.value for one in bins), "success", "points"),
            Series(_("stated"), tuple(one.stated for one in bins), "neutral", "dashes"),
        ),
        is_share=True,
    )
    rows = tuple(
        (
            _span(one),
            words.share(one.stated, 1),
            words.rate(one.bought),
            words.interval(one.bought),
        )
        for one in bins
    )
    headings = (_("stated confidence"), _("mean"), _("bought"), _("95 % interval"))
    text = _(
        "Of those contacted long enough ago: how sure they were, and how many bought within the"
        " days that count. Confidence is about the next purchase, whenever it is; here only these"
        " days count, so that less may be bought than was stated."
    )
    return Section("calibration", title, (text,), (chart,), (Table(headings, rows),))


def _span(one: Bin) -> str:
    ends = {"low": words.share(one.low), "high": words.share(one.high)}
    return _("%(low)s to %(high)s") % ends


def _opinions(found: Report) -> Section:
    said = found.said
    stars = Chart(
        name="audit-stars",
        title=_("Ratings"),
        heading=_("stars"),
        labels=tuple("★" * number for number in STARS),
        series=(Series(_("ratings"), tuple(said.stars[number] for number in STARS), "info"),),
        is_horizontal=True,
    )
    labels = dict(Recommendation.Rejection.choices)
    rows = tuple(
        (words.title(labels.get(reason, reason) or _("no reason")), words.number(number))
        for reason, number in said.rejections.most_common()
    )
    table = Table((_("reason of the rejection"), _("recommendations")), rows)
    return Section("opinions", _("What was said"), (), (stars,), (table,))


def _evaluation(found: Report) -> tuple[Section, ...]:
    """As the evaluation's own page shows it, the intervals beside the figures."""
    title = _("Measured on purchases held out")
    if found.model is None:
        text = _("Nothing was learnt from purchases yet: have recommendations made first.")
        return (Section("evaluation", title, (text,), is_wide=True),)
    shown = evaluation.shown(found.model)
    headings = (_("algorithm"), *(label for label, _text in shown.headings))
    tables = [
        Section(
            f"evaluation-{place}",
            _("Measured on purchases held out: %(list)s") % {"list": table.title},
            (*(shown.words if not place else ()), table.words, table.winner),
            tables=(Table(headings, tuple(map(_measured, table.rows))),),
            is_wide=True,
        )
        for place, table in enumerate(shown.tables)
    ]
    return tuple(tables) or (Section("evaluation", title, tuple(shown.words), is_wide=True),)


def _measured(row: evaluation.Row) -> tuple[str, ...]:
    cells = (
        f"{cell.value} ({cell.interval})" if cell.interval else cell.value for cell in row.cells
    )
    return (f"{row.label} ✓" if row.is_winner else row.label, *cells)
