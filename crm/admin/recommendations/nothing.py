"""What a page says that has nothing to show: why, and the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.admin.nothing import Nothing
from crm.models import Recommendation, RecommendationRun, RefusedProduct, Sale

if TYPE_CHECKING:
    from django.http import HttpRequest

# Of a list's address: they leave out no row.
_NO_FILTERS = {"o", "p", "all"}


def made_yet(request: HttpRequest) -> Nothing | None:
    """What comes before the first recommendation; None once there is one."""
    if Recommendation.objects.exists():
        return None
    run = RecommendationRun.objects.only("pk", "status", "withheld", "without").first()
    if run is not None:
        return _of(run)
    title = _("No recommendations yet")
    if not Sale.objects.exists():
        words = _(
            "They come from purchases, and there are none yet. First take in customers, products"
            " and sales: from files or from another system."
        )
        may_look = request.user.has_perm("crm.view_datasource")
        sources = reverse("admin:crm_datasource_changelist")
        return Nothing(title, words, sources if may_look else "", _("To the data sources"))
    if request.user.has_perm("crm.generate_recommendation"):
        words = _("Have them made for everybody, at “Make recommendations”. It is done each night.")
    else:
        words = _("They are made each night; a manager can have them made at once.")
    return Nothing(title, words, reverse("admin:crm_recommendationrun_changelist"), _makings())


def to_review(request: HttpRequest) -> Nothing | None:
    """Of the list; None where its filters or a search leave nothing."""
    found = made_yet(request)
    if found or set(request.GET) - _NO_FILTERS:
        return found
    words = _("Whatever was proposed is decided about. New ones come with the next making.")
    page = reverse("admin:crm_recommendation_changelist") + "?status=all"
    return Nothing(_("Nothing is left to review"), words, page, _("Show those of before"))


def to_use(request: HttpRequest) -> Nothing | None:
    """Of the page for campaigns; None where something is approved and not used yet."""
    approved = Recommendation.objects.filter(status="approved", contacted_at=None)
    if approved.exists():
        return None
    return made_yet(request) or Nothing(
        _("Nothing waits for a campaign"),
        _("Approve recommendations first: those that were not used yet come here."),
        reverse("admin:crm_recommendation_changelist"),
        _("To the recommendations to review"),
    )


def makings(request: HttpRequest) -> Nothing | None:
    """Of the list of makings; the button stands on it."""
    if RecommendationRun.objects.exists():
        return None
    found = made_yet(request)
    return found and Nothing(_("Nothing was made yet"), found.words)


def refused(_request: HttpRequest) -> Nothing | None:
    """Of the list of refused products."""
    if RefusedProduct.objects.exists():
        return None
    words = _(
        "Here stand the products that a customer is not proposed again: those of rejected"
        " recommendations, and those that were refused one by one."
    )
    return Nothing(_("No product is refused"), words)


def _of(run: RecommendationRun) -> Nothing:
    page = reverse("admin:crm_recommendationrun_change", args=[run.pk])
    if run.status in RecommendationRun.OPEN:
        words = _("They appear here as soon as they are made.")
        return Nothing(_("Recommendations are being made"), words, page, _("Watch it"))
    if run.status == RecommendationRun.Status.FAILED:
        words = _("Its page says what went wrong. Mend it and have them made again.")
        return Nothing(_("The last making failed"), words, page, _("What went wrong"))
    words = _(
        "The last making found nothing to propose: of %(withheld)d customers who did not allow it"
        " or have one already, and %(without)d for whom the rules leave no product."
    )
    counts = {"withheld": run.withheld, "without": run.without}
    return Nothing(_("No recommendations yet"), words % counts, page, _makings())


def _makings() -> str:
    return pgettext("link", "To the makings")
