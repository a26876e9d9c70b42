"""Noting the customers about whom something happened: what scoring hears of other apps."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from backoffice.messaging.signals import taken_in
from crm.models import Customer, CustomerIdentity, Interaction, Sale
from crm.signals import customers_changed
from scoring.leads import handling
from scoring.moves import resting, sharing
from scoring.moves.touching import touch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backoffice.messaging.models import InboundMessage

_UID = "scoring.moves"
# Rows of a customer, saved or deleted one by one.
Row = Sale | Interaction | CustomerIdentity
_THEIRS = (Sale, Interaction, CustomerIdentity)
# What makes a row another customer's, or an identity another one.
_OWNING = frozenset({"customer", "customer_id", "kind", "value"})
# On a row that is being saved: whom it concerned before.
_BEFORE = "_concerned_before"
Kind = CustomerIdentity.Kind


def connect() -> None:
    """Listen from now on; called in ``AppConfig.ready``."""
    customers_changed.connect(_changed, dispatch_uid=_UID)
    taken_in.connect(_taken_in, dispatch_uid=_UID)
    for model in _THEIRS:
        pre_save.connect(_row_changes, sender=model, dispatch_uid=_UID)
    pre_delete.connect(_customer_goes, sender=Customer, dispatch_uid=_UID)
    for signal in (post_save, post_delete):
        signal.connect(_customer_changed, sender=Customer, dispatch_uid=_UID)
        for model in _THEIRS:
            signal.connect(_row_changed, sender=model, dispatch_uid=_UID)
    post_delete.connect(_contact_deleted, sender=Interaction, dispatch_uid=f"{_UID}.handled")


def _changed(customer_ids: Iterable[int] | None, **_signal: Any) -> None:
    touch(customer_ids)


def _customer_changed(instance: Customer, **_signal: Any) -> None:
    if instance.merged_into_id is not None:
        resting.hand_on(instance.pk, to=instance.merged_into_id)
    touch([instance.pk])


def _customer_goes(instance: Customer, **_signal: Any) -> None:
    """Lock the customer before their score goes, in the order in which scores are written."""
    Customer.objects.select_for_update().filter(pk=instance.pk).first()


def _row_changes(
    instance: Row, update_fields: frozenset[str] | None = None, **_signal: Any
) -> None:
    """Remember whom the row concerned so far: staff may give it to another customer."""
    is_owner_kept = update_fields is not None and not update_fields & _OWNING
    if instance._state.adding or is_owner_kept:  # noqa: SLF001 - Django's public name
        return
    before = type(instance)._base_manager.filter(pk=instance.pk).first()  # noqa: SLF001 - as above
    setattr(instance, _BEFORE, _concerned(before) if before is not None else set())


def _row_changed(instance: Row, **_signal: Any) -> None:
    before: set[int] = instance.__dict__.pop(_BEFORE, set())
    touch(before | _concerned(instance))


def _contact_deleted(instance: Interaction, **_signal: Any) -> None:
    handling.take_back(instance)


def _concerned(row: Row) -> set[int]:
    """Its customer; of an address or number those who have it, too."""
    if isinstance(row, CustomerIdentity):
        return {row.customer_id, *sharing.owners(row.kind, row.value)}
    return {row.customer_id}


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
    rows = CustomerIdentity.objects.filter(wanted, customer__merged_into=None)
    for identity, customer_id in rows.values_list("value", "customer_id"):
        owners[identity].add(customer_id)
    # Whose message it is nobody knows where several have the number: so count the figures.
    alone = {min(ids) for ids in owners.values() if len(ids) == 1}
    if alone:
        touch(alone)
