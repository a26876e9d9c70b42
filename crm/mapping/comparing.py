"""What putting a draft to work would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm import canonical
from crm.mapping import versions
from crm.models import Entity

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from crm.mapping.rules import Rule
    from crm.models import FieldMapping


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose rule is another one; empty where there is none."""

    field: _StrOrPromise
    before: str
    after: str


def differences(active: FieldMapping | None, draft: FieldMapping) -> list[Difference]:
    """Field by field, in the order of our fields; all of them where nothing is at work yet."""
    entity = draft.table.entity
    before = {rule.field: rule for rule in versions.rules_of(active)} if active else {}
    after = {rule.field: rule for rule in versions.rules_of(draft)}
    return [
        Difference(field.label, in_words(before.get(field.name)), in_words(after.get(field.name)))
        for field in canonical.FIELDS[Entity(entity)]
        if before.get(field.name) != after.get(field.name)
    ]


def in_words(rule: Rule | None) -> str:
    """The rule in a line: its columns, its steps, its policy where it is not the usual one."""
    if rule is None:
        return ""
    steps = [_step(step) for step in rule.steps]
    words = " → ".join([" + ".join(rule.columns) or "–", *steps])
    return words if rule.policy == "replace" else f"{words} [{rule.policy}]"


def _step(step: dict[str, object]) -> str:
    arguments = step.get("arguments") or {}
    if not isinstance(arguments, dict) or not arguments:
        return str(step.get("name", ""))
    told = ", ".join(f"{name}={str(value)[:30]}" for name, value in arguments.items())
    return f"{step.get('name', '')}({told})"
