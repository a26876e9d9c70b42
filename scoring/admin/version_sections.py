"""What the page of one version shows below its fields: the house's sections of figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.comparison import Rate
from backoffice.core.figures.parts import Section, Table
from scoring.admin import version_measures as measures
from scoring.admin.version_words import kind_label
from scoring.engine.features import FEATURES
from scoring.training.comparison import MARGIN
from scoring.training.dataset import TEMPORAL
from scoring.versions.rivalry import AGAINST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scoring.admin.version_measures import Figures
    from scoring.models import ScoringModel


@dataclass(frozen=True, slots=True)
class Row:
    """One measure; ``interval`` is empty where there is none."""

    label: str
    says: str
    value: str
    interval: str


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a version is, and on whom that was measured."""

    told: str
    rows: Sequence[Row]


def sections(version: ScoringModel) -> list[Section]:
    """What follows :func:`quality`: what was measured; an earlier release may have kept less."""
    return list(_sections(version.report or {}))


def _sections(report: Figures) -> Iterator[Section]:
    if report.get("calibration"):
        yield calibration(report["calibration"])
    if report.get("importance"):
        yield _importance(report["importance"])
    if report.get(AGAINST):
        yield same_customers(report, f"v{report[AGAINST].get('version')}")
    if report.get("champion"):
        yield _contest(report)


def measured_on(report: Figures) -> str:
    """On whom the figures were measured, in one sentence; empty where it is not known."""
    if not report.get("clients"):
        return ""
    how = (
        _("later than all it learned from")
        if report.get("split") == TEMPORAL
        else _("set apart by lot")
    )
    told = _(
        "Learned from %(learned)s rows; measured on %(tested)s others, %(how)s, of whom %(rate)s"
        " bought."
    )
    return told % {
        "learned": words.number(report.get("learned") or 0),
        "tested": words.number(report["clients"]),
        "how": how,
        "rate": words.share(report.get("base_rate"), 1),
    }


def quality(report: Figures) -> Quality:
    """All measures there are, for the head of the figures."""
    rows = [
        Row(
            str(one.label),
            str(one.says),
            measures.told(report, one),
            measures.interval(report, one),
        )
        for one in measures.MEASURES
        if measures.value(report, one) is not None
    ]
    return Quality(measured_on(report) or _("Nothing is known of how good it is."), rows)


def calibration(bins: Sequence[Mapping[str, Any]], of: str = "") -> Section:
    """Chances foretold beside what came, in bins of equally many customers."""
    title = _("Does a chance keep its word?")
    rates = [Rate(round(one["came"] * one["clients"]), one["clients"]) for one in bins]
    chart = Chart(
        name=f"version-calibration{of}",
        title=f"{title} {of}".strip(),
        heading=_("Chance foretold"),
        labels=tuple(words.share(one["foretold"], 1) for one in bins),
        series=(
            Series(_("foretold"), tuple(one["foretold"] for one in bins), "neutral", "dashes"),
            Series(
                pgettext("customers", "bought"),
                tuple(one["came"] for one in bins),
                "primary",
                "points",
            ),
            Series(_("95 % interval"), tuple(one.interval for one in rates), "info", "range"),
        ),
        is_share=True,
    )
    told = _(
        "Customers it had not seen, from the smallest chances to the greatest, equally many at each"
        " step. The closer the points lie to the line, the more a chance can be taken at its word."
    )
    return Section(f"calibration{of}", chart.title, (told,), (chart,))


def _importance(shares: Mapping[str, float]) -> Section:
    """How much each feature moves the scores."""
    labels = {one.name: str(one.label) for one in FEATURES}
    ordered = sorted(shares.items(), key=lambda one: -one[1])
    chart = Chart(
        name="version-importance",
        title=_("What it looks at"),
        heading=_("Feature"),
        labels=tuple(labels.get(name, name) for name, _share in ordered),
        series=(Series(_("weight"), tuple(percent(share) for _name, share in ordered)),),
        unit="%",
        is_horizontal=True,
    )
    told = _("How much of what moves the scores up and down is owed to each feature.")
    return Section("importance", chart.title, (told,), (chart,))


def same_customers(report: Figures, rival: str) -> Section:
    """A version against the one in use when it was trained, on its own test rows."""
    against: Figures = report[AGAINST]
    rows = []
    for measure in measures.MEASURES:
        gain = (against.get("gain") or {}).get(measure.name)
        if gain is None:
            continue
        told = (measures.gained(gain, measure), measures.verdict(gain, measure))
        rows.append((str(measure.label), measures.told(against, measure), *told))
    headings = (_("Measure"), rival, _("Difference"), _("What it proves"))
    sentences = [
        _(
            "Both were asked about the same customers when this one was trained. By the log loss it"
            " was decided whether it is put to use."
        )
    ]
    if against.get("is_anew"):
        sentences.append(
            _(
                "%(rival)s had learned from these customers: in its stead stands its way of"
                " learning, learned anew without them."
            )
            % {"rival": rival}
        )
    title = _("Against %(rival)s, on the same customers") % {"rival": rival}
    table = Table(headings, tuple(rows))
    return Section("against", title, tuple(sentences), tables=(table,))


def percent(share: float) -> float:
    """For charts whose axis need not reach 100 %."""
    return round(100 * share, 1)


def _contest(report: Figures) -> Section:
    champion: Figures = report["champion"]
    rows = [_contender(champion, report.get("model"), "")]
    for one in report.get("challengers") or []:
        gain = (one.get("gain_on_champion") or {}).get(measures.LOG_LOSS.name)
        rows.append(_contender(one, report.get("model"), measures.verdict(gain)))
    headings = (
        _("Way of learning"),
        str(measures.AUC.label),
        str(measures.LOG_LOSS.label),
        str(measures.LIFT.label),
        _("Against the champion"),
        _("Log loss where it was decided"),
    )
    told = _(
        "Each way learned from the same customers and was measured on the same others. A challenger"
        " is chosen only where its log loss on rows set apart for the choice is smaller by more"
        " than chance, and by more than %(margin)s; the figures told here decided nothing."
    ) % {"margin": words.share(MARGIN)}
    return Section(
        "contest",
        _("The champion against its challengers"),
        (told,),
        tables=(Table(headings, tuple(rows)),),
        is_wide=True,
    )


def _contender(one: Figures, chosen: object, against: str) -> tuple[str, ...]:
    kind = str(one.get("model", ""))
    label = kind_label(kind)
    name = _("%(kind)s (chosen)") % {"kind": label} if kind == chosen else label
    figures = (measures.AUC, measures.LOG_LOSS, measures.LIFT)
    return (
        name,
        *(measures.with_interval(one, measure) for measure in figures),
        against or _("the champion"),
        measures.told(one.get("validation") or {}, measures.LOG_LOSS),
    )
