"""Finding pairs of customers that may be one, some customers at a time."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from crm import locks
from crm.duplicates import chains, index, scoring
from crm.duplicates.records import Record, record
from crm.models import Customer, CustomerIdentity, DuplicateCandidate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.db.models import QuerySet

    from crm.duplicates.frequencies import Frequencies

State = DuplicateCandidate.State
Kind = CustomerIdentity.Kind
NOBODY: tuple[list[str], list[str]] = ([], [])

# Nothing but a person is certain.
MOST = 0.999
_FIELDS = ("id", "name", "company", "address", "postal_code", "city")
_WRITE = """
INSERT INTO crm_duplicatecandidate AS old
    (first_id, second_id, score, reasons, state, found_at, search)
SELECT f.id, s.id, found.score, found.reasons, 'open', %(now)s, %(search)s
FROM unnest(%(firsts)s::bigint[], %(seconds)s::bigint[], %(scores)s::numeric[],
    %(reasons)s::jsonb[]) AS found (first_id, second_id, score, reasons)
JOIN crm_customer f ON f.id = found.first_id AND f.merged_into_id IS NULL
JOIN crm_customer s ON s.id = found.second_id AND s.merged_into_id IS NULL
ORDER BY f.id, s.id
ON CONFLICT (first_id, second_id) DO UPDATE
SET score = excluded.score, reasons = excluded.reasons, search = excluded.search
WHERE old.state = 'open'
"""


def look(ids: Sequence[int], *, customers: int, is_partial: bool, search: int) -> int:
    """Compare these customers with all others and write the likely pairs; how many it compared.

    ``search``: the id of the DuplicateScan. Of a search that ``is_partial``, all pairs of each.
    """
    pairs = index.pairs(ids, customers=customers, is_partial=is_partial)
    records = {one.id: one for one in read({key for pair in pairs for key in pair})}
    known = index.frequencies(records.values(), customers=customers)
    scores = _scores(pairs, records, known)
    links = _sure_links({key for pair in scores for key in pair})
    proved = chains.proved(scores, links)
    _write({pair: one for pair, one in proved.items() if one.probability >= scoring.LIKELY}, search)
    return len(pairs)


def _scores(
    pairs: Sequence[tuple[int, int]], records: dict[int, Record], known: Frequencies
) -> dict[tuple[int, int], scoring.Score]:
    found = {}
    for first, second in pairs:
        # Deleted or archived since its keys were made: nobody's duplicate.
        if first in records and second in records:
            told = scoring.score(records[first], records[second], known, least=chains.LEAST)
            if told.probability >= chains.LEAST:
                found[first, second] = told
    return found


def _sure_links(ids: Collection[int]) -> dict[tuple[int, int], float]:
    """What is known of these already, by this search or one before."""
    held = DuplicateCandidate.objects.filter(
        Q(first__in=ids) | Q(second__in=ids), state=State.OPEN, score__gte=chains.SURE
    )
    rows = held.values_list("first_id", "second_id", "score")
    return {(first, second): float(score) for first, second, score in rows}


def read(ids: Collection[int]) -> list[Record]:
    """Those of these customers that may be anybody's duplicate."""
    contacts = {key: (emails, phones) for key, emails, phones in _contacts(ids)}
    rows = Customer.objects.filter(pk__in=ids, archived_at=None, merged_into=None).order_by("pk")
    return [
        record(
            key,
            name=name,
            company=company,
            address=address,
            postal_code=postal_code,
            city=city,
            emails=contacts.get(key, NOBODY)[0],
            phones=contacts.get(key, NOBODY)[1],
        )
        for key, name, company, address, postal_code, city in rows.values_list(*_FIELDS)
    ]


def _contacts(ids: Collection[int]) -> Iterator[tuple[int, list[str], list[str]]]:
    """(customer, e-mail addresses, numbers)."""
    rows = CustomerIdentity.objects.filter(
        customer__in=ids, kind__in=[Kind.EMAIL, Kind.PHONE]
    ).order_by("customer_id")
    values = rows.values_list("customer_id", "kind", "value")
    for customer_id, group in groupby(values, key=lambda row: row[0]):
        of: dict[str, list[str]] = {Kind.EMAIL: [], Kind.PHONE: []}
        for _customer, kind, value in group:
            of[kind].append(value)
        yield customer_id, of[Kind.EMAIL], of[Kind.PHONE]


def remove(pairs: QuerySet[DuplicateCandidate]) -> None:
    """Delete pairs, with their customers held: whoever merges one of them waits, or has been."""
    with transaction.atomic():
        rows = list(pairs.values_list("pk", "first_id", "second_id"))
        locks.hold_customers({key for _pk, *both in rows for key in both})
        pairs.filter(pk__in=[pk for pk, _first, _second in rows]).delete()


def _write(found: dict[tuple[int, int], scoring.Score], search: int) -> None:
    # Before their pairs, as who merges them locks them.
    locks.hold_customers({key for pair in found for key in pair})
    values: dict[str, Any] = {
        "now": timezone.now(),
        "search": search,
        "firsts": [first for first, _second in found],
        "seconds": [second for _first, second in found],
        "scores": [min(MOST, round(one.probability, 3)) for one in found.values()],
        "reasons": [_json(one) for one in found.values()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)


def _json(score: scoring.Score) -> str:
    return orjson.dumps(
        [
            {
                "code": reason.code,
                "weight": round(reason.weight, 1),
                "first": reason.first,
                "second": reason.second,
            }
            for reason in sorted(score.reasons, key=lambda one: -abs(one.weight))
        ]
    ).decode()


def gone() -> QuerySet[DuplicateCandidate]:
    """Who was archived or merged is nobody's duplicate any more."""
    either = Q()
    for side in ("first", "second"):
        either |= Q(**{f"{side}__archived_at__isnull": False})
        either |= Q(**{f"{side}__merged_into__isnull": False})
    return DuplicateCandidate.objects.filter(either, state=State.OPEN)
