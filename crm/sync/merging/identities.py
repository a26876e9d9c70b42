"""What customers are recognised by: e-mails, phones, their key in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import MappingRule
from crm.sync import journal

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from crm.sync.merging.plans import Plan
    from crm.sync.preparing.work import Work

Policy = MappingRule.Policy
KINDS = ("email", "phone")


def of_new(work: Work, made: Plan) -> str:
    """SQL of a new customer's identities as the journal hashes them; takes the slug once."""
    parts = [
        f"'{name}:' || replace(s.{name}, E'\\x1f', E'\\n{name}:')"
        for name in KINDS
        if name in made.staged
    ]
    parts.append(f"'source_key:{work.source.slug}:' || s.key")
    return f"concat_ws(E'\\n', {', '.join(parts)})"


def insert(cursor: CursorWrapper, work: Work, made: Plan) -> None:
    """Of new customers. A key that somebody typed in meanwhile stops the batch: it is done anew."""
    several = [
        f"""
        SELECT s.object_id, '{name}', unnest(string_to_array(s.{name}, E'\\x1f')), true, now()
        FROM sync_stage s WHERE s.is_new"""  # noqa: S608 - names of ours
        for name in KINDS
        if name in made.staged
    ]
    several.append(
        """
        SELECT s.object_id, 'source_key', left(%s || ':' || s.key, 254), true, now()
        FROM sync_stage s WHERE s.is_new"""
    )
    cursor.execute(
        "INSERT INTO crm_customeridentity (customer_id, kind, value, is_confirmed, created_at)"
        + " UNION ALL ".join(several),
        [work.source.slug],
    )


def add(cursor: CursorWrapper, work: Work, made: Plan) -> None:
    """To customers that are there: what is new is added, what was only learnt is confirmed.

    A new record's key that somebody typed in for another customer stops the batch, as above.
    """
    several = []
    for name in KINDS:
        policy = work.mapping.policies.get(name, "")
        if name not in made.staged or policy == Policy.KEEP:
            continue
        is_gap = policy == Policy.FILL_EMPTY
        has_none = f"NOT EXISTS (SELECT FROM crm_customeridentity h WHERE h.kind = '{name}'"
        empty = f"AND {has_none} AND h.customer_id = s.object_id)" if is_gap else ""
        several.append(
            f"""
            SELECT s.object_id, '{name}' AS kind,
                   unnest(string_to_array(s.{name}, E'\\x1f')) AS value
            FROM sync_stage s WHERE NOT s.is_new {empty}"""  # noqa: S608 - names of ours
        )
    several.append(
        """
        SELECT s.object_id, 'source_key' AS kind, left(%(slug)s || ':' || s.key, 254) AS value
        FROM sync_stage s WHERE NOT s.is_new AND NOT (s.has_record AND EXISTS (
            SELECT 1 FROM crm_customeridentity i
            WHERE i.kind = 'source_key' AND i.value = left(%(slug)s || ':' || s.key, 254)))"""
    )
    given = " UNION ALL ".join(several)
    slug = {"slug": work.source.slug}
    cursor.execute(
        f"""
        WITH given AS ({given}), added AS (
            INSERT INTO crm_customeridentity (customer_id, kind, value, is_confirmed, created_at)
            SELECT g.object_id, g.kind, g.value, true, now() FROM given g
            WHERE NOT EXISTS (
                SELECT 1 FROM crm_customeridentity i
                WHERE i.customer_id = g.object_id AND i.kind = g.kind AND i.value = g.value)
            ON CONFLICT (customer_id, kind, value) DO NOTHING RETURNING id, customer_id)
        INSERT INTO sync_touched (object_id, before)
        SELECT customer_id, jsonb_build_object('{journal.ADDED}', jsonb_agg(id))
        FROM added GROUP BY customer_id""",  # noqa: S608 - names of ours
        slug,
    )
    cursor.execute(
        f"""
        WITH given AS ({given}), confirmed AS (
            UPDATE crm_customeridentity i SET is_confirmed = true FROM given g
            WHERE i.customer_id = g.object_id AND i.kind = g.kind AND i.value = g.value
              AND NOT i.is_confirmed
            RETURNING i.id, i.customer_id)
        INSERT INTO sync_touched (object_id, before)
        SELECT customer_id, jsonb_build_object('{journal.CONFIRMED}', jsonb_agg(id))
        FROM confirmed GROUP BY customer_id""",  # noqa: S608 - names of ours
        slug,
    )
