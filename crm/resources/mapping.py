"""A mapping's rules as JSON: kept, sent, and used for another table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.mapping import versions
from crm.mapping.rules import Rule

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crm.models import FieldMapping

# Longer than any mapping that a person makes.
MAX_BYTES = 1024 * 1024


def write(mapping: FieldMapping) -> bytes:
    """The mapping as a file: what it is for, and its rules."""
    rules = [
        {
            "field": rule.field,
            "columns": list(rule.columns),
            "steps": rule.steps,
            "policy": rule.policy,
        }
        for rule in mapping.rules.all()
    ]
    content = {"entity": mapping.table.entity, "rules": rules}
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def read(content: bytes, entity: str) -> list[Rule]:
    """The rules of a file that :func:`write` made; raises DomainError."""
    if len(content) > MAX_BYTES:
        raise _refused(_("The file is too large to be a mapping."))
    try:
        # Not Python's own: what is too deep is a fault of its, not a RecursionError.
        given = orjson.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise _refused(_("The file is no mapping: choose one that was saved here.")) from error
    if not isinstance(given, dict) or "rules" not in given:
        raise _refused(_("The file is no mapping: choose one that was saved here."))
    if given.get("entity") != entity:
        sentence = _("The file maps “%(theirs)s”, the table holds “%(ours)s”.")
        words = {"theirs": str(given.get("entity"))[:40], "ours": entity}
        raise _refused(sentence % words)
    return rules_of(given["rules"])


def load(mapping: FieldMapping, content: bytes, *, by: User | None) -> FieldMapping:
    """A draft beside the mapping with the rules of a file; raises DomainError."""
    rules = read(content, mapping.table.entity)
    with transaction.atomic():
        draft = versions.draft_from(mapping, by=by)
        return versions.change(draft.pk, rules, by=by)


def rules_of(given: Any) -> list[Rule]:  # noqa: ANN401 - whatever JSON holds
    """Rules from a list of objects; what they name is checked where they are used."""
    if not isinstance(given, list):
        raise _refused(_("Rules are a list."))
    return [_rule(one) for one in given]


def _rule(given: Any) -> Rule:  # noqa: ANN401 - as above
    if not isinstance(given, dict):
        raise _refused(_("A rule is an object with a field, columns and steps."))
    columns, steps = given.get("columns") or [], given.get("steps") or []
    whole = isinstance(columns, list) and isinstance(steps, list)
    if not whole or not all(isinstance(step, dict) for step in steps):
        raise _refused(_("A rule is an object with a field, columns and steps."))
    return Rule(
        field=str(given.get("field", "")),
        columns=tuple(str(column) for column in columns),
        steps=tuple(steps),
        policy=str(given.get("policy") or "replace"),
    )


def _refused(sentence: str) -> DomainError:
    return DomainError(sentence, code="invalid_rules", field="rules")
