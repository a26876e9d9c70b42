"""Mappings as staff work on them: proposed, drafted, checked, put to work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from crm.canonical import CanonicalField
    from crm.models import FieldMapping, SourceTable


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a form or the API gives it; see MappingRule."""

    field: str
    columns: tuple[str, ...] = ()
    steps: tuple[dict[str, Any], ...] = ()
    policy: str = "replace"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a table a mapping takes, 0-100 by the formula of docs/crm-quality.md."""

    score: int
    mapped: Sequence[CanonicalField]
    unmapped: Sequence[CanonicalField]
    missing_required: Sequence[CanonicalField]
    columns_used: Sequence[str]
    columns_unused: Sequence[str]
    # What keeps it from being activated, sentences for people.
    faults: Sequence[str] = field(default=())


def propose(table: SourceTable, *, by: User | None = None) -> FieldMapping:
    """A draft: the built-in mapping where the columns fit it, else suggested by name and content.

    Reads the table's first rows. Raises DomainError where the table cannot be read.
    """
    raise NotImplementedError


def draft_from(mapping: FieldMapping, *, by: User | None = None) -> FieldMapping:
    """A new draft with the rules of a version."""
    raise NotImplementedError


def change(mapping_id: int, rules: Sequence[Rule], *, by: User | None = None) -> FieldMapping:
    """Give a draft these rules; raises DomainError where it is no draft or a rule is wrong."""
    raise NotImplementedError


def activate(mapping_id: int, *, by: User | None = None) -> FieldMapping:
    """Put a draft to work, retire the version before; raises DomainError with what is missing."""
    raise NotImplementedError


def coverage(mapping: FieldMapping, columns: Sequence[str]) -> Coverage:
    """What the mapping takes of a table with these columns."""
    raise NotImplementedError
