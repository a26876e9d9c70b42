"""What putting a draft to work would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm import canonical
from crm.mapping import versions
from crm.mapping.transformations.catalogue import catalogue
from crm.models import Entity, MappingRule

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
    if rule.policy == MappingRule.Policy.REPLACE:
        return words
    return f"{words} [{MappingRule.Policy(rule.policy).label}]"


def _step(step: dict[str, object]) -> str:
    name = str(step.get("name", ""))
    known = catalogue().get(name)
    label = str(known.label) if known else name
    given = step.get("arguments") or {}
    if not isinstance(given, dict) or not given:
        return label
    labels = {one.name: str(one.label) for one in known.arguments} if known else {}
    told = ", ".join(f"{labels.get(key, key)} = {str(value)[:30]}" for key, value in given.items())
    return f"{label} ({told})"
