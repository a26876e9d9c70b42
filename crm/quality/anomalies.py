"""Anomalies: written once however often they are seen, resolved when they are gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from crm.models import Anomaly, StagedRow, SyncRun
from crm.problems import Problem
from crm.quality import row_hashes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from uuid import UUID

    from crm.models import TableRun
    from crm.quality.refused import Kept, Refused
    from crm.sources.batches import Batch

    # An anomaly's id and fingerprint, and the hash of its row in quarantine.
    Listed = tuple[int, UUID, UUID | None]

_VALUE, _KEY = 300, 200
# Resolved by ``across``: a refused copy has the key of the good row, others need other rows.
ELSEWHERE = ("duplicate_key", "outlier", "same_product")
_UPSERT = """
    INSERT INTO crm_anomaly
        (table_id, run_id, staged_row_id, severity, code, row_number, key, field, value, sentence,
         state, fingerprint, first_seen_at, last_seen_at)
    SELECT %(table)s, %(run)s, staged, severity, code, number, key, field, value, sentence,
           state, fingerprint, %(now)s, %(now)s
    FROM unnest(%(staged)s::bigint[], %(severity)s::text[], %(code)s::text[], %(number)s::bigint[],
                %(key)s::text[], %(field)s::text[], %(value)s::text[], %(sentence)s::text[],
                %(state)s::text[], %(fingerprint)s::uuid[])
        AS given (staged, severity, code, number, key, field, value, sentence, state, fingerprint)
    ON CONFLICT (table_id, fingerprint) DO UPDATE SET
        run_id = excluded.run_id,
        staged_row_id = excluded.staged_row_id,
        severity = excluded.severity,
        row_number = excluded.row_number,
        key = excluded.key,
        sentence = excluded.sentence,
        last_seen_at = excluded.last_seen_at,
        -- What staff ignore stays ignored.
        state = CASE crm_anomaly.state WHEN 'resolved' THEN excluded.state
                ELSE crm_anomaly.state END
