"""The morning e-mail about leads: who gets it, and sending it once a day."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.integrations import mail
from backoffice.messaging import outbox
from backoffice.messaging.models import Channel, OutboundMessage
from scoring.models import DigestSubscriber
from scoring.moves import digest_words, news
from scoring.moves.seed_templates import OCCASION

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

PERMISSION = "scoring.view_leadscore"
# Of two that run at once the second finds what the first has done.
_LOCK = 8_507_015


def subscribe(user: User) -> None:
    """From the next morning on the person is written to; a second call changes nothing.

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


def send() -> int:
    """Write to the subscribers what changed since the last time; returns to how many.

    Once a day, and only where there is something to say. What changed is told then, whether or
    not somebody subscribed: who comes tomorrow wants tomorrow's news. Where no e-mail can be
    written, the changes wait for the next morning.
    """
    day = timezone.localdate()
    try:
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            return _send(day)
    except DomainError as error:
        # The template was deleted, say.
        logger.warning("The leads' morning e-mail was not written: %s", error.code)
        return 0


def _send(day: dt.date) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if OutboundMessage.objects.filter(key__startswith=_key(day, "")).exists():
        return 0
    found = news.take(day)
    # Without a mail server all that waited would go out at once when there is one.
    readers = _readers() if mail.configured() else []
    words = digest_words.of(found, day) if readers else None
    if words is None:
        return 0
    for user in readers:
        _write(_key(day, str(user.pk)), user, words)
    return len(readers)


def _readers() -> list[User]:
    rows = DigestSubscriber.objects.filter(user__is_active=True, user__is_staff=True)
    people = rows.exclude(user__email="").select_related("user").order_by("pk")
    return [row.user for row in people if row.user.has_perm(PERMISSION)]


def _write(key: str, user: User, words: Mapping[str, str]) -> None:
    outbox.queue(
        key=key,
        channel=Channel.EMAIL,
        recipient=user.email,
        recipient_name=user.get_full_name(),
        template=OCCASION,
        values={"person_name": user.first_name or user.get_username(), **words},
        language=settings.LANGUAGE_CODE,
    )


def _key(day: dt.date, user_id: str) -> str:
    return f"lead-digest:{day.isoformat()}:{user_id}"
