"""What people decide of recommendations: each a transaction with the row locked.

Of two people who decide at the same moment one wins and the other is told who did. A run that
makes a newer one at that moment either came first (this one is then ``replaced``, and the person
is told) or finds it decided and leaves it alone.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import (
    Customer,
    Product,
    Recommendation,
    RecommendationFeedback,
    RecommendedProduct,
    RefusedProduct,
)
from crm.recommendations import rules
from crm.recommendations.deciding import allowed, places
from crm.recommendations.deciding.refusals import (
    AlreadyDecided,
    NotAllowed,
    ProductNotFound,
    RecommendationNotFound,
    Stale,
    require,
)
from crm.recommendations.making import requests

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Action = RecommendationFeedback.Action
Rejection = Recommendation.Rejection
Status = Recommendation.Status
APPROVE = "crm.approve_recommendation"
GENERATE = "crm.generate_recommendation"
BEST = 5


def approve(recommendation_id: int, *, by: User) -> Recommendation:
    """From pending to approved.

    Raises ``PermissionDenied``; ``DomainError`` (conflict) where it was decided before or is
    stale; ``DomainError`` where the customer opted out or nothing of it may be proposed any more.
    """
    require(by, APPROVE)
    with transaction.atomic():
        found = _lock_pending(recommendation_id)
        now_rules = rules.current()
        allowed.refuse_customer(found.customer, now_rules)
        if found.created_at < timezone.now() - dt.timedelta(days=now_rules.stale_days):
            raise Stale(found, now_rules)
        _refuse_unsuitable(found)
        _decide(found, Status.APPROVED, by)
        _note(found, Action.APPROVED, by=by)
    return found


def reject(recommendation_id: int, *, by: User, rejection: str, note: str = "") -> Recommendation:
    """From pending to rejected; none of its products is proposed to the customer again."""
    require(by, APPROVE)
    note = note.strip()
    if rejection not in Rejection.values:
        sentence = _("“%(value)s” is not a reason: choose one of %(known)s.")
        words = {"value": rejection, "known": ", ".join(Rejection.values)}
        raise DomainError(sentence % words, field="rejection", value=rejection)
    _refuse_long(note, "note")
    with transaction.atomic():
        found = _lock_pending(recommendation_id)
        found.rejection = rejection
        found.rejection_note = note
        _decide(found, Status.REJECTED, by, "rejection", "rejection_note")
        listed = found.products.filter(rank__isnull=False).values_list("product_id", flat=True)
        reason = note or str(Rejection(rejection).label)
        _refuse(found, list(listed), by=by, reason=reason)
        _note(found, Action.REJECTED, by=by, comment=note)
    return found


def refuse_product(recommended_id: int, *, by: User, reason: str = "") -> RecommendedProduct:
    """Take one product off a pending one, for ever: the next of its list moves up."""
    require(by, APPROVE)
    reason = reason.strip()
    _refuse_long(reason, "reason")
    with transaction.atomic():
        found, place = _lock_place(recommended_id)
        places.take_off(place)
        _refuse(found, [place.product_id], by=by, reason=reason)
        _note(found, Action.REFUSED, by=by, product_id=place.product_id, comment=reason)
    return place


def allow_again(refused_id: int, *, by: User) -> None:
    """Propose a refused product to the customer again."""
    require(by, APPROVE)
    deleted, _rows = RefusedProduct.objects.filter(pk=refused_id).delete()
    if not deleted:
        sentence = _("This product is not refused (any more).")
        raise DomainError(sentence, code="not_found", field="refused_id", value=refused_id)


def swap(recommended_id: int, *, product_id: int, by: User) -> RecommendedProduct:
    """Another product in this one's place, on a pending one; ``DomainError`` by the rules.

    What the customer bought before goes to the list to buy again, anything else to the other one:
    in this one's place where that is its list, else at the end. What they sent back and did not
    buy again is refused, whoever chooses it.
    """
    require(by, APPROVE)
    with transaction.atomic():
        found, place = _lock_place(recommended_id)
        product = Product.objects.filter(pk=product_id).first()
        if product is None:
            raise ProductNotFound(product_id)
        allowed.refuse_customer(found.customer, rules.current())
        _refuse_by_rules(found, product)
        chosen = places.put(product, instead_of=place, by=by)
        told = f"{place.product} → {product}"
        _note(found, Action.SWAPPED, by=by, product_id=place.product_id, comment=told)
    return chosen


def rate(
    recommendation_id: int,
    *,
    by: User,
    rating: int | None = None,
    comment: str = "",
    product_id: int | None = None,
) -> RecommendationFeedback:
    """1-5 stars and/or a comment, in any state; ``DomainError`` names a rating out of range."""
    require(by, APPROVE)
    comment = comment.strip()
    if rating is None and not comment:
        raise DomainError(_("Give 1 to 5 stars, a comment, or both."), field="rating")
    is_whole = isinstance(rating, int) and not isinstance(rating, bool)
    if rating is not None and not (is_whole and 1 <= rating <= BEST):
        sentence = _("A rating is a whole number from 1 to 5, not “%(value)s”.")
        raise DomainError(sentence % {"value": rating}, field="rating", value=rating)
    with transaction.atomic():
        found = _lock(recommendation_id)
        if product_id is not None and not found.products.filter(product=product_id).exists():
            raise ProductNotFound(product_id)
        if rating is not None and product_id is None:
            found.rating = rating
            found.save(update_fields=["rating"])
        action = Action.COMMENTED if rating is None else Action.RATED
        return _note(found, action, by=by, product_id=product_id, rating=rating, comment=comment)


def regenerate(
    recommendation_id: int, *, by: User, algorithm: str = "", comment: str = ""
) -> Recommendation:
    """A new one for the same customer from what was learnt last; the old one is kept.

    A pending one becomes replaced; an approved or rejected one stays what it is. Where there is
    nothing to propose, nothing changes and ``DomainError`` says so.
    """
    require(by, GENERATE)
    with transaction.atomic():
        old = _get(recommendation_id)
        made = requests.make_one(old.customer_id, algorithm=algorithm, by=by)
        if made is None:
            sentence = _("There is nothing to propose to %(customer)s now: this one stays.")
            words = {"customer": old.customer}
            raise DomainError(sentence % words, code="nothing_to_propose")
        _note(old, Action.REGENERATED, by=by, comment=comment.strip())
        return Recommendation.objects.get(pk=made)


def _get(recommendation_id: int) -> Recommendation:
    found = Recommendation.objects.select_related("customer").filter(pk=recommendation_id).first()
    if found is None:
        raise RecommendationNotFound(recommendation_id)
    return found


def _lock(recommendation_id: int) -> Recommendation:
    """Locked after its customer, as runs and merges do: what they read before they write holds."""
    while True:
        customer_id = _get(recommendation_id).customer_id
        customer = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
        rows = Recommendation.objects.select_for_update(no_key=True)
        found = rows.filter(pk=recommendation_id).first()
        if found is None or customer is None:
            raise RecommendationNotFound(recommendation_id)
        # A merge gave it to another customer while we waited.
        if found.customer_id == customer_id:
            found.customer = customer
            return found


def _lock_pending(recommendation_id: int) -> Recommendation:
    found = _lock(recommendation_id)
    if found.status != Status.PENDING:
        raise AlreadyDecided(found)
    return found


def _lock_place(recommended_id: int) -> tuple[Recommendation, RecommendedProduct]:
    """The pending recommendation, and the product that still stands on one of its lists."""
    owner = RecommendedProduct.objects.filter(pk=recommended_id)
    recommendation_id = owner.values_list("recommendation_id", flat=True).first()
    if recommendation_id is None:
        raise ProductNotFound(recommended_id, field="recommended_id")
    found = _lock_pending(recommendation_id)
    place = owner.select_related("product").get()
    if place.rank is None:
        sentence = _("“%(product)s” is no longer on the list.") % {"product": place.product}
        error = DomainError(sentence, code="off_the_list", field="recommended_id")
        error.value, error.conflict = recommended_id, True
        raise error
    return found, place


def _decide(found: Recommendation, status: str, by: User, *fields: str) -> None:
    found.status = status
    found.decided_by = by
    found.decided_at = timezone.now()
    found.save(update_fields=["status", "decided_by", "decided_at", *fields])


def _refuse(found: Recommendation, product_ids: list[int], *, by: User, reason: str) -> None:
    """Never again for this customer; one that was refused before stays as it was."""
    RefusedProduct.objects.bulk_create(
        [
            RefusedProduct(
                customer_id=found.customer_id,
                product_id=product_id,
                recommendation=found,
                reason=reason,
                by=by,
            )
            for product_id in sorted(product_ids)
        ],
        ignore_conflicts=True,
    )


def _note(  # noqa: PLR0913 - what a feedback is
    found: Recommendation,
    action: str,
    *,
    by: User,
    product_id: int | None = None,
    rating: int | None = None,
    comment: str = "",
) -> RecommendationFeedback:
    return RecommendationFeedback.objects.create(
        recommendation=found,
        product_id=product_id,
        action=action,
        rating=rating,
        comment=comment,
        by=by,
    )


def _refuse_long(text: str, field: str) -> None:
    longest = 500
    if len(text) > longest:
        sentence = _("Say it in %(most)d characters; these are %(length)d.")
        words = {"most": longest, "length": len(text)}
        raise DomainError(sentence % words, code="too_long", field=field)


def _refuse_unsuitable(found: Recommendation) -> None:
    """Nothing left of it; or what this customer refused since it was made."""
    made = timezone.localtime(found.created_at).date()
    listed = found.products.filter(rank__isnull=False).select_related("product")
    products = {place.product_id: place.product for place in listed}
    wrong = allowed.against([(found.customer_id, key, made) for key in products])
    for (_customer, key), code in wrong.items():
        if code == "refused":
            raise NotAllowed(products[key], code)
    if len(wrong) == len(products):
        sentence = _(
            "Nothing on these lists can be proposed any more: make the recommendation anew."
        )
        raise DomainError(sentence, code="no_products", field="products")


def _refuse_by_rules(found: Recommendation, product: Product) -> None:
    if found.products.filter(product=product, rank__isnull=False).exists():
        raise NotAllowed(product, "already_there")
    wrong = allowed.against([(found.customer_id, product.pk, None)])
    for code in wrong.values():
        raise NotAllowed(product, code)
