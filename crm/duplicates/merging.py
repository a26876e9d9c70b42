"""Bringing two customers together, and taking that back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.duplicates.references import in_turn, references
from crm.models import (
    Customer,
    CustomerIdentity,
    CustomerMerge,
    DuplicateCandidate,
    SourceRecord,
)
from crm.models.source import Entity
from crm.profiles.recompute import recompute
from crm.recommendations.making import writing
from crm.signals import customers_changed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

State = DuplicateCandidate.State

# A person chooses whose value stays; by default the kept one's, or the other's where it is empty.
CHOSEN = (
    "name",
    "company",
    "address",
    "postal_code",
    "city",
    "country",
    "language",
    "segment",
)
# Whoever asked not to be contacted under either name has asked.
CONSENTS = ("consent_email", "consent_sms", "consent_phone")
# A postal code of one with the town of the other is nobody's address.
_ADDRESS = ("address", "postal_code", "city", "country")


class NotMergeable(DomainError):
    conflict = True


def merge(
    kept_id: int, merged_id: int, *, by: User | None, choices: Mapping[str, str] | None = None
) -> CustomerMerge:
    """Everything of ``merged_id`` is ``kept_id``'s; the former is archived and leads to the latter.

    ``choices``: {field of CHOSEN: "kept" or "merged"}. Both are locked in the order of their ids,
    so two merges of the same customers go one after the other and the second is told. Where the
    kept one has a row like a merged one's already (the same identity), that row stays behind.
    """
    if kept_id == merged_id:
        sentence = _("A customer cannot be merged with itself.")
        raise DomainError(sentence, code="same_customer", field="merged")
    with transaction.atomic():
        both = lock(kept_id, merged_id)
        kept, merged = both[kept_id], both[merged_id]
        for customer in (kept, merged):
            _refuse_merged(customer)
        record = CustomerMerge(kept=kept, merged=merged, by=by)
        _join_fields(record, kept, merged, choices or {})
        # What was proposed to either does not fit them both: the next run makes one.
        writing.retire([kept_id, merged_id])
        _move(record)
        _confirm_identities(record)
        _archive(record, merged)
        _settle_candidates(record)
        record.save()
        _recompute(kept_id, merged_id)
    return record


def undo(merge_id: int, *, by: User | None) -> CustomerMerge:
    """What the merge moved and changed is as before; what was added or edited since stays.

    Raises NotMergeable where the kept customer was merged on, or it is undone already.
    """
    with transaction.atomic():
        found = CustomerMerge.objects.get(pk=merge_id)
        both = lock(found.kept_id, found.merged_id)
        record = CustomerMerge.objects.select_for_update(no_key=True).get(pk=merge_id)
        kept, merged = both[found.kept_id], both[found.merged_id]
        _refuse_undo(record, kept, merged)
        _restore_fields(record, kept)
        writing.retire([kept.pk, merged.pk])
        for reference in in_turn():
            ids = record.moved.get(reference.name, [])
            still = reference.rows(kept.pk).filter(pk__in=ids).values_list("pk", flat=True)
            reference.move(list(still), to=merged.pk)
        doubted = record.moved.get("confirmed", [])
        CustomerIdentity.objects.filter(pk__in=doubted, customer=kept).update(is_confirmed=False)
        _unarchive(record, merged)
        _read_again(record)
        record.undone_by, record.undone_at = by, timezone.now()
        record.save(update_fields=["undone_by", "undone_at"])
        _reopen_candidates(record)
        _recompute(kept.pk, merged.pk)
    return record


def gather() -> int:
    """Give the kept ones what came to merged ones since; the number of rows.

    A form that was open in another tab, say, saved with the customer as it was.
    """
    owners = sorted({owner for reference in references() for owner in reference.strays()})
    return sum(_gather(owner) for owner in owners)


def _gather(merged_id: int) -> int:
    with transaction.atomic():
        record = CustomerMerge.objects.filter(merged=merged_id, undone_at=None).first()
        if record is None:
            return 0
        both = lock(record.kept_id, merged_id)
        record = CustomerMerge.objects.select_for_update(no_key=True).get(pk=record.pk)
        if record.undone_at is not None or both[merged_id].merged_into_id != record.kept_id:
            return 0
        count = 0
        for reference in in_turn():
            stays = record.left_behind.get(reference.name, [])
            rows = reference.rows(merged_id).exclude(pk__in=stays)
            moved, left = reference.move(rows.values_list("pk", flat=True), to=record.kept_id)
            if moved:
                before = record.moved.get(reference.name, [])
                record.moved[reference.name] = sorted({*before, *moved})
            if left:
                record.left_behind[reference.name] = [*stays, *left]
            count += len(moved)
        record.save(update_fields=["moved", "left_behind"])
        if count:
            _recompute(record.kept_id)
    return count


def lock(*ids: int) -> dict[int, Customer]:
    """These customers and those that were merged into them, locked in the order of their ids.

    The latter go where the former go.
    """
    theirs = Q(pk__in=ids) | Q(merged_into__in=ids)
    rows = Customer.objects.select_for_update(no_key=True).filter(theirs).order_by("pk")
    found = {customer.pk: customer for customer in rows}
    if not found.keys() >= set(ids):
        raise Customer.DoesNotExist
    return found


def _recompute(*ids: int) -> None:
    recompute(ids)
    customers_changed.send(sender=CustomerMerge, customer_ids=ids)


def _refuse_merged(customer: Customer) -> None:
    if customer.merged_into_id is not None:
        last = CustomerMerge.objects.filter(merged=customer, undone_at=None).first()
        sentence = _("%(name)s was already merged into %(other)s by %(person)s.") % {
            "name": customer,
            "other": customer.merged_into,
            "person": last.by if last and last.by else _("somebody"),
        }
        raise NotMergeable(sentence, code="already_merged")


def _join_fields(
    record: CustomerMerge, kept: Customer, merged: Customer, choices: Mapping[str, str]
) -> None:
    values = {name: _chosen(name, kept, merged, choices) for name in CHOSEN}
    for name in CONSENTS:
        values[name] = getattr(kept, name) and getattr(merged, name)
    notes = dict.fromkeys(filter(None, (kept.notes.strip(), merged.notes.strip())))
    values["notes"] = "\n\n".join(notes) if len(notes) > 1 else kept.notes or merged.notes
    changed = {name: value for name, value in values.items() if getattr(kept, name) != value}
    record.fields_before = {name: getattr(kept, name) for name in changed}
    record.fields_after = changed
    _set(kept, changed)


def _chosen(name: str, kept: Customer, merged: Customer, choices: Mapping[str, str]) -> str:
    mine, theirs = str(getattr(kept, name)), str(getattr(merged, name))
    if name in choices:
        return theirs if choices[name] == "merged" else mine
    if name in _ADDRESS and any(getattr(kept, part) for part in ("address", "city")):
        same_place = not theirs or _same_place(kept, merged)
        return mine or (theirs if same_place else "")
    return mine or theirs


def _same_place(kept: Customer, merged: Customer) -> bool:
    pairs = ((str(getattr(kept, part)), str(getattr(merged, part))) for part in _ADDRESS)
    return all(not a or not b or a.casefold() == b.casefold() for a, b in pairs)


def _set(customer: Customer, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(customer, name, value)
    customer.save(update_fields=[*values, "search_name", "updated_at"])


def _move(record: CustomerMerge) -> None:
    for reference in in_turn():
        ids = list(reference.rows(record.merged_id).values_list("pk", flat=True))
        moved, left = reference.move(ids, to=record.kept_id)
        if moved:
            record.moved[reference.name] = moved
        if left:
            record.left_behind[reference.name] = left


def _confirm_identities(record: CustomerMerge) -> None:
    """An identity that either had confirmed is the kept one's without doubt."""
    left = record.left_behind.get("crm.customeridentity.customer_id", [])
    sure = CustomerIdentity.objects.filter(pk__in=left, is_confirmed=True)
    same = Q(pk=None)
    for kind, value in sure.values_list("kind", "value"):
        same |= Q(kind=kind, value=value)
    doubted = CustomerIdentity.objects.filter(same, customer=record.kept_id, is_confirmed=False)
    ids = sorted(doubted.values_list("pk", flat=True))
    if ids:
        CustomerIdentity.objects.filter(pk__in=ids).update(is_confirmed=True)
        record.moved["confirmed"] = ids


