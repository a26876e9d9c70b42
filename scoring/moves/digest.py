"""The morning e-mail about leads: who gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.models import DigestSubscriber

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PERMISSION = "scoring.view_leadscore"


def subscribe(user: User) -> None:
    """From tomorrow morning on the person is written to; a second call changes nothing.

    Raises:
        DomainError: the person has no e-mail address.
        PermissionDenied: they may not see leads.

    """
    if not user.has_perm(PERMISSION):
        sentence = _("This takes the permission “%(permission)s”.")
        raise PermissionDenied(sentence % {"permission": PERMISSION})
    if not user.email:
        sentence = _("You have no e-mail address here: have one added to your account first.")
        raise DomainError(sentence, code="no_address", field="email")
    DigestSubscriber.objects.get_or_create(user=user)


def unsubscribe(user: User) -> None:
    """The person is not written to any more; a second call changes nothing."""
    DigestSubscriber.objects.filter(user=user).delete()


def is_subscribed(user: User) -> bool:
    return DigestSubscriber.objects.filter(user=user).exists()
