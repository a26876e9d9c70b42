"""What was made: issues, decisions by algorithm and by segment, distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from crm.models import CustomerProfile, Recommendation
from crm.recommendations import algorithms
from crm.recommendations.auditing.counting import BINS
from crm.recommendations.auditing.issues import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backoffice.core.charts import Tone
    from crm.recommendations.auditing.counting import Tally
    from crm.recommendations.auditing.report import Report

Status = Recommendation.Status
# As the badges of the list.
TONES: dict[Status, Tone] = {
    Status.PENDING: "warning",
    Status.APPROVED: "success",
    Status.REJECTED: "danger",
}


def sections(found: Report) -> tuple[Section, ...]:
    return (_by_algorithm(found), _by_segment(found), _confidence(found), _quality(found))


def issues(found: Report) -> Section:
    """For paper and sheets; the page shows them with links."""
    rows = tuple(
        (
            str(SEVERITIES[issue.kind.severity]),
            str(capfirst(str(issue.kind.label))),
            words.number(issue.count),
            issue.message,
        )
        for issue in found.issues
    )
    sentences = () if rows else (_("Nothing stands out."),)
    headings = (_("severity"), _("issue"), _("recommendations"), _("what to do"))
    table = Table(headings, rows, figures_from=2)
    return Section("issues", _("To look at"), sentences, tables=(table,), is_wide=True)


def _by_algorithm(found: Report) -> Section:
    tallies = {algorithms.label(name): tally for name, tally in found.counts.by_algorithm.items()}
    sentences = (
        _(
            "A recommendation has two lists and counts with the algorithm of each, once where one"
            " made both: together these may be more than there are recommendations."
        ),
    )
    return Section(
        "algorithms",
        _("By algorithm"),
        sentences if tallies else (),
        (_decisions("audit-algorithms", _("algorithm"), tallies),),
        (_figures(_("algorithm"), tallies),),
        is_wide=True,
    )


def _by_segment(found: Report) -> Section:
    labels = dict(CustomerProfile.Segment.choices)
    tallies = {
        str(capfirst(str(labels.get(name, name) or _("no segment")))): tally
        for name, tally in found.counts.by_segment.items()
    }
    return Section(
        "segments",
        _("By segment"),
        (_("The segment that the customer had when it was made."),) if tallies else (),
        (_decisions("audit-segments", _("segment"), tallies),),
        (_figures(_("segment"), tallies),),
        is_wide=True,
    )


def _decisions(name: str, heading: str, tallies: Mapping[str, Tally]) -> Chart:
    return Chart(
        name=name,
        title=_("Decisions"),
        heading=heading,
        labels=tuple(tallies),
        series=tuple(
            Series(str(status.label), tuple(t.by_status[status] for t in tallies.values()), tone)
            for status, tone in TONES.items()
        ),
        is_stacked=True,
        is_horizontal=True,
    )


def _figures(heading: str, tallies: Mapping[str, Tally]) -> Table:
    headings = (
        heading,
        _("recommendations"),
        _("confidence"),
        _("data score"),
        str(Status.APPROVED.label),
        _("of those decided"),
        _("rating"),
    )
    rows = tuple(
        (
            label,
            words.number(tally.total),
            words.share(tally.average_confidence, 1),
            _mean(tally.average_quality),
            words.share(tally.rate(Status.APPROVED), 1),
            words.share(tally.approved_of_decided, 1),
            _mean(tally.average_rating),
        )
        for label, tally in tallies.items()
    )
    return Table(headings, rows)


def _confidence(found: Report) -> Section:
    labels = tuple(
        _("%(low)d to %(high)d %%") % {"low": 10 * place, "high": 10 * place + 10}
        for place in range(BINS)
    )
    chart = _distribution("audit-confidence", _("confidence"), labels, found.counts.confidence_bins)
    return Section("confidence", _("Confidence"), (), (chart,))


def _quality(found: Report) -> Section:
    ends = [*(10 * place + 9 for place in range(BINS - 1)), 100]
    labels = tuple(
        _("%(low)d to %(high)d") % {"low": 10 * place, "high": end}
        for place, end in enumerate(ends)
    )
    chart = _distribution("audit-quality", _("data score"), labels, found.counts.quality_bins)
    return Section("quality", _("Data score"), (), (chart,))


def _distribution(
    name: str, heading: str, labels: tuple[str, ...], bins: Sequence[Mapping[str, int]]
) -> Chart:
    return Chart(
        name=name,
        title=_("How many have which"),
        heading=heading,
        labels=labels,
        series=tuple(
            Series(str(status.label), tuple(one.get(status, 0) for one in bins), tone)
            for status, tone in TONES.items()
        ),
        is_stacked=True,
    )


def _mean(value: float | None) -> str:
    return words.NONE if value is None else words.fixed(value, 1)
