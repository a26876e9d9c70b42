"""What people decide of recommendations: each a transaction with the row locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crm.models import Recommendation, RecommendationFeedback, RecommendedProduct


def approve(recommendation_id: int, *, by: User) -> Recommendation:
    """From pending to approved; DomainError (``conflict``) names the state it is in."""
    raise NotImplementedError


def reject(recommendation_id: int, *, by: User, rejection: str, note: str = "") -> Recommendation:
    """From pending to rejected; none of its products is proposed to the customer again."""
    raise NotImplementedError


def refuse_product(recommended_id: int, *, by: User, reason: str = "") -> RecommendedProduct:
    """Take one product off a pending one, for ever: the next of its list moves up."""
    raise NotImplementedError


def allow_again(refused_id: int, *, by: User) -> None:
    """Propose a refused product to the customer again."""
    raise NotImplementedError


def swap(recommended_id: int, *, product_id: int, by: User) -> RecommendedProduct:
    """Another product in this one's place, on a pending one; DomainError by the rules."""
    raise NotImplementedError


def rate(
    recommendation_id: int,
    *,
    by: User,
    rating: int | None = None,
    comment: str = "",
    product_id: int | None = None,
) -> RecommendationFeedback:
    """1-5 stars and/or a comment, in any state; DomainError names a rating out of range."""
    raise NotImplementedError


def regenerate(
    recommendation_id: int, *, by: User, algorithm: str = "", comment: str = ""
) -> Recommendation:
    """A new one for the same customer from what was learnt last; the old one is kept.

    A pending one becomes replaced; an approved or rejected one stays what it is.
    """
    raise NotImplementedError
