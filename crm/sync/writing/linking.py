"""Rows of ours that a key which is new to us stands for all the same.

A product has the same code or barcode. A customer has the key typed in as "source:key", or, where
the source is to be recognised so, the same confirmed e-mail (or phone) and a similar name. Two
customers that fit are none; nor is one that the source knows by another key: whoever has two keys
in one system is there twice, and a person decides (crm.duplicates).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.customers import SAME_NAME
from crm.models import DataSource, Entity
from crm.names import likeness
from crm.sync.merging import products
from crm.sync.preparing import encoding
from crm.sync.writing import known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.db.backends.utils import CursorWrapper

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work

MatchBy = DataSource.MatchBy


def link(
    cursor: CursorWrapper,
    work: Work,
    rows: Prepared,
    indexes: Sequence[int],
    references: Mapping[str, Mapping[int, int]],
) -> dict[int, int]:
    """Of these rows, whose keys are new: the id of the row of ours that is meant, by index."""
    if not indexes:
        return {}
    match work.entity:
        case Entity.CUSTOMER:
            return _customers(cursor, work, rows, indexes)
        case Entity.PRODUCT:
            return _products(cursor, work, rows, indexes)
        case Entity.STOCK:
            return _levels(cursor, work, rows, indexes, references)
        case _:
            return _by_reference(cursor, work, rows, indexes)


def telling(
    work: Work, rows: Prepared, references: Mapping[str, Mapping[int, int]]
) -> Callable[[int], object]:
    """A function of the row: equal for two new rows that are one thing of ours, else None."""
    match work.entity:
        case Entity.PRODUCT:
            return products.codes(rows).__getitem__
        case Entity.STOCK:
            return _places(rows, references).__getitem__
        case _:
            return lambda _index: None


def _places(
    rows: Prepared, references: Mapping[str, Mapping[int, int]]
) -> list[tuple[int | None, str]]:
    """Product and warehouse of every row."""
    ids = references.get("product_key", {})
    warehouses = encoding.clean(rows.values.get("warehouse") or [None] * len(rows.keys))
    return [(ids.get(index), warehouse) for index, warehouse in enumerate(warehouses)]


def _customers(
    cursor: CursorWrapper, work: Work, rows: Prepared, indexes: Sequence[int]
) -> dict[int, int]:
    found = _typed_in(cursor, work, rows, indexes) if work.is_careful else {}
    kinds = {
        MatchBy.EMAIL.value: ("email",),
        MatchBy.EMAIL_OR_PHONE.value: ("email", "phone"),
    }.get(work.source.match_by, ())
    taken = set(found.values())
    # An e-mail says more than a number: it is asked first.
    for kind in kinds:
        open_ones = [index for index in indexes if index not in found]
        found |= _by_identity(cursor, work, rows, open_ones, kind, taken)
    return found


def _typed_in(
    cursor: CursorWrapper, work: Work, rows: Prepared, indexes: Sequence[int]
) -> dict[int, int]:
    """Customers for whom somebody typed in the source's key."""
    typed = {f"{work.source.slug}:{rows.keys[index]}"[:254]: index for index in indexes}
    cursor.execute(
        "SELECT value, customer_id FROM crm_customeridentity"
        " WHERE kind = 'source_key' AND value = ANY(%s)",
        [list(typed)],
    )
    found = {typed[value]: customer for value, customer in cursor.fetchall()}
    left = known.survivors(cursor, set(found.values()))
    return {index: left.get(customer, customer) for index, customer in found.items()}


def _by_identity(  # noqa: PLR0913 - what is asked, of whom, and who is out
    cursor: CursorWrapper,
    work: Work,
    rows: Prepared,
    indexes: Sequence[int],
    kind: str,
    taken: set[int],
) -> dict[int, int]:
    column = rows.values.get(kind)
    wanted = {value for index in indexes for value in column[index]} if column else set()
    if not column or not wanted:
        return {}
    cursor.execute(
        """
        SELECT i.value, i.customer_id FROM crm_customeridentity i
        WHERE i.kind = %s AND i.value = ANY(%s) AND i.is_confirmed""",
        [kind, list(wanted)],
    )
    holders: dict[str, set[int]] = {}
    for value, customer in cursor.fetchall():
        holders.setdefault(value, set()).add(customer)
    if not holders:
        return {}
    everybody = {customer for some in holders.values() for customer in some}
    left = known.survivors(cursor, everybody)
    people = _free(cursor, work, {left.get(customer, customer) for customer in everybody})
    found = {}
    for index in indexes:
        near = {
            left.get(customer, customer)
            for value in column[index]
            for customer in holders.get(value, ())
        }
        alike = {pk for pk in near & people.keys() if _is_alike(people[pk], rows, index)}
        # Two: somebody in use before one who was archived.
        chosen = {pk for pk in alike if not people[pk][2]} or alike
        if len(chosen) == 1 and (pk := chosen.pop()) not in taken:
            found[index] = pk
            taken.add(pk)
    return found


