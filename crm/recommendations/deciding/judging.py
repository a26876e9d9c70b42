"""What a person thinks of a recommendation, taken in at once: stars, comment, decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import Recommendation
from crm.recommendations.deciding import workflow

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Decision = Literal["approve", "reject"]


def judge(  # noqa: PLR0913 - what a person may say
    recommendation_id: int,
    *,
    by: User,
    action: Decision | None = None,
    reason: str = "",
    rating: int | None = None,
    comment: str = "",
    product_id: int | None = None,
) -> None:
    """Rate, comment and decide in one transaction: all of it is taken, or nothing.

    The comment of a rejection is its note; ``reason`` is one of ``Recommendation.Rejection``
    ("other" where a rejection gives none). ``product_id`` says of which product the stars and the
    comment are. DomainError and PermissionDenied as in :mod:`.workflow`.
    """
    comment = comment.strip()
    if action is None and rating is None and not comment:
        sentence = _("Give a rating, a comment, an action, or several of them.")
        raise DomainError(sentence, code="empty", field="action")
    if reason and action != "reject":
        sentence = _("A reason belongs to the action “reject”: give both, or leave it out.")
        raise DomainError(sentence, code="reason_alone", field="reason", value=reason)
    is_note = action == "reject" and product_id is None
    with transaction.atomic():
        if rating is not None or (comment and not is_note):
            words = "" if is_note else comment
            workflow.rate(
                recommendation_id, by=by, rating=rating, comment=words, product_id=product_id
            )
        if action == "approve":
            workflow.approve(recommendation_id, by=by)
        elif action == "reject":
            workflow.reject(
                recommendation_id,
                by=by,
                rejection=reason or Recommendation.Rejection.OTHER,
                note=comment if is_note else "",
            )
