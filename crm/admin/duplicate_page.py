"""What the page of two customers side by side shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from crm.duplicates import deciding, merging, reasons
from crm.duplicates.references import references
from crm.models import (
    Customer,
    CustomerIdentity,
    CustomerMerge,
    DuplicateCandidate,
    SourceRecord,
)

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Field:
    """One field of both; ``choice`` is the id of the customer whose value is taken."""

    name: str
    label: str
    first: str
    second: str
    choice: int

    @property
    def is_to_choose(self) -> bool:
        return self.first != self.second

    @property
    def differs(self) -> bool:
        return self.first.strip().casefold() != self.second.strip().casefold()


def context(_request: HttpRequest, row: DuplicateCandidate) -> dict[str, Any]:
    first, second = row.first, row.second
    counts = _counts(first.pk, second.pk)
    known = _identities(first, second)
    told = reasons.told(row.reasons)
    kept = _kept(first, second, counts)
    rows = DuplicateCandidate.objects.filter(state=DuplicateCandidate.State.OPEN)
    return {
        "row": row,
        "percent": int(row.score * 100),
        "sides": [
            {
                "customer": customer,
                "link": reverse("admin:crm_customer_change", args=[customer.pk]),
                "is_kept": customer.pk == kept,
                "counts": counts[customer.pk],
                "identities": known[customer.pk],
            }
            for customer in (first, second)
        ],
        "fields": _fields(first, second, kept),
        "consents": _consents(first, second),
        "for_it": [one for one in told if one.is_for],
        "against": [one for one in told if not one.is_for],
        "is_open": row.state == DuplicateCandidate.State.OPEN,
        "waiting": rows.count(),
        "next": deciding.following(row.pk),
        "merge": CustomerMerge.objects.filter(
            kept__in=[first, second], merged__in=[first, second], undone_at=None
        ).first(),
    }


def _fields(first: Customer, second: Customer, kept: int) -> list[Field]:
    mine, other = (first, second) if kept == first.pk else (second, first)
    found = []
    for name in merging.CHOSEN:
        choice = mine.pk if getattr(mine, name) or not getattr(other, name) else other.pk
        label = capfirst(str(Customer._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # noqa: SLF001 - Django's public name
        found.append(
            Field(name, label, str(getattr(first, name)), str(getattr(second, name)), choice)
        )
    return [field for field in found if field.first or field.second]


def _consents(first: Customer, second: Customer) -> list[Field]:
    words = {True: _("yes"), False: _("no")}
    return [
        Field(
            name,
            capfirst(str(Customer._meta.get_field(name).verbose_name)),  # type: ignore[union-attr]  # noqa: SLF001 - as above
            words[getattr(first, name)],
            words[getattr(second, name)],
            0,
        )
        for name in merging.CONSENTS
    ]


def _kept(first: Customer, second: Customer, counts: dict[int, list[tuple[str, int]]]) -> int:
    """Proposed to stay: who has more of everything, else who was there before."""
    sizes = {pk: sum(count for _label, count in rows) for pk, rows in counts.items()}
    return second.pk if sizes[second.pk] > sizes[first.pk] else first.pk


def _counts(*ids: int) -> dict[int, list[tuple[str, int]]]:
    """How many rows of each kind point to them; one query a model."""
    found: dict[int, list[tuple[str, int]]] = {pk: [] for pk in ids}
    for reference in references():
        if reference.model in (CustomerIdentity, SourceRecord, Customer):
            continue
        rows = reference.model._base_manager.filter(**{f"{reference.column}__in": ids})  # noqa: SLF001 - as the merge sees them
        sums = dict(rows.order_by().values_list(reference.column).annotate(Count("pk")))
        label = capfirst(str(reference.model._meta.verbose_name_plural))  # noqa: SLF001 - Django's public name
        for pk in ids:
            if any(sums.values()):
                found[pk].append((label, sums.get(pk, 0)))
    return found


def _identities(first: Customer, second: Customer) -> dict[int, list[dict[str, Any]]]:
    rows = list(
        CustomerIdentity.objects.filter(customer__in=[first, second]).order_by("kind", "value")
    )
    of = {pk: {row.value for row in rows if row.customer_id == pk} for pk in (first.pk, second.pk)}
    shared = of[first.pk] & of[second.pk]
    return {
        pk: [
            {"row": row, "is_shared": row.value in shared} for row in rows if row.customer_id == pk
        ]
        for pk in of
    }
