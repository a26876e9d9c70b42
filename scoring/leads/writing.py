"""Scores of many customers into the tables; inside the caller's transaction.

Facts are read into a table that ends with the transaction, by one statement; only those that
differ from what is kept are scored. Rows are locked in the order of their ids, before anything is
written: the customers, whom nobody deletes from then on, then their scores. A row that is not there
cannot be locked: those who make first scores come one after the other. Where somebody else has
scored a customer since the facts were read, or taken their score away, theirs is left: it knows as
much, or more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.db import connection
from django.utils import timezone

from scoring.engine import features, scale
from scoring.leads import copying
from scoring.live import figures
from scoring.versions import active

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from django.db.backends.utils import CursorWrapper

    from scoring.models import ScoringModel

# Explained together: what they need stays in memory's faster parts.
_CHUNK: Final = 1_000
_FACTS: Final = (
    "last_contact_on",
    "known_since",
    "total_contacts",
    "total_spent",
    "emails_sent",
    "emails_opened",
    "website_visits",
    "usual_purchase",
    "currency",
)
_COMPUTED: Final = (
    "model_id",
    "score",
    "segment",
    "chance",
    "expected_value",
    "base",
    "contributions",
    "as_of",
    "scored_at",
)

_FIND: Final = """
CREATE TEMPORARY TABLE lead_fact ON COMMIT DROP AS
SELECT fact.* FROM (
    SELECT {names}
    FROM (
        SELECT customer_id, last_contact_on, known_since, total_contacts, total_spent,
            emails_sent, emails_opened, website_visits,
            COALESCE(usual, {house}) AS usual_purchase, COALESCE(currency, {currency}) AS currency
        FROM ({facts}) AS known
    ) AS named
) AS fact
LEFT JOIN scoring_leadscore AS old USING (customer_id)
WHERE old.customer_id IS NULL OR old.model_id <> {model} {or_day}
    OR ({fresh}) IS DISTINCT FROM ({kept})
"""
_RESULT: Final = """
CREATE TEMPORARY TABLE lead_result (
    customer_id bigint, score double precision, chance double precision, base double precision,
    c0 double precision, c1 double precision, c2 double precision, c3 double precision,
    c4 double precision, c5 double precision, c6 double precision
) ON COMMIT DROP
"""
# Rows that refer to a customer lock it at the commit: whoever deletes customers, and then waits for
# their scores, would wait for us for ever.
_HOLD_CUSTOMERS: Final = """
WITH held AS MATERIALIZED (
    SELECT id FROM crm_customer
    WHERE {people} AND id IN (SELECT customer_id FROM lead_fact)
    ORDER BY id FOR KEY SHARE
)
DELETE FROM lead_fact WHERE NOT EXISTS (SELECT FROM held WHERE held.id = customer_id)
"""
# Of PostgreSQL's advisory locks: "1stscore".
_FIRST_SCORES: Final = 0x31737473636F7265
_ONE_AT_A_TIME: Final = """
SELECT pg_advisory_xact_lock(%s) WHERE EXISTS (
    SELECT FROM lead_fact LEFT JOIN scoring_leadscore AS old USING (customer_id)
    WHERE old.customer_id IS NULL
)
"""
_GONE: Final = "(customer.archived_at IS NOT NULL OR customer.merged_into_id IS NOT NULL)"
_LOCK: Final = """
SELECT array_agg(customer_id) FILTER (WHERE is_gone) FROM (
    SELECT customer_id, {gone} AS is_gone
    FROM scoring_leadscore AS old JOIN crm_customer AS customer ON customer.id = customer_id
    WHERE {theirs} AND ({gone} OR customer_id IN (SELECT customer_id FROM lead_fact))
    ORDER BY customer_id FOR NO KEY UPDATE OF old
) AS locked
"""
_LEAVE_NEWER: Final = """
DELETE FROM lead_fact USING scoring_leadscore AS old
WHERE old.customer_id = lead_fact.customer_id
    AND old.scored_at > %(read_at)s AND old.scored_at <= %(now)s
