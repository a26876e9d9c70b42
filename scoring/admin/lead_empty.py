"""What the list of leads says where it has none: why, and the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core import tiles
from backoffice.core.admin.nothing import Nothing
from crm.models import Customer
from scoring.admin.lead_filters import QUEUE, TODAY, chosen_queue, is_whole
from scoring.models import LeadScore

if TYPE_CHECKING:
    from django.http import HttpRequest


def why(request: HttpRequest) -> Nothing | None:
    """None where the usual words do: filters or a search leave nothing."""
    if not LeadScore.objects.exists():
        return _no_scores(request)
    if chosen_queue(request) != TODAY or not is_whole(request):
        return None
    return Nothing(
        _("Nobody is left to contact today"),
        _(
            "All hot leads were called or written to lately, or may not be reached by any way. They"
            " come back when their rest is over, new ones as soon as they become hot."
        ),
        tiles.list_link("scoring.leadscore", f"?{QUEUE}=warm"),
        _("To the warm leads"),
    )


def _no_scores(request: HttpRequest) -> Nothing:
    title = _("No scores yet")
    if not Customer.objects.exists():
        words = _("There are no customers yet: import them, with their purchases and contacts.")
        may_look = request.user.has_perm("crm.view_datasource")
        link = tiles.list_link("crm.datasource") if may_look else ""
        return Nothing(title, words, link, _("To the data sources"))
    if request.user.has_perm("scoring.compute_leadscore"):
        words = _("Customers are scored each night; on the page of the scorings, at once.")
        link = tiles.list_link("scoring.scoringrun")
        return Nothing(title, words, link, _("To the scorings"))
    return Nothing(title, _("Customers are scored each night."))