"""


_OF_KEYS = """
    SELECT anomaly.id, anomaly.fingerprint, staged.row_hash
    FROM crm_anomaly anomaly LEFT JOIN crm_stagedrow staged ON staged.id = anomaly.staged_row_id
    WHERE anomaly.table_id = %(table)s AND anomaly.state = 'open' AND anomaly.run_id <> %(run)s
      AND anomaly.key = ANY(%(keys)s) AND anomaly.code <> ALL(%(elsewhere)s)
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A problem of this batch as it will stand among the anomalies."""

    problem: Problem
    number: int | None
    key: str
    staged: int | None
    state: str
    fingerprint: UUID


@dataclass(frozen=True, slots=True)
class Beside:
    """Something wrong that shows beside other rows only; of the whole table without a key."""

    code: str
    field: str
    sentence: str
    key: str = ""
    number: int | None = None
    value: str = ""


def seen(
    batch: Batch,
    problems: Sequence[Problem],
    keys: Mapping[int, str],
    rows: Mapping[int, Refused],
    staged: Mapping[UUID, Kept],
) -> list[Seen]:
    """What to write, each fingerprint once.

    A refused row is known by its text, an accepted one by its key: two refused rows with one key
    are two.
    """
    found: dict[UUID, Seen] = {}
    for problem in problems:
        row = rows.get(problem.index)
        key = keys.get(problem.index, "")
        kept = staged[row.row_hash] if row else None
        number = row.number if row else batch.numbers[problem.index]
        if row:
            whose = str(row.row_hash)
        elif key:
            whose = key
        else:
            whose = str(row_hashes.of_values(batch.rows[problem.index]))
        is_ignored = kept is not None and kept.state == StagedRow.State.DISMISSED
        state = Anomaly.State.IGNORED if is_ignored else Anomaly.State.OPEN
        fingerprint = row_hashes.of_values((whose, problem.field, problem.code, problem.value))
        found[fingerprint] = Seen(
            problem, number, key[:_KEY], kept.pk if kept else None, state, fingerprint
        )
    return list(found.values())


def keep(table_run: TableRun, found: Sequence[Seen]) -> None:
    """Write them: one statement."""
    if not found:
        return
    clean = row_hashes.clean
    with connection.cursor() as cursor:
        cursor.execute(
            _UPSERT,
            {
                "table": table_run.table_id,
                "run": table_run.run_id,
                "now": timezone.now(),
                "staged": [one.staged for one in found],
                "severity": [str(one.problem.severity) for one in found],
                "code": [one.problem.code for one in found],
                "number": [one.number for one in found],
                "key": [clean(one.key) for one in found],
                "field": [one.problem.field for one in found],
                "value": [clean(one.problem.value)[:_VALUE] for one in found],
                "sentence": [clean(one.problem.sentence) for one in found],
                "state": [str(one.state) for one in found],
                "fingerprint": [one.fingerprint for one in found],
            },
        )


def replace(table_run: TableRun, codes: Sequence[str], found: Sequence[Beside]) -> None:
    """Write these, and close what was open of the same kinds and is not among them."""
    told = [
        Seen(
            Problem(0, Anomaly.Severity.MEDIUM, one.code, one.field, one.value, one.sentence),
            one.number,
            one.key[:_KEY],
            None,
            Anomaly.State.OPEN,
            row_hashes.of_values((one.key, one.field, one.code, one.value)),
        )
        for one in found
    ]
    keep(table_run, list({one.fingerprint: one for one in told}.values()))
    gone = Anomaly.objects.filter(
        table=table_run.table_id, state=Anomaly.State.OPEN, code__in=codes
    ).exclude(fingerprint__in=[one.fingerprint for one in told])
    gone.update(state=Anomaly.State.RESOLVED)


def resolve(
    table_run: TableRun,
    batch: Batch,
    keys: Mapping[int, str],
    rows: Mapping[int, Refused],
    found: Sequence[Seen],
) -> None:
    """Close what was wrong with this batch's rows in an earlier run and is so no more.

    A refused copy of a row has the key of the good one: it is looked at by ``across``, when the
    whole table was read. Mended rows say nothing of others that wait with the same key: those were
    not read again.
    """
    earlier = Anomaly.objects.filter(table=table_run.table_id, state=Anomaly.State.OPEN)
    gone: set[int] = set()
    is_reading = table_run.run.kind != SyncRun.Kind.MENDED
    # Where nothing is open, ten thousand keys need not be sent.
    if is_reading and earlier.exclude(run=table_run.run_id).exclude(code__in=ELSEWHERE).exists():
        gone = _gone(_of_keys(table_run, {key[:_KEY] for key in keys.values() if key}), rows, found)
    if batch.mended:
        mended = Anomaly.objects.filter(
            table=table_run.table_id, staged_row__row_hash__in=list(batch.mended.values())
        ).exclude(state=Anomaly.State.RESOLVED)
        listed = mended.exclude(run=table_run.run_id).values_list(
            "pk", "fingerprint", "staged_row__row_hash"
        )
        gone |= _gone(listed, rows, found)
    close(list(gone))


def _of_keys(table_run: TableRun, keys: Collection[str]) -> list[Listed]:
    """What earlier runs left open of these keys: one array, not ten thousand parameters."""
    values: dict[str, int | list[str]] = {
        "table": table_run.table_id,
        "run": table_run.run_id,
        "keys": [row_hashes.clean(key) for key in keys],
        "elsewhere": list(ELSEWHERE),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OF_KEYS, values)
        listed: list[Listed] = cursor.fetchall()
    return listed


def _gone(listed: Iterable[Listed], rows: Mapping[int, Refused], found: Sequence[Seen]) -> set[int]:
    still = {one.fingerprint for one in found}
    here = {row.row_hash for row in rows.values()}
    return {
        pk
        for pk, fingerprint, row_hash in listed
        if fingerprint not in still or (row_hash is not None and row_hash not in here)
    }


def close(ids: Sequence[int]) -> None:
    """These are wrong no more; their rows leave the quarantine unless staff decided on them."""
    if not ids:
        return
    chosen = Anomaly.objects.filter(pk__in=ids)
    rows = list(
        StagedRow.objects.filter(state=StagedRow.State.WAITING, anomalies__in=chosen)
        .distinct()
        .values_list("pk", flat=True)
    )
    still = set(
        Anomaly.objects.filter(staged_row__in=rows, state=Anomaly.State.OPEN)
        .exclude(pk__in=ids)
        .values_list("staged_row", flat=True)
    )
    leaving = [pk for pk in rows if pk not in still]
    # The anomaly outlives the row it was found in.
    Anomaly.objects.filter(staged_row__in=leaving).update(staged_row=None)
    chosen.update(state=Anomaly.State.RESOLVED)
    StagedRow.objects.filter(pk__in=leaving).delete()