def _free(
    cursor: CursorWrapper, work: Work, customers: set[int]
) -> dict[int, tuple[str, str, bool]]:
    """Name, company and whether archived, of the customers whom the source has not brought."""
    cursor.execute(
        """
        SELECT c.id, c.name, c.company, c.archived_at IS NOT NULL FROM crm_customer c
        WHERE c.id = ANY(%s) AND NOT EXISTS (
            SELECT 1 FROM crm_sourcerecord r
            WHERE r.entity = 'customer' AND r.object_id = c.id AND r.source_id = %s)""",
        [list(customers), work.source.pk],
    )
    return {pk: (name, company, archived) for pk, name, company, archived in cursor.fetchall()}


def _is_alike(person: tuple[str, str, bool], rows: Prepared, index: int) -> bool:
    """Firms are told apart by their names; where one side names no firm, any names may agree."""
    name, company, _archived = person
    other_name = (rows.values["name"][index] if "name" in rows.values else "") or ""
    other_company = (rows.values["company"][index] if "company" in rows.values else "") or ""
    if company and other_company:
        return likeness(company, other_company) >= SAME_NAME
    ours, theirs = filter(None, (name, company)), [*filter(None, (other_name, other_company))]
    return any(likeness(one, other) >= SAME_NAME for one in ours for other in theirs)


def _products(
    cursor: CursorWrapper, work: Work, rows: Prepared, indexes: Sequence[int]
) -> dict[int, int]:
    codes = products.codes(rows)
    by_code: dict[str, list[int]] = {}
    for index in indexes:
        by_code.setdefault(codes[index], []).append(index)
    cursor.execute("SELECT sku, id FROM crm_product WHERE sku = ANY(%s)", [list(by_code)])
    found = {index: pk for sku, pk in cursor.fetchall() for index in by_code[sku]}
    barcodes = rows.values.get("barcode")
    if not barcodes:
        return found
    by_barcode: dict[str, list[int]] = {}
    for index in indexes:
        if index not in found and barcodes[index]:
            by_barcode.setdefault(barcodes[index], []).append(index)
    cursor.execute(
        """
        SELECT p.barcode, min(p.id) FROM crm_product p
        WHERE p.barcode = ANY(%s) AND p.barcode <> '' AND NOT EXISTS (
            SELECT 1 FROM crm_sourcerecord r
            WHERE r.entity = 'product' AND r.object_id = p.id AND r.source_id = %s)
        GROUP BY p.barcode HAVING count(*) = 1""",
        [list(by_barcode), work.source.pk],
    )
    # Two rows of one source with one barcode are two things: nobody can tell which is meant.
    return found | {
        by_barcode[code][0]: pk for code, pk in cursor.fetchall() if len(by_barcode[code]) == 1
    }


def _levels(
    cursor: CursorWrapper,
    work: Work,
    rows: Prepared,
    indexes: Sequence[int],
    references: Mapping[str, Mapping[int, int]],
) -> dict[int, int]:
    places = _places(rows, references)
    cursor.execute(
        "SELECT product_id, warehouse, id FROM crm_stocklevel"
        " WHERE source = %s AND product_id = ANY(%s)",
        [work.source.slug, [places[index][0] for index in indexes]],
    )
    found: dict[tuple[int | None, str], int] = {
        (product, warehouse): pk for product, warehouse, pk in cursor.fetchall()
    }
    return {index: found[places[index]] for index in indexes if places[index] in found}


def _by_reference(
    cursor: CursorWrapper, work: Work, rows: Prepared, indexes: Sequence[int]
) -> dict[int, int]:
    """Sales and contacts that carry this source and key already, typed in or from a sheet."""
    table = "crm_sale" if work.entity == Entity.SALE else "crm_interaction"
    keys = {rows.keys[index]: index for index in indexes}
    cursor.execute(
        f"SELECT external_ref, id FROM {table} WHERE source = %s AND external_ref = ANY(%s)",  # noqa: S608 - names of ours
        [work.source.slug, list(keys)],
    )
    return {keys[key]: pk for key, pk in cursor.fetchall()}
