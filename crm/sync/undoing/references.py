"""What refers to rows of ours: found through Django's relations, so that no app is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db.models import CASCADE, Q

from crm import computed
from crm.models import (
    CustomerIdentity,
    CustomerProfile,
    DuplicateCandidate,
    Recommendation,
    RecommendedProduct,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Model

# Rows that are but a part of a customer, or computed of them: they go with their customer.
OWN_PARTS: tuple[type[Model], ...] = (CustomerIdentity, CustomerProfile, DuplicateCandidate)

_DECIDED = (Recommendation.Status.APPROVED.value, Recommendation.Status.REJECTED.value)


@dataclass(frozen=True, slots=True)
class Decided:
    """Of rows that are computed, those about which a person decided; ``sql`` of the row ``x``."""

    where: Q
    sql: str


# They go with their customer or product as long as nobody decided about them.
UNTIL_DECIDED: dict[type[Model], Decided] = {
    Recommendation: Decided(Q(status__in=_DECIDED), f"x.status IN {_DECIDED}"),
    RecommendedProduct: Decided(
        Q(recommendation__status__in=_DECIDED),
        "EXISTS (SELECT 1 FROM crm_recommendation r"  # noqa: S608 - words of ours
        f" WHERE r.id = x.recommendation_id AND r.status IN {_DECIDED})",
    ),
}


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
        decided = UNTIL_DECIDED.get(self.model)
        return (
            f'EXISTS (SELECT 1 FROM "{self.table}" x'  # noqa: S608 - names of ours
            f' WHERE x."{self.column}" = {object_id}{of_type}'
            + (f" AND {decided.sql})" if decided else ")")
        )

    def delete(self, ids: str) -> Iterator[str]:
        """SQL: delete the rows that refer to one of ``ids``, a subquery, and what belongs to them.

        Of what else refers to them only the reference goes.
        """
        mine = f'"{self.column}" IN {ids}'
        key = self.model._meta.pk.column  # noqa: SLF001 - Django's public name
        rows = f'(SELECT "{key}" FROM "{self.table}" WHERE {mine})'  # noqa: S608 - names of ours
        for relation in _relations(self.model):
            table, column = relation.related_model._meta.db_table, relation.field.column  # noqa: SLF001 - as above
            if relation.on_delete is CASCADE:
                yield f'DELETE FROM "{table}" WHERE "{column}" IN {rows}'  # noqa: S608 - as above
            else:
                yield f'UPDATE "{table}" SET "{column}" = NULL WHERE "{column}" IN {rows}'  # noqa: S608 - as above
        yield f'DELETE FROM "{self.table}" WHERE {mine}'  # noqa: S608 - as above


@cache
def references_to(model: type[Model]) -> Sequence[Reference]:
    """Every column of every app that may refer to a row of the model, save its own parts."""
    own = (*OWN_PARTS, *computed.models())
    return [found for found in _all(model) if found.model not in own]


@cache
def parts_of(model: type[Model]) -> Sequence[Reference]:
    """The columns of what goes with a row of the model, when nothing keeps it."""
    own = (*OWN_PARTS, *computed.models(), *UNTIL_DECIDED)
    return [found for found in _all(model) if found.model in own]


def _all(model: type[Model]) -> list[Reference]:
    found = []
    for relation in _relations(model):
        other = relation.related_model
        found.append(Reference(other, other._meta.db_table, relation.field.column))  # noqa: SLF001 - Django's public name
    return found + _of_any_model()


def _relations(model: type[Model]) -> Iterator[Any]:
    """The foreign keys that lead here, seen from here."""
    for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001 - as above
        if relation.auto_created and (relation.one_to_many or relation.one_to_one):
            yield relation


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
