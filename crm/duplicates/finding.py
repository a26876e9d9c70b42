"""Finding pairs of customers that may be one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import inf
from operator import attrgetter
from time import monotonic
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from crm.duplicates import blocking, candidates, chains, scoring
from crm.duplicates.frequencies import Frequencies
from crm.duplicates.records import Record, record
from crm.models import Customer, CustomerIdentity, DuplicateCandidate, DuplicateScan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

State = DuplicateCandidate.State
Kind = CustomerIdentity.Kind

# Nothing but a person is certain.
MOST = 0.999
# Any number nobody else uses: two searches go one after the other.
_ADVISORY_LOCK = 7_215_105
_FIELDS = ("id", "name", "company", "address", "postal_code", "city")
_WRITE = """
INSERT INTO crm_duplicatecandidate AS old (first_id, second_id, score, reasons, state, found_at)
SELECT f.id, s.id, found.score, found.reasons, 'open', %(now)s
FROM unnest(%(firsts)s::bigint[], %(seconds)s::bigint[], %(scores)s::numeric[],
    %(reasons)s::jsonb[]) AS found (first_id, second_id, score, reasons)
JOIN crm_customer f ON f.id = found.first_id AND f.merged_into_id IS NULL
JOIN crm_customer s ON s.id = found.second_id AND s.merged_into_id IS NULL
ORDER BY f.id, s.id
ON CONFLICT (first_id, second_id) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
WHERE old.state = 'open'
    AND (old.score, old.reasons) IS DISTINCT FROM (excluded.score, excluded.reasons)
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Two customers, the lower id first, and how likely they are one."""

    first: int
    second: int
    score: scoring.Score


def find(*, whole: bool = False, seconds: float | None = None) -> int:
    """Write the new candidates (DuplicateCandidate); the number of open ones.

    Looks at the pairs with a customer who changed since the last search, or at all of them when
    ``whole`` or never done. What no longer holds is closed; what a person decided stays decided.
    After ``seconds`` the pairs with the fewest keys in common are left out, and counted.
    """
    started = timezone.now()
    last = DuplicateScan.objects.first()
    changed = None if whole or last is None else _changed_since(last)
    if changed is None or changed:
        records = _records()
        found, scan = search(records, changed, seconds=seconds)
        _write(found, changed, closing=not scan.left_out)
        scan.started_at, scan.is_whole = started, changed is None
        scan.save()
    _close_gone()
    return DuplicateCandidate.objects.filter(state=State.OPEN).count()


def search(
    records: list[Record], changed: set[int] | None, *, seconds: float | None = None
) -> tuple[list[Found], DuplicateScan]:
    """The likely pairs among these; what was looked at, not saved."""
    deadline = monotonic() + seconds if seconds else inf
    records.sort(key=lambda one: (blocking.order(one), one.id))
    known = Frequencies.of(records)
    compared = candidates.pairs(records, changed)
    found = []
    done = 0
    # The likeliest come first.
    for done, (first, second) in enumerate(compared.pairs, start=1):
        if done % 1000 == 0 and monotonic() > deadline:
            break
        one, other = sorted((records[first], records[second]), key=attrgetter("id"))
        told = scoring.score(one, other, known, least=chains.LEAST)
        if told.probability >= scoring.LIKELY:
            found.append(Found(one.id, other.id, told))
    scan = DuplicateScan(
        customers=len(records),
        pairs=done,
        left_out=len(compared.pairs) - done,
        split_blocks=compared.split_blocks,
    )
    return found, scan


def _changed_since(last: DuplicateScan) -> set[int]:
    learnt = CustomerIdentity.objects.filter(created_at__gte=last.started_at)
    changed = Customer.objects.filter(
        Q(updated_at__gte=last.started_at) | Q(pk__in=learnt.values("customer"))
    )
    return set(changed.filter(archived_at=None, merged_into=None).values_list("pk", flat=True))


def _records() -> list[Record]:
    contacts = _contacts()
    known = next(contacts, None)
    records = []
    rows = Customer.objects.filter(archived_at=None, merged_into=None).order_by("pk")
    for key, name, company, address, postal_code, city in rows.values_list(*_FIELDS).iterator(
        chunk_size=10_000
    ):
        while known and known[0] < key:
            known = next(contacts, None)
        emails, phones = known[1:] if known and known[0] == key else ([], [])
        records.append(
            record(
                key,
                name=name,
                company=company,
                address=address,
                postal_code=postal_code,
                city=city,
                emails=emails,
                phones=phones,
            )
        )
    return records


def _contacts() -> Iterator[tuple[int, list[str], list[str]]]:
    """(customer, e-mail addresses, numbers) in the order of customers."""
    rows = CustomerIdentity.objects.filter(kind__in=[Kind.EMAIL, Kind.PHONE]).order_by(
        "customer_id"
    )
    values = rows.values_list("customer_id", "kind", "value").iterator(chunk_size=10_000)
    for customer_id, group in groupby(values, key=lambda row: row[0]):
        of: dict[str, list[str]] = {Kind.EMAIL: [], Kind.PHONE: []}
        for _customer, kind, value in group:
            of[kind].append(value)
        yield customer_id, of[Kind.EMAIL], of[Kind.PHONE]


def _write(found: Sequence[Found], changed: set[int] | None, *, closing: bool) -> None:
    values: dict[str, Any] = {
        "now": timezone.now(),
        "firsts": [one.first for one in found],
        "seconds": [one.second for one in found],
        "scores": [min(MOST, round(one.score.probability, 3)) for one in found],
        "reasons": [_json(one.score) for one in found],
    }
    pairs = {(one.first, one.second) for one in found}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        cursor.execute(_WRITE, values)
        if not closing:
            return
        held = DuplicateCandidate.objects.filter(state=State.OPEN)
        gone = [
            pk
            for pk, first, second in held.values_list("pk", "first_id", "second_id")
            if (first, second) not in pairs
            and (changed is None or first in changed or second in changed)
        ]
        held.filter(pk__in=gone).delete()


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


def _close_gone() -> None:
    """Who was archived or merged is nobody's duplicate any more."""
    gone = Q()
    for side in ("first", "second"):
        gone |= Q(**{f"{side}__archived_at__isnull": False})
        gone |= Q(**{f"{side}__merged_into__isnull": False})
    DuplicateCandidate.objects.filter(gone, state=State.OPEN).delete()
