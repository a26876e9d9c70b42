"""The customers and products that a batch's rows name: by key, by code, or otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from crm.canonical import FIELDS
from crm.models import Entity
from crm.problems import Problem, Severity
from crm.sync.preparing import encoding
from crm.sync.writing import known, naming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

    from crm.models import DataSource
    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work

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


@dataclass(slots=True)
class Found:
    """Our ids by reference; of those that mean several of ours, how many."""

    ids: dict[str, int] = field(default_factory=dict)
    several: dict[str, int] = field(default_factory=dict)


def resolve(
    cursor: CursorWrapper, work: Work, rows: Prepared, indexes: Sequence[int]
) -> dict[str, dict[int, int]]:
    """For every field that refers to another entity: our id by row; unknown ones are refused."""
    resolved = {}
    for name, entity in _references(rows):
        column = encoding.clean(rows.values[name])
        found = look_up(cursor, work.source, entity, {column[index] for index in indexes})
        ids = found.ids
        resolved[name] = {index: ids[column[index]] for index in indexes if column[index] in ids}
        for index in indexes:
            # A row that names no customer at all was refused before.
            key = column[index]
            if key and key not in ids and index not in rows.refused:
                sentence = _sentence(entity, key, found.several.get(key, 0))
                problem = Problem(index, Severity.CRITICAL, _CODES[entity], name, key, sentence)
                rows.refuse(problem)
    return resolved


def _references(rows: Prepared) -> list[tuple[str, Entity]]:
    return [
        (field.name, field.refers_to)
        for field in FIELDS[rows.entity]
        if field.refers_to is not None and field.name in rows.values
    ]


def look_up(
    cursor: CursorWrapper, source: DataSource, entity: Entity, references: set[str]
) -> Found:
    """Our rows by what the source calls them.

    Its own keys first, then codes that people know, a code in brackets before a name, an e-mail
    address, phone or barcode, and at last exactly this name: of the source's own records, else of
    all.
    """
    found = Found(_by_key(cursor, source, entity, {ref for ref in references if ref}))
    left = [ref for ref in references if ref and ref not in found.ids]
    if not left:
        return found
    codes = naming.codes(left)
    if codes:
        by_code = _by_key(cursor, source, entity, set(codes.values()))
        found.ids |= {ref: by_code[code] for ref, code in codes.items() if code in by_code}
        left = [ref for ref in left if ref not in found.ids]
    if left:
        _by_name(cursor, source, entity, left, found)
    return found


def _by_name(
    cursor: CursorWrapper, source: DataSource, entity: Entity, left: Sequence[str], found: Found
) -> None:
    meant = {
        ref: naming.chosen(candidates)
        for ref, candidates in naming.meant(cursor, source, entity, left).items()
    }
    everyone = {pk for ids in meant.values() for pk in ids}
    merged = known.survivors(cursor, everyone) if entity == Entity.CUSTOMER else {}
    for ref, ids in meant.items():
        left_of_them = {merged.get(pk, pk) for pk in ids}
        if len(left_of_them) == 1:
            found.ids[ref] = left_of_them.pop()
        else:
            found.several[ref] = len(left_of_them)


def _by_key(
    cursor: CursorWrapper, source: DataSource, entity: Entity, keys: set[str]
) -> dict[str, int]:
    """The source's own records first, then codes that people know."""
    if not keys:
        return {}
    named: dict[str, int | str | list[str]] = {
        "source": source.pk,
        "slug": source.slug,
        "keys": list(keys),
    }
    cursor.execute(_OWN[entity], named)
    found: dict[str, int] = dict(cursor.fetchall())
    left = [key for key in keys if key not in found]
    if left:
        own = [f"{source.slug}:{key}" for key in left]
        cursor.execute(_OTHERWISE[entity], named | {"keys": left, "own": own})
        found |= dict(cursor.fetchall())
    if entity == Entity.CUSTOMER:
        merged = known.survivors(cursor, set(found.values()))
        found = {key: merged.get(pk, pk) for key, pk in found.items()}
    return found


def _sentence(entity: Entity, key: str, several: int) -> str:
    words = {"key": key, "count": several}
    if entity == Entity.CUSTOMER:
        if several:
            return _("%(count)d customers are called “%(key)s”: write the key of the one.") % words
        return (
            _(
                "No customer has the key, e-mail address, phone or name “%(key)s”: bring the"
                " customer in first, or correct the row."
            )
            % words
        )
    if several:
        return _("%(count)d products are called “%(key)s”: write the code of the one.") % words
    return (
        _(
            "No product has the key, code, barcode or name “%(key)s”: bring the product in first,"
            " or correct the row."
        )
        % words
    )