"""
_LEAVE_GONE: Final = """
DELETE FROM lead_fact
WHERE NOT EXISTS (
    SELECT FROM scoring_leadscore AS old WHERE old.customer_id = lead_fact.customer_id
)
"""
_NEW: Final = """
CREATE TEMPORARY TABLE lead_new ON COMMIT DROP AS
SELECT fact.*, %(model)s::bigint AS model_id, score::int AS score,
    CASE WHEN score >= %(hot)s THEN 'Hot' WHEN score >= %(warm)s THEN 'Warm' ELSE 'Cold' END
        AS segment,
    chance, round(chance::numeric * usual_purchase, 2) AS expected_value, base,
    ARRAY[c0, c1, c2, c3, c4, c5, c6] AS contributions, %(day)s::date AS as_of,
    %(read_at)s::timestamptz AS scored_at
FROM lead_fact AS fact JOIN lead_result USING (customer_id)
"""
# Who has no score counts as they did last, or as cold: a newcomer may be hot at once. Before the
# first day is counted nobody has one, and nobody is news.
_CHANGES: Final = """
INSERT INTO scoring_segmentchange (customer_id, before, after, score, changed_at, by_model)
SELECT customer_id, before, segment, score, %(now)s, by_model
FROM (
    SELECT new.customer_id, new.segment, new.score, old.segment AS before,
        old.model_id <> new.model_id AS by_model
    FROM lead_new AS new JOIN scoring_leadscore AS old USING (customer_id)
    UNION ALL
    SELECT new.customer_id, new.segment, new.score,
        CASE WHEN last.score >= %(hot)s THEN 'Hot' WHEN last.score >= %(warm)s THEN 'Warm'
            ELSE 'Cold' END, FALSE
    FROM lead_new AS new LEFT JOIN LATERAL (
        SELECT score FROM scoring_scorepoint AS point
        WHERE point.customer_id = new.customer_id ORDER BY day DESC LIMIT 1
    ) AS last ON TRUE
    WHERE new.segment = 'Hot' AND EXISTS (SELECT FROM scoring_scoreday)
        AND NOT EXISTS (SELECT FROM scoring_leadscore AS o WHERE o.customer_id = new.customer_id)
) AS moved
WHERE before <> segment
ORDER BY customer_id
"""
_POINTS: Final = """
INSERT INTO scoring_scorepoint (customer_id, day, score, model_id)
SELECT new.customer_id, new.as_of, new.score, new.model_id
FROM lead_new AS new LEFT JOIN scoring_leadscore AS old USING (customer_id)
WHERE old.score IS DISTINCT FROM new.score
ORDER BY new.customer_id
ON CONFLICT (customer_id, day) DO UPDATE SET score = excluded.score, model_id = excluded.model_id
"""
_WRITE: Final = """
INSERT INTO scoring_leadscore (customer_id, {names})
SELECT customer_id, {names} FROM lead_new ORDER BY customer_id
ON CONFLICT (customer_id) DO UPDATE SET {assignments}
"""
# Only rows that are held: of whom was archived since, whoever scores them next removes theirs.
_REMOVE: Final = """
DELETE FROM scoring_leadscore AS old USING crm_customer AS customer
WHERE customer.id = old.customer_id AND {theirs} AND {gone}
    AND (customer_id = ANY(%s) OR customer_id IN (SELECT customer_id FROM lead_fact))
