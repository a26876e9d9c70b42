"""What the page of one recommendation shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.core import tiles
from crm.admin.recommendations import bars
from crm.admin.recommendations.filters import outdated_before
from crm.admin.recommendations.following import list_url, query
from crm.admin.recommendations.forms import STARS
from crm.admin.recommendations.offered import facts, in_stock, last_bought, price, traits
from crm.models import Question, Recommendation, RecommendedProduct
from crm.profiles import shown
from crm.recommendations import algorithms, reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backoffice.core.admin.staff import StaffRequest
    from crm.admin.recommendations.bars import Bar

Status = Recommendation.Status
STATUS_TONES = {
    Status.PENDING: "warning",
    Status.APPROVED: "success",
    Status.REJECTED: "danger",
    Status.REPLACED: "",
}
# Earlier ones of the customer on the page; the list has all of them.
EARLIER = 6
# Dialogs after which the walk through the list goes on.
WALKING = {"reject", "regenerate"}


@dataclass(frozen=True, slots=True)
class Place:
    """One product of a list and why it stands there."""

    row: RecommendedProduct
    stock: str
    stock_tone: str
    price: str
    traits: str
    bought: str
    reasons: Sequence[str]
    chance: Bar | None
    rating: int | None
    # Told where there is no reason that could be said aloud.
    algorithm: str

    @property
    def query(self) -> str:
        """For the dialogs about this one."""
        return f"?product={self.row.pk}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One of the two lists."""

    question: str
    title: str
    algorithm: str
    places: Sequence[Place]


def context(request: StaffRequest, row: Recommendation) -> dict[str, Any]:
    """All that the page's template needs; a constant number of queries."""
    products = list(row.products.select_related("product", "chosen_by"))
    history = list(row.feedback.select_related("by", "product").order_by("-pk"))
    earlier = Recommendation.objects.filter(customer=row.customer_id).exclude(pk=row.pk)
    shown_earlier = list(earlier.select_related("decided_by").order_by("-pk")[: EARLIER + 1])
    return {
        "row": row,
        "is_pending": row.status == Status.PENDING,
        "is_outdated": row.status == Status.PENDING and row.created_at < outdated_before(),
        "status_tone": STATUS_TONES.get(Status(row.status), ""),
        "confidence": bars.confidence(row),
        "data_score": bars.data_score(row),
        "summary": reasons.summary(row),
        "lists": _lists(row, products, _ratings(history)),
        "taken_off": [product for product in products if product.rank is None],
        "head": shown.head(row.customer),
        "ways": _ways(row),
        "consents": _consents(row),
        "history": history,
        "earlier": [
            {
                "row": one,
                "tone": STATUS_TONES.get(Status(one.status), ""),
                "confidence": bars.confidence(one),
            }
            for one in shown_earlier[:EARLIER]
        ],
        "more_earlier": len(shown_earlier) > EARLIER,
        "earlier_link": tiles.list_link(
            "crm.recommendation", f"?customer__id__exact={row.customer_id}&status=all"
        ),
        "newer": _newer(row, shown_earlier),
        "stars": [number for number, _label in reversed(STARS)],
        "waiting": tiles.badge_counts().get("crm.recommendation", 0),
        "back": list_url(request),
        "walk": query(request),
        "may_see_customer": request.user.has_perm("crm.view_customer"),
    }


def dialogs(request: StaffRequest, actions: Iterable[Any], row: Recommendation) -> dict[str, Any]:
    """The page's dialogs by name, of those the person may open, in the state it is in."""
    pending = row.status == Status.PENDING
    possible = {
        "reject": pending,
        "refuse": pending,
        "swap": pending,
        "regenerate": True,
        "rate": True,
        "contacted": row.status == Status.APPROVED and row.contacted_at is None,
    }
    found = {}
    for action in actions:
        name = action.action_name.removeprefix("crm_recommendation_")
        if possible.get(name):
            path = reverse(f"admin:{action.action_name}", args=[row.pk])
            path += query(request) if name in WALKING else ""
            found[name] = {"title": action.description, "icon": action.icon, "path": path}
    return found


def _lists(
    row: Recommendation, products: Sequence[RecommendedProduct], ratings: dict[int, int]
) -> list[Listed]:
    listed = [product for product in products if product.rank is not None]
    known = facts(row.customer_id, [product.product_id for product in listed])
    names = reasons.names_for(listed)
    places = {
        product.pk: Place(
            product,
            *in_stock(known, product.product_id),
            price=price(product.price, product.currency),
            traits=traits(product.product),
            bought="" if _says_so(product) else last_bought(known, product.product_id),
            reasons=reasons.sentences(product.evidence, names),
            chance=bars.probability(product.probability),
            rating=ratings.get(product.product_id),
            algorithm=algorithms.label(product.algorithm) if product.algorithm else "",
        )
        for product in listed
    }
    used = {Question.REPEAT: row.repeat_algorithm, Question.NEW: row.new_algorithm}
    titles = {Question.REPEAT: _("To buy again"), Question.NEW: _("To discover")}
    return [
        Listed(
            question.value,
            titles[question],
            algorithms.label(used[question]) if used[question] else "",
            [places[product.pk] for product in listed if product.question == question],
        )
        for question in Question
    ]


def _says_so(product: RecommendedProduct) -> bool:
    """Whether its reasons tell already when it was bought."""
    return any(fact.get("code") == "bought" for fact in product.evidence)


def _ratings(history: Iterable[Any]) -> dict[int, int]:
    """The last rating of each product, by its id."""
    rated = [entry for entry in history if entry.rating and entry.product_id]
    return {entry.product_id: entry.rating for entry in reversed(rated)}


def _ways(row: Recommendation) -> list[dict[str, str]]:
    ways = {"email": ("mailto", "mail"), "phone": ("tel", "call")}
    known = row.customer.identities.filter(kind__in=ways).order_by("kind", "pk")[:4]
    return [
        {"scheme": ways[one.kind][0], "icon": ways[one.kind][1], "value": one.value}
        for one in known
    ]


def _consents(row: Recommendation) -> list[tuple[str, bool]]:
    customer = row.customer
    return [
        (_("E-mail"), customer.consent_email),
        (_("SMS"), customer.consent_sms),
        (_("Calls"), customer.consent_phone),
    ]


def _newer(row: Recommendation, others: Sequence[Recommendation]) -> Recommendation | None:
    """The one to look at instead, where this one was replaced."""
    if row.status != Status.REPLACED:
        return None
    return next((one for one in others if one.status == Status.PENDING and one.pk > row.pk), None)
