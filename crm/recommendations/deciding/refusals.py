"""Why a decision about a recommendation came too late, or cannot be made: sentences for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from crm.models import Recommendation

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from crm.models import Product, RecommendationRules

Status = Recommendation.Status


class RecommendationNotFound(ObjectDoesNotExist, DomainError):
    """There is no recommendation with that id."""

    code = "not_found"

    def __init__(self, recommendation_id: int) -> None:
        sentence = _("There is no such recommendation.")
        super().__init__(sentence, field="recommendation_id", value=recommendation_id)


class ProductNotFound(DomainError):
    """The product, or that place on a list, does not exist."""

    code = "not_found"

    def __init__(self, value: int, *, field: str = "product_id") -> None:
        super().__init__(_("There is no such product here."), field=field, value=value)


class AlreadyDecided(DomainError):
    """Somebody decided before, or a newer one took its place; the sentence says who and when."""

    code = "already_decided"
    conflict = True

    def __init__(self, recommendation: Recommendation) -> None:
        sentence = _already(recommendation)
        super().__init__(sentence, field="status", value=recommendation.status)


class Stale(DomainError):
    """Too much may have changed since it was made."""

    code = "stale"
    conflict = True

    def __init__(self, recommendation: Recommendation, rules: RecommendationRules) -> None:
        made = timezone.localtime(recommendation.created_at)
        sentence = ngettext(
            "This was made on %(day)s, more than %(days)d day ago: make it anew, then approve"
            " that.",
            "This was made on %(day)s, more than %(days)d days ago: make it anew, then approve"
            " that.",
            rules.stale_days,
        )
        words = {"day": date_format(made, "SHORT_DATE_FORMAT"), "days": rules.stale_days}
        super().__init__(sentence % words, field="created_at", value=made.date().isoformat())


class NotAllowed(DomainError):
    """The rules keep the product from this customer; ``code`` names which one."""

    def __init__(self, product: Product, code: str) -> None:
        sentence = _NOT_ALLOWED()[code] % {"product": product.name}
        super().__init__(sentence, code=code, field="product_id", value=product.pk)


def require(by: User, permission: str) -> None:
    """Raise ``PermissionDenied`` where the person lacks it ("crm.approve_recommendation")."""
    if not by.has_perm(permission):
        sentence = _("This takes the permission “%(permission)s”.")
        raise PermissionDenied(sentence % {"permission": permission})


def clock(moment: datetime) -> str:
    """The time, "10:42", with the day where it is not today's."""
    when = timezone.localtime(moment)
    time = date_format(when, "H:i")
    if when.date() == timezone.localdate():
        return time
    return f"{date_format(when, 'SHORT_DATE_FORMAT')} {time}"


def person(user: User | None) -> str:
    """How colleagues call the person."""
    return user.get_full_name() or user.get_username() if user else _("somebody")


def _already(recommendation: Recommendation) -> str:
    moment = recommendation.decided_at or recommendation.created_at
    words = {"who": person(recommendation.decided_by), "when": clock(moment)}
    if recommendation.status == Status.REPLACED and recommendation.decided_by is not None:
        return _("%(who)s had a newer one made at %(when)s: decide about that one.") % words
    if recommendation.status == Status.REPLACED:
        return _("A newer one took the place of this one: decide about that one.")
    if recommendation.status == Status.APPROVED:
        return _("This was already approved by %(who)s at %(when)s.") % words
    if recommendation.status == Status.REJECTED:
        return _("This was already rejected by %(who)s at %(when)s.") % words
    return _("This is still to be decided.")


def _NOT_ALLOWED() -> dict[str, str]:  # noqa: N802 - a table that is read in the active language
    return {
        "archived": _("“%(product)s” is no longer sold: choose another product."),
        "out_of_stock": _("“%(product)s” is out of stock everywhere: choose another product."),
        "refused": _(
            "“%(product)s” was refused for this customer: choose another product, or allow it"
            " again."
        ),
        "bought": _("This customer bought “%(product)s” only lately: choose another product."),
        "sent_back": _(
            "This customer bought “%(product)s” and sent all of it back: choose another product."
        ),
        "already_there": _("“%(product)s” is on the list already: choose another product."),
    }
