"""The customers and products that a batch's rows name by their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from crm.canonical import FIELDS
from crm.models import Entity
from crm.problems import Problem, Severity
from crm.sync import encoding, known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

    from crm.models import DataSource
    from crm.sync.prepared import Prepared
    from crm.sync.work import Work

# What is left after the source's own records: what people typed in, exactly as given.
_OTHERWISE = {
    Entity.CUSTOMER: """
        SELECT i.value, i.customer_id FROM crm_customeridentity i
        WHERE i.kind = 'source_key' AND i.value = ANY(%(keys)s)
        UNION ALL
        SELECT substr(i.value, length(%(slug)s) + 2), i.customer_id FROM crm_customeridentity i
        WHERE i.kind = 'source_key' AND i.value = ANY(%(own)s)""",
    Entity.PRODUCT: "SELECT p.sku, p.id FROM crm_product p WHERE p.sku = ANY(%(keys)s)",
}
_OWN = {
    Entity.CUSTOMER: """
        SELECT r.key, coalesce(o.merged_into_id, o.id)
        FROM crm_sourcerecord r JOIN crm_customer o ON o.id = r.object_id
        WHERE r.source_id = %(source)s AND r.entity = 'customer' AND r.key = ANY(%(keys)s)""",
    Entity.PRODUCT: """
        SELECT r.key, o.id FROM crm_sourcerecord r JOIN crm_product o ON o.id = r.object_id
        WHERE r.source_id = %(source)s AND r.entity = 'product' AND r.key = ANY(%(keys)s)""",
}
_CODES = {Entity.CUSTOMER: "unknown_customer", Entity.PRODUCT: "unknown_product"}


def resolve(
    cursor: CursorWrapper, work: Work, rows: Prepared, indexes: Sequence[int]
) -> dict[str, dict[int, int]]:
    """For every field that refers to another entity: our id by row; unknown ones are refused."""
    found = {}
    for field in FIELDS[rows.entity]:
        if field.refers_to is None or field.name not in rows.values:
            continue
        column = encoding.clean(rows.values[field.name])
        ids = look_up(cursor, work.source, field.refers_to, {column[index] for index in indexes})
        found[field.name] = {index: ids[column[index]] for index in indexes if column[index] in ids}
        for index in indexes:
            # A row that names no customer at all was refused before.
            if column[index] and column[index] not in ids and index not in rows.refused:
                rows.refuse(_unknown(index, field.name, field.refers_to, column[index]))
    return found


def look_up(
    cursor: CursorWrapper, source: DataSource, entity: Entity, keys: set[str]
) -> dict[str, int]:
    """Our ids by the source's keys: its own records first, then codes that people know."""
    wanted = [key for key in keys if key]
    if not wanted:
        return {}
    named: dict[str, int | str | list[str]] = {
        "source": source.pk,
        "slug": source.slug,
        "keys": wanted,
    }
    cursor.execute(_OWN[entity], named)
    found: dict[str, int] = dict(cursor.fetchall())
    left = [key for key in wanted if key not in found]
    if left:
        own = [f"{source.slug}:{key}" for key in left]
        cursor.execute(_OTHERWISE[entity], named | {"keys": left, "own": own})
        found |= dict(cursor.fetchall())
    if entity == Entity.CUSTOMER:
        merged = known.survivors(cursor, set(found.values()))
        found = {key: merged.get(pk, pk) for key, pk in found.items()}
    return found


def _unknown(index: int, name: str, entity: Entity, key: str) -> Problem:
    if entity == Entity.CUSTOMER:
        told = _(
            "No customer has the key “%(key)s”: bring the customer in first, or correct the key."
        )
    else:
        told = _(
            "No product has the key or code “%(key)s”: bring the product in first,"
            " or correct the key."
        )
    sentence = told % {"key": key}
    return Problem(index, Severity.CRITICAL, _CODES[entity], name, key, sentence)
