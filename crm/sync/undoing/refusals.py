"""What an undo left alone, and why, in words."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from crm.models import Entity, SyncChange
from crm.sync import journal
from crm.sync.undoing.references import UNTIL_DECIDED, references_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Refusal = SyncChange.Refusal
# Rows whose words are looked up at once.
LOOKED_UP = 1000
RELATED = {
    Entity.SALE: ("customer", "product"),
    Entity.STOCK: ("product",),
    Entity.INTERACTION: ("customer",),
}


def refusals(run_id: int, *, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """The rows that were left alone, each once: ``entity``, ``object_id``, ``label``, ``reason``.

    ``limit``: of each kind of rows at most so many.
    """
    for entity in Entity:
        left = SyncChange.objects.filter(run=run_id, entity=entity).exclude(refusal=None)
        pairs = left.order_by("object_id").distinct("object_id")
        rows = pairs.values_list("object_id", "refusal")[:limit]
        found = rows.iterator(chunk_size=LOOKED_UP)
        while some := list(islice(found, LOOKED_UP)):
            yield from _told(entity, some)


def _told(entity: Entity, rows: Sequence[tuple[int, int | None]]) -> Iterator[dict[str, Any]]:
    labels = _labels(entity, [object_id for object_id, _refusal in rows])
    used = [object_id for object_id, refusal in rows if refusal == Refusal.USED]
    users = _users(entity, used) if used else {}
    for object_id, refusal in rows:
        reason = str(Refusal(refusal or Refusal.EDITED).label)
        if users.get(object_id):
            told = _("Something else refers to it now: %(what)s.")
            reason = told % {"what": ", ".join(users[object_id])}
        yield {
            "entity": entity.value,
            "object_id": object_id,
            "label": labels.get(object_id, f"#{object_id}"),
            "reason": reason,
        }


def _labels(entity: Entity, ids: Sequence[int]) -> dict[int, str]:
    manager = journal.MODELS[entity]._default_manager  # noqa: SLF001 - Django's public name
    objects = manager.select_related(*RELATED.get(entity, ())).in_bulk(ids)
    return {key: _label(entity, found) for key, found in objects.items()}


def _label(entity: Entity, row: Any) -> str:  # noqa: ANN401 - of any of our models
    match entity:
        case Entity.SALE:
            return f"{row.external_ref}: {row.customer}, {row.product}"
        case Entity.STOCK:
            return f"{row.product} – {row.warehouse}" if row.warehouse else str(row.product)
        case Entity.INTERACTION:
            return f"{row.customer}, {row.occurred_at:%d/%m/%Y}"
        case Entity.PRODUCT:
            return f"{row.sku} {row.name}"
        case _:
            return str(row)


def _users(entity: Entity, ids: Sequence[int]) -> dict[int, list[str]]:
    """By row, the kinds of things that refer to it: "order", "ticket" ..."""
    model = journal.MODELS[entity]
    users: dict[int, list[str]] = defaultdict(list)
    for reference in references_to(model):
        column = _attribute(reference.model, reference.column)
        rows = reference.model._default_manager.filter(**{f"{column}__in": ids})  # noqa: SLF001 - Django's public name
        if reference.type_column:
            kind = ContentType.objects.get_for_model(model).pk
            rows = rows.filter(**{_attribute(reference.model, reference.type_column): kind})
        if decided := UNTIL_DECIDED.get(reference.model):
            rows = rows.filter(decided.where)
        word = str(reference.model._meta.verbose_name)  # noqa: SLF001 - as above
        for object_id in rows.order_by().values_list(column, flat=True).distinct():
            if word not in users[object_id]:
                users[object_id].append(word)
    return users


def _attribute(model: Any, column: str) -> str:  # noqa: ANN401 - a model's class
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's public name
    return next(str(field.attname) for field in fields if field.column == column)
