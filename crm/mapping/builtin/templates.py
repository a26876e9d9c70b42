"""A rule for columns that may be called one thing or another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from backoffice.core.text import words
from crm.mapping.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Template:
    """``columns``: for each column of the rule the names that it may have, with "|" between.

    Those that are there are taken, in this order; ``whole``: only if all are there.
    """

    field: str
    columns: tuple[str, ...]
    steps: tuple[dict[str, Any], ...] = ()
    policy: str = "replace"
    whole: bool = False


def step(name: str, **arguments: Any) -> dict[str, Any]:
    """A step as mappings keep it."""
    return {"name": name, "arguments": arguments} if arguments else {"name": name}


@lru_cache(maxsize=4096)
def heading_key(heading: str) -> str:
    """A heading as it is compared: its words, folded; "country_id/id" keeps its slash."""
    return "/".join(" ".join(words(part)) for part in heading.replace("_", " ").split("/"))


def filled(templates: Sequence[Template], columns: Sequence[str]) -> list[Rule]:
    """The rules of the templates whose columns are there, a field's first that fits."""
    there = {heading_key(column): column for column in reversed(columns)}
    rules: dict[str, Rule] = {}
    for template in templates:
        if template.field in rules:
            continue
        found = [column for names in template.columns if (column := _named(names, there))]
        found = list(dict.fromkeys(found))
        if not found or (template.whole and len(found) < len(template.columns)):
            continue
        rules[template.field] = Rule(
            template.field, tuple(found), _for(template.steps, len(found)), template.policy
        )
    return list(rules.values())


def _named(names: str, there: Mapping[str, str]) -> str:
    return next((there[key] for key in map(heading_key, names.split("|")) if key in there), "")


# Needless where only one of the columns is there.
_ONLY_OF_SEVERAL = {"join", "collect", "first_not_empty"}


def _for(steps: Sequence[dict[str, Any]], columns: int) -> tuple[dict[str, Any], ...]:
    if columns > 1:
        return tuple(steps)
    return tuple(one for one in steps if one["name"] not in _ONLY_OF_SEVERAL)
