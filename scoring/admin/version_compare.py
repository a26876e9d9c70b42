"""Two versions side by side: figures, what they look at, and our customers under each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.core.admin.ids import id_in
from backoffice.core.admin.pages import page, render
from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from scoring.admin import version_measures as measures
from scoring.admin import version_outlook, version_sections
from scoring.admin.training import VIEW
from scoring.admin.version_words import kind_label, source, state
from scoring.engine.artifact import UnreadableModel
from scoring.engine.features import FEATURES
from scoring.models import ScoringModel
from scoring.versions.rivalry import AGAINST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.http import HttpResponse

    from backoffice.core.admin.staff import StaffRequest
    from scoring.admin.version_measures import Measure
    from scoring.admin.version_outlook import Outlook
    from scoring.engine.features import Feature

# Versions to choose from, the one in use first.
LISTED = 200


# In the address: the two that are compared.
_NAMES = ("one", "other")


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of both; ``better`` is 0 for the one, 1 for the other, None where open."""

    label: str
    says: str
    cells: tuple[str, str]
    better: int | None


@page("scoring/compare/", name="scoring_compare", permission=VIEW)
@require_safe
def compare(request: StaffRequest) -> HttpResponse:
    """Asked for nobody, the version in use and the newest other one."""
    rows = ScoringModel.objects.defer("artifact", "report", "reference").order_by(
        "-is_active", "-pk"
    )
    listed = list(rows[:LISTED])
    pair = _chosen(request, listed)
    asked = {text for name in _NAMES if (text := request.GET.get(name))}
    shown = {str(version.pk) for version in pair}
    is_other = bool(asked) and (
        not asked <= shown or len(asked) < len(request.GET.keys() & {*_NAMES})
    )
    context: dict[str, Any] = {"versions": listed, "is_other": is_other}
    if len(pair) > 1:
        one, other = pair
        context |= {
            "pair": pair,
            "heads": [_head(version) for version in pair],
            "rows": list(_rows(one, other)),
            "is_alike": _is_alike(one, other),
            "sections": list(_sections(one, other)),
        }
    title = _("Versions side by side")
    return render(request, "admin/scoring/version/compare.html", title=title, **context)


def _chosen(request: StaffRequest, listed: Sequence[ScoringModel]) -> list[ScoringModel]:
    """Two versions with all they hold; fewer where there are not two."""
    known = [row.pk for row in listed]
    asked = [id_in(request.GET.get(name, "")) for name in _NAMES]
    keys = [key for key in dict.fromkeys([*asked, *known]) if key in known][:2]
    found = ScoringModel.objects.defer("artifact", "reference").in_bulk(keys)
    return [found[key] for key in keys]


def _head(version: ScoringModel) -> dict[str, Any]:
    tone, told = state(version)
    return {
        "version": version,
        "tone": tone,
        "state": told,
        "kind": kind_label(version.kind),
        "source": source(version),
    }


def _rows(one: ScoringModel, other: ScoringModel) -> Iterator[Row]:
    reports = one.report or {}, other.report or {}
    is_alike = _is_alike(one, other)
    for measure in measures.MEASURES:
        values = [measures.value(report, measure) for report in reports]
        if values == [None, None]:
            continue
        first, second = (measures.with_interval(report, measure) for report in reports)
        better = _better(values, measure) if is_alike and first != second else None
        yield Row(str(measure.label), str(measure.says), (first, second), better)


def _better(values: Sequence[float | None], measure: Measure) -> int | None:
    known = [measure.better * value for value in values if value is not None]
    return int(known[1] > known[0]) if len(known) > 1 else None


def _is_alike(one: ScoringModel, other: ScoringModel) -> bool:
    """Whether both were measured on the same customers, so that figures can be compared at all."""
    same = ("source", "source_name", "as_of", "horizon_days")
    return all(getattr(one, name) == getattr(other, name) for name in same)


def _sections(one: ScoringModel, other: ScoringModel) -> Iterator[Section]:
    for version, rival in ((one, other), (other, one)):
        if (version.report.get(AGAINST) or {}).get("version") == rival.pk:
            same = version_sections.same_customers(version.report, str(rival))
            title = _("%(one)s against %(other)s, on the same customers")
            yield replace(same, title=title % {"one": version, "other": rival}, is_wide=True)
    try:
        outlook = version_outlook.of(one, other)
    except UnreadableModel as error:
        yield Section("outlook", _("Our customers under each"), (str(error),))
    else:
        if outlook is not None:
            yield _outlook(one, other, outlook)
    if one.report.get("importance") and other.report.get("importance"):
        yield _importance(one, other)
    for version in (one, other):
        if version.report.get("calibration"):
            yield version_sections.calibration(version.report["calibration"], str(version))


def _outlook(one: ScoringModel, other: ScoringModel, found: Outlook) -> Section:
    heading = _("%(one)s, across: %(other)s") % {"one": one, "other": other}
    labels = [str(segment.label) for segment in version_outlook.SEGMENTS]
    table = Table(
        (heading, *labels),
        tuple(
            (
                str(row.label),
                *(words.number(found.counts[row, column]) for column in version_outlook.SEGMENTS),
            )
            for row in version_outlook.SEGMENTS
        ),
    )
    return Section(
        "outlook", _("Our customers under each"), (version_outlook.told(found),), tables=(table,)
    )


def _importance(one: ScoringModel, other: ScoringModel) -> Section:
    shares = one.report["importance"], other.report["importance"]
    ordered = sorted(FEATURES, key=lambda feature: -shares[0].get(feature.name, 0))
    chart = Chart(
        name="compare-importance",
        title=_("What they look at"),
        heading=_("Feature"),
        labels=tuple(str(feature.label) for feature in ordered),
        series=(
            Series(str(one), _weights(shares[0], ordered)),
            Series(str(other), _weights(shares[1], ordered), "neutral"),
        ),
        unit="%",
        is_horizontal=True,
    )
    return Section("importance", chart.title, (), (chart,))


def _weights(shares: Mapping[str, float], ordered: Sequence[Feature]) -> tuple[float, ...]:
    return tuple(version_sections.percent(shares.get(each.name, 0)) for each in ordered)
