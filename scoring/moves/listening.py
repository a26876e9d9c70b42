"""Noting the customers about whom something happened: what scoring hears of other apps."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save

from backoffice.messaging.signals import taken_in
from crm.models import Customer, CustomerIdentity, Interaction, Sale
from crm.signals import customers_changed
from scoring.moves import resting
from scoring.moves.touching import touch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backoffice.messaging.models import InboundMessage

_UID = "scoring.moves"
# Rows of a customer, saved or deleted one by one.
_THEIRS = (Sale, Interaction, CustomerIdentity)
Kind = CustomerIdentity.Kind


def connect() -> None:
    """Listen from now on; called in ``AppConfig.ready``."""
    customers_changed.connect(_changed, dispatch_uid=_UID)
    taken_in.connect(_taken_in, dispatch_uid=_UID)
    for signal in (post_save, post_delete):
        signal.connect(_customer_changed, sender=Customer, dispatch_uid=_UID)
        for model in _THEIRS:
            signal.connect(_row_changed, sender=model, dispatch_uid=_UID)


def _changed(customer_ids: Iterable[int] | None, **_signal: Any) -> None:
    touch(customer_ids)


def _customer_changed(instance: Customer, **_signal: Any) -> None:
    if instance.merged_into_id is not None:
        resting.hand_on(instance.pk, to=instance.merged_into_id)
    touch([instance.pk])


def _row_changed(instance: Sale | Interaction | CustomerIdentity, **_signal: Any) -> None:
    touch([instance.customer_id])


def _taken_in(messages: Sequence[InboundMessage], **_signal: Any) -> None:
    """The customers who wrote, where an address or number is one customer's alone."""
    senders = {
        (kind, value)
        for message in messages
        for kind, value in (
            (Kind.EMAIL, message.sender_email),
            (Kind.PHONE, message.sender_phone),
            (Kind.WHATSAPP_USER, message.sender_user_id),
        )
        if value
    }
    if not senders:
        return
    wanted = Q(pk__in=())
    for kind, value in senders:
        wanted |= Q(kind=kind, value=value)
    owners: defaultdict[str, set[int]] = defaultdict(set)
    rows = CustomerIdentity.objects.filter(wanted)
    for identity, customer_id in rows.values_list("value", "customer_id"):
        owners[identity].add(customer_id)
    # Whose message it is nobody knows where several have the number: so count the figures.
    alone = {min(ids) for ids in owners.values() if len(ids) == 1}
    if alone:
        touch(alone)
