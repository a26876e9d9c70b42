"""Customers: their columns, the identities they are recognised by, and their search name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.models import MappingRule
from crm.sync.merging import identities
from crm.sync.merging import rows as tables
from crm.sync.merging.assignments import Assignment, consent, texts
from crm.sync.merging.plans import Plan
from crm.sync.preparing import encoding
from crm.sync.preparing.search_names import search_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

    from crm.sync.preparing.prepared import Prepared
    from crm.sync.preparing.work import Work

Policy = MappingRule.Policy
TEXTS = (
    "name",
    "company",
    "address",
    "postal_code",
    "city",
    "country",
    "language",
    "segment",
    "notes",
)
CONSENTS = ("consent_email", "consent_sms", "consent_phone")


def plan(work: Work, rows: Prepared) -> Plan:
    """The columns that the mapping fills; the others get what new customers get."""
    policies = work.mapping.policies
    staged: dict[str, tuple[str, Sequence[str]]] = {}
    for name in (*TEXTS, *identities.KINDS):
        if name in rows.cells:
            cells = rows.cells[name]
            staged[name] = ("text", cells if name in TEXTS else encoding.texts(cells))
    for name in (*CONSENTS, "is_active"):
        if name in rows.cells:
            staged[name] = ("boolean", rows.cells[name])
    if "created_on" in rows.cells:
        staged["created_on"] = ("date", rows.cells["created_on"])
    staged["search_name"] = ("text", rows.cells["search_name"])
    given = texts(TEXTS, staged, policies)
    given += [consent(name, policies.get(name, "")) for name in CONSENTS if name in staged]
    if "is_active" in staged:
        given.append(_archived(work, policies.get("is_active", "")))
    named = {part.column for part in given}
    # Nobody asked: a new customer has them empty, and consents until they are withdrawn.
    given += [Assignment(name, "''") for name in TEXTS if name not in named]
    given += [Assignment(name, "true") for name in CONSENTS if name not in named]
    # Of a customer that is there, made of the merged names (see `write`).
    given.append(Assignment("search_name", "coalesce(s.search_name, '')", "o.search_name"))
    fixed = {}
    if "created_on" in staged:
        fixed["created_at"] = "coalesce(least(s.created_on::timestamptz, now()), now())"
    return Plan(staged, given, fixed)


def add(cursor: CursorWrapper, work: Work, made: Plan) -> None:
    """The new customers, and what they are recognised by."""
    tables.insert(cursor, work.entity, made)
    identities.insert(cursor, work, made)


def change(cursor: CursorWrapper, work: Work, made: Plan) -> None:
    """Those that are there, where they differ, and what they are recognised by from now on."""
    tables.lock(cursor, work.entity)
    if tables.merge(cursor, work.entity, made):
        _rename(cursor, made)
        tables.update(cursor, work.entity, tables.updated_columns(made))
    identities.add(cursor, work, made)


def _archived(work: Work, policy: str) -> Assignment:
    """A source may archive a customer; back in use only whom the same source archived."""
    # Archived by a sync is archived at the moment when the sync began.
    moment = f"'{(work.run.started_at or work.run.requested_at).isoformat()}'::timestamptz"
    insert = f"CASE WHEN s.is_active IS FALSE THEN {moment} END"
    if policy == Policy.KEEP:
        return Assignment("archived_at", insert)
    begun = "SELECT coalesce(r.started_at, r.requested_at) FROM crm_syncrun r WHERE r.source_id ="
    ours = f"o.archived_at IN ({begun} {work.source.pk:d})"
    return Assignment(
        "archived_at",
        insert,
        f"CASE WHEN s.is_active IS FALSE THEN coalesce(o.archived_at, {moment})"
        f" WHEN s.is_active AND o.archived_at IS NOT NULL AND {ours} THEN NULL"
        " ELSE o.archived_at END",
    )


def _rename(cursor: CursorWrapper, made: Plan) -> None:
    """Where name or company become others, the search name follows; what it is, Python knows."""
    changed = set(tables.updated_columns(made))
    name, company = (
        f"m.{column}" if column in changed else f"o.{column}" for column in ("name", "company")
    )
    cursor.execute(
        f"""
        SELECT o.id, {name}, {company} FROM sync_merge m JOIN crm_customer o ON o.id = m.id
        WHERE {name} <> o.name OR {company} <> o.company"""  # noqa: S608 - names of ours
    )
    renamed = cursor.fetchall()
    if renamed:
        found = search_names([f"{company} {name}" for _pk, name, company in renamed])
        cursor.execute(
            """
            UPDATE sync_merge m SET search_name = left(given.found, 420)
            FROM unnest(%s::bigint[], %s::text[]) AS given(id, found) WHERE m.id = given.id""",
            [[row[0] for row in renamed], found],
        )
