"""The versions of the demo: the shipped one, and one that learned from the demo's own sales.

Today the shipped one answers again: programs try the API with the example of its documentation,
and what a few hundred invented sales say of that client is chance.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.live import windows
from scoring.models import ScoringModel
from scoring.training import comparison, history
from scoring.training.candidates import BOOSTING, CANDIDATES, FOREST, LOGISTIC
from scoring.versions import active, keeping

if TYPE_CHECKING:
    from scoring.engine.compiled import CompiledModel

# Days ago: the shipped version came into use, the other was trained and did, staff went back.
SHIPPED, TRAINED, RETURNED = 365, 115, 20
# These customers buy often: who will within a month tells more of them than within three.
HORIZON = 30
# A forest takes seconds to learn; the demo is to be there at once.
WAYS: Final = tuple(
    one for kind in (LOGISTIC, BOOSTING) for one in CANDIDATES if one.kind == kind != FOREST
)


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A version in use from a day on."""

    since: dt.date
    version: ScoringModel
    compiled: CompiledModel


def load(today: dt.date) -> list[Term]:
    """Versions in the order in which they were put to use; the last one is in use."""
    shipped = Term(dt.date.min, keeping.in_use(), active.model())
    _date_back(shipped.version, today - dt.timedelta(days=SHIPPED))
    trained_on = today - dt.timedelta(days=TRAINED)
    try:
        own = _trained(trained_on - dt.timedelta(days=HORIZON + 1))
    except DomainError:
        # Too few sales to learn from: another demo than ours.
        return [shipped]
    verdict = keeping.contest(own.pk, forced=False, by=None)
    _date_back(own, trained_on)
    if not verdict.is_put_to_use:
        return [shipped]
    learned = Term(trained_on, own, active.model())
    returned_on = today - dt.timedelta(days=RETURNED)
    back = keeping.activate(shipped.version.pk, by=None)
    _put_to_use_on(back, returned_on)
    return [shipped, learned, Term(returned_on, back, shipped.compiled)]


def _trained(as_of: dt.date) -> ScoringModel:
    parts = windows.split(as_of, HORIZON)
    report = comparison.train(history.whole(parts), split=parts, ways=WAYS)
    origin = keeping.Origin(source=ScoringModel.Source.HISTORY, as_of=as_of, horizon_days=HORIZON)
    return keeping.keep(report, origin)


def _date_back(version: ScoringModel, day: dt.date) -> None:
    ScoringModel.objects.filter(pk=version.pk).update(
        trained_at=_at_ten(day),
        note=_("Demo data: trained on invented sales.")
        if version.source == ScoringModel.Source.HISTORY
        else version.note,
    )
    _put_to_use_on(version, day)


def _put_to_use_on(version: ScoringModel, day: dt.date) -> None:
    once = ScoringModel.objects.filter(pk=version.pk, activated_at__isnull=False)
    once.update(activated_at=_at_ten(day))


def _at_ten(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(10)))
