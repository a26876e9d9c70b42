"""Every row of every app that points to a customer, whichever models there will be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from psycopg.errors import UniqueViolation

from crm import computed
from crm.models import Customer, CustomerMerge, CustomerProfile, DuplicateCandidate, SourceRecord
from crm.models.source import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable

# What says who was merged, who may be and what was computed: decided of by crm.duplicates.merging.
OWN_BUSINESS = (CustomerMerge, DuplicateCandidate, CustomerProfile)


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds customers' ids."""

    model: type[models.Model]
    column: str

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column}"  # noqa: SLF001 - Django's public name

    def rows(self, customer_id: int) -> models.QuerySet[Any]:
        rows = self.model._base_manager.filter(**{self.column: customer_id})  # noqa: SLF001 - no filter of a manager of its own may hide rows
        return rows.filter(entity=Entity.CUSTOMER) if self.model is SourceRecord else rows

    def strays(self) -> models.QuerySet[Any, int]:
        """Customers that were merged into others, and have rows."""
        merged = Customer.objects.filter(merged_into__isnull=False)
        rows = self.model._base_manager.filter(**{f"{self.column}__in": merged.values("pk")})  # noqa: SLF001 - as above
        if self.model is SourceRecord:
            rows = rows.filter(entity=Entity.CUSTOMER)
        return rows.order_by(self.column).values_list(self.column, flat=True).distinct()

    def move(self, ids: Iterable[int], *, to: int) -> tuple[list[int], list[int]]:
        """Point these rows to ``to``: those that do now, and those that stayed.

        A row stays where its new customer has one like it already (a unique constraint).
        """
        ids = sorted(ids)
        if not ids:
            return [], []
        if self._update(ids, to):
            return ids, []
        if len(ids) == 1:
            return [], ids
        # In halves: of thousands with one like it, a dozen statements.
        half = len(ids) // 2
        moved, left = self.move(ids[:half], to=to)
        more_moved, more_left = self.move(ids[half:], to=to)
        return moved + more_moved, left + more_left

    def _update(self, ids: list[int], to: int) -> bool:
        rows = self.model._base_manager.filter(pk__in=ids)  # noqa: SLF001 - as above
        try:
            with transaction.atomic():
                rows.update(**{self.column: to})
        except IntegrityError as error:
            if not isinstance(error.__cause__, UniqueViolation):
                raise
            return False
        return True


def references() -> list[Reference]:
    """All of them, in the order of the house: the parent before its children, apps by layer."""
    found = [Reference(SourceRecord, "object_id")]
    for model in apps.get_models(include_auto_created=True):
        if model in (*OWN_BUSINESS, *computed.models()):
            continue
        if model._meta.proxy or not model._meta.managed:  # noqa: SLF001 - Django's public name
            continue
        found += [
            Reference(model, field.attname)
            for field in model._meta.local_fields  # noqa: SLF001 - as above
            if isinstance(field, models.ForeignKey) and field.remote_field.model is Customer
        ]
    return found


def in_turn() -> list[Reference]:
    """All of them as they are moved: our own after those of other apps.

    Whoever validates an order of the customer holds it, and only then adds identities.
    """
    return sorted(references(), key=lambda one: one.model._meta.app_label == "crm")  # noqa: SLF001 - Django's public name
