"""Our customers as two versions see them: who would become hotter or colder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db.models import Func
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.figures import words
from scoring.engine import features, scale
from scoring.leads import explaining
from scoring.models import LeadScore
from scoring.models.lead import Segment
from scoring.versions import active

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from scoring.models import ScoringModel

    Rows = NDArray[np.float64]

# Of so many customers at most: enough to see a hundredth move.
MOST: Final = 5_000
SEGMENTS: Final = (Segment.HOT, Segment.WARM, Segment.COLD)
_FACTS: Final = (
    "as_of",
    "last_contact_on",
    "known_since",
    "total_contacts",
    "total_spent",
    "emails_sent",
    "emails_opened",
    "website_visits",
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """``counts`` has customers by their segments under the one and the other version.

    ``is_drawn`` where they are some of all, drawn by lot.
    """

    customers: int
    counts: Mapping[tuple[str, str], int]
    # Mean distance of the two scores, in points.
    distance: float
    is_drawn: bool = False

    @property
    def moved(self) -> int:
        """Customers whose segment is another one."""
        return sum(count for (one, other), count in self.counts.items() if one != other)


def of(one: ScoringModel, other: ScoringModel) -> Outlook | None:
    """By the facts of their last scoring; None where nobody was scored yet.

    Raises:
        UnreadableModel: a version's file cannot be read any more.

    """
    customers = LeadScore.objects.count()
    clients = _clients(customers)
    if clients is None:
        return None
    rows = features.of_clients(clients)
    scores = [active.compiled(each).scores(rows) for each in (one, other)]
    counts = {(str(a), str(b)): 0 for a in SEGMENTS for b in SEGMENTS}
    for first, second in zip(*(each.tolist() for each in scores), strict=True):
        counts[scale.segment(first), scale.segment(second)] += 1
    distance = float(abs(scores[0] - scores[1]).mean())
    return Outlook(len(rows), counts, distance, is_drawn=customers > MOST)


def told(found: Outlook) -> str:
    """How many customers would move, and how far."""
    sentence = ngettext(
        "Of %(customers)s customer, %(moved)s (%(share)s) would be in another segment; scores lie"
        " %(distance)s points apart on the mean.",
        "Of %(customers)s customers, %(moved)s (%(share)s) would be in another segment; scores lie"
        " %(distance)s points apart on the mean.",
        found.customers,
    ) % {
        "customers": words.number(found.customers),
        "moved": words.number(found.moved),
        "share": words.share(found.moved / found.customers, 1),
        "distance": words.fixed(found.distance, 1),
    }
    how = _("This goes by what was known of them at their last scoring.")
    drawn = _("They were drawn by lot.") if found.is_drawn else ""
    return " ".join(filter(None, [sentence, how, drawn]))


def _clients(customers: int) -> Rows | None:
    """The figures of customers, as ``scoring.engine.clients`` orders them; by lot where many."""
    leads = LeadScore.objects.order_by("pk")
    if customers > MOST:
        # The same each time; by their keys alone, which takes no look into the table.
        spread = LeadScore.objects.annotate(lot=Func("pk", function="hashint8"))
        drawn = spread.order_by("lot", "pk").values_list("pk", flat=True)[:MOST]
        leads = leads.filter(pk__in=list(drawn))
    rows = [explaining.client_of(lead) for lead in leads.only(*_FACTS)]
    return np.array(rows, dtype=np.float64) if rows else None