def _archive(record: CustomerMerge, merged: Customer) -> None:
    archived = merged.archived_at.isoformat() if merged.archived_at else None
    record.merged_before = {"archived_at": archived}
    merged.archived_at = merged.archived_at or timezone.now()
    merged.merged_into_id = record.kept_id
    merged.save(update_fields=["archived_at", "merged_into", "updated_at"])


def _settle_candidates(record: CustomerMerge) -> None:
    """The pair is decided; "not a duplicate" of the merged one holds for the kept one too."""
    decided = {"state": State.MERGED, "decided_by": record.by, "decided_at": timezone.now()}
    _pair(record.kept_id, record.merged_id).update(**decided)
    theirs = DuplicateCandidate.objects.filter(
        Q(first=record.merged_id) | Q(second=record.merged_id)
    )
    apart = []
    for row in theirs.filter(state=State.DISTINCT).order_by("pk"):
        other = row.second_id if row.first_id == record.merged_id else row.first_id
        if not _pair(record.kept_id, other).exclude(state=State.OPEN).exists():
            apart.append(_set_apart(row, record.kept_id, other).pk)
    if apart:
        record.moved["apart"] = apart
    theirs.filter(state=State.OPEN).delete()


def _set_apart(row: DuplicateCandidate, kept_id: int, other_id: int) -> DuplicateCandidate:
    _pair(kept_id, other_id).delete()
    first, second = sorted((kept_id, other_id))
    return DuplicateCandidate.objects.create(
        first_id=first,
        second_id=second,
        score=row.score,
        reasons=row.reasons,
        state=State.DISTINCT,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _pair(one: int, other: int) -> QuerySet[DuplicateCandidate]:
    first, second = sorted((one, other))
    return DuplicateCandidate.objects.filter(first=first, second=second)


def _refuse_undo(record: CustomerMerge, kept: Customer, merged: Customer) -> None:
    if record.undone_at is not None:
        sentence = _("This merge was already undone by %(person)s.")
        person = record.undone_by or _("somebody")
        raise NotMergeable(sentence % {"person": person}, code="already_undone")
    if kept.merged_into_id is not None:
        sentence = _("%(name)s was itself merged into %(other)s since: undo that merge first.") % {
            "name": kept,
            "other": kept.merged_into,
        }
        raise NotMergeable(sentence, code="merged_on")
    if merged.merged_into_id != kept.pk:
        sentence = _("%(name)s no longer belongs to %(other)s: nothing can be undone.")
        raise NotMergeable(sentence % {"name": merged, "other": kept}, code="not_merged")


def _restore_fields(record: CustomerMerge, kept: Customer) -> None:
    values = {
        name: before
        for name, before in record.fields_before.items()
        if getattr(kept, name) == record.fields_after.get(name)
    }
    would_be = {"name": kept.name, "company": kept.company} | values
    if not (would_be["name"] or would_be["company"]):
        values = {name: value for name, value in values.items() if name not in would_be}
    _set(kept, values)


def _unarchive(record: CustomerMerge, merged: Customer) -> None:
    archived = record.merged_before.get("archived_at")
    merged.archived_at = dt.datetime.fromisoformat(archived) if archived else None
    merged.merged_into = None
    merged.save(update_fields=["archived_at", "merged_into", "updated_at"])


def _read_again(record: CustomerMerge) -> None:
    """What sources said meanwhile was written to the kept one: the next sync writes it anew."""
    SourceRecord.objects.filter(
        entity=Entity.CUSTOMER,
        object_id__in=[record.kept_id, record.merged_id],
        seen_at__gte=record.at,
    ).update(fingerprint=uuid4())


def _reopen_candidates(record: CustomerMerge) -> None:
    """The next search finds the other pairs again: both were changed."""
    pair = _pair(record.kept_id, record.merged_id).filter(state=State.MERGED)
    pair.update(state=State.OPEN, decided_by=None, decided_at=None)
    DuplicateCandidate.objects.filter(pk__in=record.moved.get("apart", [])).delete()
