"""Customers and products that a source names by something else than their key.

Odoo writes "[V0003] Bourgogne Aligoté", a shop the buyer's e-mail address, a till what is printed
on the ticket. Each way is tried for what the one before left over; what means several is not
guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from crm.mapping.context import Context
from crm.mapping.faults import Doubtful, Unreadable
from crm.mapping.transformations import prepare
from crm.models import Entity
from crm.sync.preparing.search_names import search_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.backends.utils import CursorWrapper

    from crm.models import DataSource

# By reference: the rows of ours it may mean, and whether each came from this very source.
Meant = dict[str, dict[int, bool]]
Ref = TypeVar("Ref")

_CODE = re.compile(r"\[([^\]]{1,120})\]\s*(.*)", re.DOTALL)
_BARCODE = re.compile(r"[0-9]{8,14}")
_MIN_PHONE = 8
# "LE GOFF Anne" is Anne Le Goff; longer names are a firm's, and stand as they are.
_MOST_TURNED = 5
_IS_OWN = """EXISTS (SELECT 1 FROM crm_sourcerecord r WHERE r.entity = '{entity}'
             AND r.object_id = {id} AND r.source_id = %(source)s)"""
_BY_CONTACT = f"""
    SELECT i.value, i.customer_id, {_IS_OWN.format(entity="customer", id="i.customer_id")}
    FROM crm_customeridentity i
    WHERE i.kind IN ('email', 'phone') AND i.is_confirmed AND i.value = ANY(%(values)s)"""  # noqa: S608 - texts of ours
_BY_WHOLE_NAME = f"""
    SELECT c.search_name, c.id, {_IS_OWN.format(entity="customer", id="c.id")}
    FROM crm_customer c WHERE c.search_name = ANY(%(values)s) AND c.merged_into_id IS NULL"""  # noqa: S608 - texts of ours
# One pass over the customers for all that is left of a batch: few references come this far.
_BY_PART = f"""
    SELECT c.id, {_IS_OWN.format(entity="customer", id="c.id")}, lower(c.company), lower(c.name)
    FROM crm_customer c
    WHERE c.company <> '' AND c.name <> '' AND c.merged_into_id IS NULL
      AND (lower(c.company) = ANY(%(values)s) OR lower(c.name) = ANY(%(values)s))"""  # noqa: S608 - texts of ours
_BY_BARCODE = f"""
    SELECT p.barcode, p.id, {_IS_OWN.format(entity="product", id="p.id")}
    FROM crm_product p WHERE p.barcode <> '' AND p.barcode = ANY(%(values)s)"""  # noqa: S608 - texts of ours
_ALL_PRODUCTS = f"""
    SELECT p.id, {_IS_OWN.format(entity="product", id="p.id")}, p.name,
           coalesce(p.attributes ->> 'vintage', ''), p.synonyms
    FROM crm_product p"""  # noqa: S608 - texts of ours


def codes(references: Iterable[str]) -> dict[str, str]:
    """The code in brackets that a reference begins with, where it has one."""
    found = ((reference, _CODE.match(reference)) for reference in references)
    return {reference: match[1].strip() for reference, match in found if match}


def meant(
    cursor: CursorWrapper, source: DataSource, entity: Entity, references: Sequence[str]
) -> Meant:
    """What the references may mean: by e-mail address, phone or barcode, else by name."""
    ways = (_contacts, _customers) if entity == Entity.CUSTOMER else (_barcodes, _products)
    found: Meant = {}
    for way in ways:
        left = [reference for reference in references if reference not in found]
        if left:
            found |= way(cursor, source, left)
    return found


def chosen(candidates: Mapping[int, bool]) -> set[int]:
    """Those of the source itself where there are any, else all."""
    own = {pk for pk, is_own in candidates.items() if is_own}
    return own or set(candidates)


def _contacts(cursor: CursorWrapper, source: DataSource, references: Sequence[str]) -> Meant:
    values = {reference: _contact(reference, source) for reference in references}
    return _of(cursor, _BY_CONTACT, source, {ref: value for ref, value in values.items() if value})


def _contact(reference: str, source: DataSource) -> str:
    """The address or number as identities have it; empty where the reference is neither."""
    if "@" in reference:
        return reference.strip().lower()
    if sum(map(str.isdigit, reference)) < _MIN_PHONE or re.search(r"[^\W\d_]{2}", reference):
        return ""
    try:
        found = _phone(source.country or "FR")(reference)
    except (Doubtful, Unreadable):
        return ""
    return str(found[0]) if found else ""


def _phone(country: str) -> Callable[[str], list[str]]:
    return prepare({"name": "parse_phone"}, Context(country=country)).function


def _barcodes(cursor: CursorWrapper, source: DataSource, references: Sequence[str]) -> Meant:
    values = {ref: ref for ref in references if _BARCODE.fullmatch(ref)}
    return _of(cursor, _BY_BARCODE, source, values)


def _customers(cursor: CursorWrapper, source: DataSource, references: Sequence[str]) -> Meant:
    """By the whole of company and name, in any turn of the words; else by one of the two."""
    folded = _folded(references)
    found = _of(cursor, _BY_WHOLE_NAME, source, folded)
    left = {ref: name for ref, name in folded.items() if ref not in found}
    turned = {(ref, turn): turn for ref, name in left.items() for turn in _turns(name)}
    for (ref, _turn), candidates in _of(cursor, _BY_WHOLE_NAME, source, turned).items():
        found.setdefault(ref, {}).update(candidates)
    return found | _by_part(cursor, source, [ref for ref in references if ref not in found])


def _turns(name: str) -> list[str]:
    words = name.split()
    if len(words) > _MOST_TURNED:
        return []
    return [" ".join(words[place:] + words[:place]) for place in range(1, len(words))]


def _by_part(cursor: CursorWrapper, source: DataSource, references: Sequence[str]) -> Meant:
    """The firm of that name, or who works for one."""
    if not references:
        return {}
    wanted = {ref: " ".join(ref.lower().split()) for ref in references}
    cursor.execute(_BY_PART, {"source": source.pk, "values": list(set(wanted.values()))})
    whole: Meant = defaultdict(dict)
    parts: Meant = defaultdict(dict)
    for pk, is_own, *sides in cursor.fetchall():
        for side in sides:
            # Somebody who works there is not the firm.
            (whole if sides[0] == sides[1] else parts)[side][pk] = is_own
    by_name = parts | whole
    return {ref: by_name[name] for ref, name in wanted.items() if name in by_name}


def _products(cursor: CursorWrapper, source: DataSource, references: Sequence[str]) -> Meant:
    """By name, by name and vintage, by what staff call it."""
    cursor.execute(_ALL_PRODUCTS, {"source": source.pk})
    names: list[str] = []
    owners: list[tuple[int, bool]] = []
    for pk, is_own, name, vintage, synonyms in cursor.fetchall():
        for each in (name, f"{name} {vintage}" if vintage else "", *synonyms.splitlines()):
            if each.strip():
                names.append(each)
                owners.append((pk, is_own))
    by_name: Meant = defaultdict(dict)
    for folded, (pk, is_own) in zip(search_names(names), owners, strict=True):
        by_name[folded][pk] = is_own
    wanted = _folded(references)
    return {ref: by_name[name] for ref, name in wanted.items() if name in by_name}


def _folded(references: Sequence[str]) -> dict[str, str]:
    """The references' names, folded; without a code before them."""
    bare = [match[2] if (match := _CODE.match(ref)) else ref for ref in references]
    pairs = zip(references, search_names(bare), strict=True)
    return {reference: name for reference, name in pairs if name}


def _of(
    cursor: CursorWrapper, sql: str, source: DataSource, values: Mapping[Ref, str]
) -> dict[Ref, dict[int, bool]]:
    """Run a query of (value, id, whether own) for the values of the references."""
    if not values:
        return {}
    cursor.execute(sql, {"source": source.pk, "values": list(set(values.values()))})
    by_value: dict[str, dict[int, bool]] = defaultdict(dict)
    for value, pk, is_own in cursor.fetchall():
        by_value[value][pk] = is_own
    return {ref: by_value[value] for ref, value in values.items() if value in by_value}
