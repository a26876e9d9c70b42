"""What refers to rows of ours: found through Django's relations, so that no app is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType

from crm.models import CustomerIdentity, CustomerProfile, DuplicateCandidate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model

# Rows that are but a part of a customer, or computed of them: they go with their customer.
OWN_PARTS: tuple[type[Model], ...] = (CustomerIdentity, CustomerProfile, DuplicateCandidate)


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that holds ids of a model; ``type_column`` where it holds those of any model."""

    model: type[Model]
    table: str
    column: str
    type_column: str = ""

    def exists(self, model: type[Model], object_id: str) -> str:
        """SQL: whether a row refers to the object whose id is ``object_id``, an expression."""
        of_type = ""
        if self.type_column:
            type_id = ContentType.objects.get_for_model(model).pk
            of_type = f' AND x."{self.type_column}" = {type_id:d}'
        return (
            f'EXISTS (SELECT 1 FROM "{self.table}" x'  # noqa: S608 - names of ours
            f' WHERE x."{self.column}" = {object_id}{of_type})'
        )


@cache
def references_to(model: type[Model]) -> Sequence[Reference]:
    """Every column of every app that may refer to a row of the model, save its own parts."""
    return [found for found in _all(model) if found.model not in OWN_PARTS]


@cache
def parts_of(model: type[Model]) -> Sequence[Reference]:
    """The columns of what goes with a row of the model."""
    return [found for found in _all(model) if found.model in OWN_PARTS]


def _all(model: type[Model]) -> list[Reference]:
    found = []
    for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 - Django's public name
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            other = relation.related_model
            column = relation.field.column  # type: ignore[union-attr]
            found.append(Reference(other, other._meta.db_table, column))  # type: ignore[union-attr,arg-type] # noqa: SLF001 - as above
    return found + _of_any_model()


def _of_any_model() -> list[Reference]:
    found = []
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's public name
        for field in meta.private_fields:
            if isinstance(field, GenericForeignKey):
                column = str(meta.get_field(field.fk_field).column)  # type: ignore[union-attr]
                kind = str(meta.get_field(field.ct_field).column)  # type: ignore[union-attr]
                found.append(Reference(model, meta.db_table, column, kind))
    return found