"""
_DROP: Final = "DROP TABLE IF EXISTS lead_fact, lead_result, lead_new"


@dataclass(frozen=True, slots=True)
class Scoring:
    """How customers are scored: as of the end of a day, by a version.

    ``house_purchase`` is expected of those who never bought. With ``each_day`` a score of another
    day is made anew though nothing happened.
    """

    day: dt.date
    version: ScoringModel
    house_purchase: Decimal
    each_day: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """Rows made or changed; how many of their scores changed, segments too; rows taken away."""

    rows: int = 0
    scores: int = 0
    moved: int = 0
    removed: int = 0


def write(chosen: figures.Chosen, scoring: Scoring) -> Written:
    """Score these customers, living ones, and write what differs."""
    read_at = timezone.now()
    theirs = chosen.condition("old.customer_id")
    with connection.cursor() as cursor:
        with figures.by_index():
            found = _count(cursor, _find(chosen, scoring))
        if found:
            _score(cursor, scoring)
        gone = _lock(cursor, chosen)
        written = _write(cursor, scoring, read_at) if found else Written()
        removed = _count(cursor, _REMOVE.format(theirs=theirs, gone=_GONE), [gone])
        cursor.execute(_DROP)
    return replace(written, removed=removed)


def _find(chosen: figures.Chosen, scoring: Scoring) -> str:
    """The facts that are not those kept, or not of this day where that counts."""
    return _FIND.format(
        names=", ".join(("customer_id", *_FACTS)),
        facts=figures.facts(chosen, scoring.day),
        house=f"{scoring.house_purchase:f}",
        currency=figures.house_currency(),
        model=f"{scoring.version.pk:d}",
        or_day=f"OR old.as_of <> DATE '{scoring.day:%Y-%m-%d}'" if scoring.each_day else "",
        fresh=", ".join(f"fact.{name}" for name in _FACTS),
        kept=", ".join(f"old.{name}" for name in _FACTS),
    )


def _score(cursor: CursorWrapper, scoring: Scoring) -> None:
    """Score whose facts were found."""
    block = figures.rows_of("SELECT * FROM lead_fact", scoring.day)
    compiled = active.compiled(scoring.version)
    seen = features.of_clients(block.rows)
    values = np.empty((len(seen), 10))
    log_odds = compiled.log_odds(seen)
    average = compiled.calibration.average
    values[:, 0] = scale.rounded(scale.points(log_odds, average))
    values[:, 1] = scale.sigmoid(log_odds)
    for start in range(0, len(seen), _CHUNK):
        part = slice(start, start + _CHUNK)
        _exact, values[part, 2], values[part, 3:] = compiled.shares(seen[part])
    cursor.execute(_RESULT)
    copying.copy_in(cursor, "lead_result", block.ids, values)


def _lock(cursor: CursorWrapper, chosen: figures.Chosen) -> list[int]:
    """Hold the rows that are written, so that two who score the same customers only wait.

    Of them, whose scores are to go: customers who were archived or merged.
    """
    cursor.execute(_HOLD_CUSTOMERS.format(people=chosen.condition("id")))
    first_scores = _count(cursor, _ONE_AT_A_TIME, [_FIRST_SCORES])
    cursor.execute(_LOCK.format(theirs=chosen.condition("old.customer_id"), gone=_GONE))
    (gone,) = cursor.fetchone()
    if not first_scores:
        cursor.execute(_LEAVE_GONE)
    return gone or []


def _write(cursor: CursorWrapper, scoring: Scoring, read_at: dt.datetime) -> Written:
    words: dict[str, Any] = {
        "day": scoring.day,
        "model": scoring.version.pk,
        "read_at": read_at,
        "now": timezone.now(),
        "hot": scale.HOT_FROM,
        "warm": scale.WARM_FROM,
    }
    cursor.execute(_LEAVE_NEWER, words)
    cursor.execute(_NEW, words)
    moved = _count(cursor, _CHANGES, words)
    scores = _count(cursor, _POINTS, words)
    return Written(_count(cursor, _upsert()), scores, moved)


def _upsert() -> str:
    names = (*_FACTS, *_COMPUTED)
    assignments = ", ".join(f"{name} = excluded.{name}" for name in names)
    return _WRITE.format(names=", ".join(names), assignments=assignments)


def _count(
    cursor: CursorWrapper,
    statement: str,
    words: Mapping[str, Any] | Sequence[Any] | None = None,
) -> int:
    cursor.execute(statement, words)
    return int(cursor.rowcount)
