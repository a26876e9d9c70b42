"""What staff did about a lead: a call, an e-mail."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm import contacts
from crm.models import Customer, CustomerIdentity, Interaction
from scoring.leads import rescoring
from scoring.live import statement
from scoring.models import LeadScore
from scoring.versions import active

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

Channel = Interaction.Channel
PERMISSION = "scoring.contact_leadscore"
# In this time a second click means the same contact.
TWICE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reach a lead: the consent it takes, and the address."""

    channel: str
    consent: str
    kind: str


WAYS = {
    way.channel: way
    for way in (
        Way(Channel.CALL.value, "consent_phone", CustomerIdentity.Kind.PHONE.value),
        Way(Channel.EMAIL.value, "consent_email", CustomerIdentity.Kind.EMAIL.value),
    )
}


def handle(customer_id: int, *, channel: str, by: User, note: str = "") -> Interaction:
    """Write the call or e-mail (``crm.Interaction.Channel``) to the history; the lead rests.

    It is out of the worklist for LEAD_REST_DAYS; its score is brought up to date and does not move
    because of what we did. Clicked twice within a minute by the same person it is one contact; a
    note that the second click adds is kept. Of a customer who was merged into another it is the
    other one's.

    Raises:
        DomainError: no such channel or customer, no consent for it, no address or number, or the
            customer is archived.
        PermissionDenied: the person may not note contacts.

    """
    _require(by)
    way = _way(channel)
    with transaction.atomic():
        customer = _locked(customer_id)
        _refuse(customer, way)
        again = _a_moment_ago(customer, way, by)
        if again is not None:
            return _noted(again, note)
        subject = _subject(way, by)
        written = contacts.add(
            customer.pk,
            channel=channel,
            subject=subject,
            response=note,
            source=statement.OUR_CALLS,
        )
        # Nobody waits at a click until a model is trained: the worker moves the score later.
        if active.is_loaded():
            with suppress(active.NoModel), transaction.atomic():
                rescoring.rescore([customer.pk])
        _rest(written, by)
    return written


def take_back(written: Interaction) -> None:
    """The call or e-mail was a wrong click and is deleted: the lead is awake again.

    Only where it was the last that staff did about the lead; else it rests as it did.
    """
    rows = LeadScore.objects.filter(pk=written.customer_id, handled_at=written.occurred_at)
    rows.update(handled_at=None, handled_by=None, rests_until=None)


def ways_of(customer: Customer, kinds: Iterable[str]) -> tuple[str, ...]:
    """The channels that :func:`handle` takes of this customer, who has identities of ``kinds``."""
    if customer.archived_at is not None:
        return ()
    has = set(kinds)
    return tuple(
        way.channel for way in WAYS.values() if getattr(customer, way.consent) and way.kind in has
    )


def is_noted(customer_id: int, channel: str, by: User, *, since: dt.datetime) -> bool:
    """Whether the person has noted such a contact since then."""
    return _noted_by(customer_id, _way(channel), by, since).exists()


def _require(by: User) -> None:
    if not by.has_perm(PERMISSION):
        sentence = _("This takes the permission “%(permission)s”.")
        raise PermissionDenied(sentence % {"permission": PERMISSION})


def _way(channel: str) -> Way:
    if channel not in WAYS:
        sentence = _("“%(value)s” is no way to reach a lead: choose one of %(known)s.")
        words = {"value": channel, "known": ", ".join(WAYS)}
        raise DomainError(sentence % words, code="no_channel", field="channel", value=channel)
    return WAYS[channel]


def _locked(customer_id: int) -> Customer:
    """The living customer of this id, locked: two clicks come one after the other."""
    rows = Customer.objects.select_for_update(no_key=True)
    customer = rows.filter(pk=customer_id).first()
    if customer is not None and customer.merged_into_id is not None:
        customer = rows.get(pk=customer.merged_into_id)
    if customer is None:
        sentence = _("There is no such customer any more: open the list of leads anew.")
        raise DomainError(sentence, code="not_found", field="customer_id", value=customer_id)
    return customer


def _refuse(customer: Customer, way: Way) -> None:
    words = {"customer": str(customer)}
    if customer.archived_at is not None:
        sentence = _("“%(customer)s” is archived: take them back into use first.")
        raise DomainError(sentence % words, code="archived", field="customer_id", value=customer.pk)
    is_call = way.channel == Channel.CALL
    if not getattr(customer, way.consent):
        sentence = (
            _("“%(customer)s” does not want to be called: choose another way, or none.")
            if is_call
            else _("“%(customer)s” does not want e-mails: choose another way, or none.")
        )
        raise DomainError(sentence % words, code="no_consent", field="channel", value=way.channel)
    if not customer.identities.filter(kind=way.kind).exists():
        sentence = (
            _("No phone number of “%(customer)s” is known: add it on the customer's page.")
            if is_call
            else _("No e-mail address of “%(customer)s” is known: add it on the customer's page.")
        )
        raise DomainError(sentence % words, code="no_address", field="channel", value=way.channel)


def _subject(way: Way, by: User) -> str:
    words = {"person": by.get_full_name() or by.get_username()}
    if way.channel == Channel.CALL:
        return _("Lead called by %(person)s") % words
    return _("E-mail to a lead by %(person)s") % words


def _a_moment_ago(customer: Customer, way: Way, by: User) -> Interaction | None:
    """What the same person has just written down, by the click before."""
    rows = _noted_by(customer.pk, way, by, timezone.now() - TWICE)
    return rows.select_for_update(no_key=True).order_by("-occurred_at").first()


def _noted_by(customer_id: int, way: Way, by: User, since: dt.datetime) -> QuerySet[Interaction]:
    return Interaction.objects.filter(
        customer=customer_id,
        channel=way.channel,
        subject=_subject(way, by)[:300],
        occurred_at__gte=since,
    )


def _noted(again: Interaction, note: str) -> Interaction:
    note = note.strip()
    if note and note not in again.response:
        again.response = "\n".join(filter(None, (again.response, note)))
        again.save(update_fields=["response", "updated_at"])
    return again


def _rest(written: Interaction, by: User) -> None:
    days = dt.timedelta(days=settings.LEAD_REST_DAYS)
    LeadScore.objects.filter(pk=written.customer_id).update(
        # The same moment: by it the contact is known as the lead's last (take_back).
        handled_at=written.occurred_at,
        handled_by=by,
        rests_until=timezone.localdate() + days,
    )
