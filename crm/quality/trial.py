"""A mend tried out: what would be said of the row, without saving anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.mapping.compiled import compile_mapping
from crm.models import Anomaly, FieldMapping
from crm.quality import checks
from crm.quality.mends import in_columns
from crm.quality.staged_reader import columns_of
from crm.sources.batches import Batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.models import SourceTable, StagedRow
    from crm.problems import Problem


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with the values; ``columns`` says where each problem's field comes from."""

    problems: Sequence[Problem]
    columns: Mapping[str, Sequence[str]]

    @property
    def is_refused(self) -> bool:
        return any(one.severity == Anomaly.Severity.CRITICAL for one in self.problems)

    def at(self, column: str) -> list[Problem]:
        """What is wrong with the values made from this column."""
        return [one for one in self.problems if column in self.columns.get(one.field, ())]

    def elsewhere(self) -> list[Problem]:
        """What is wrong with the row as a whole, or with a value of no column."""
        return [one for one in self.problems if not self.columns.get(one.field)]


def active_mapping(table: SourceTable) -> FieldMapping:
    """The mapping at work; DomainError where there is none."""
    found = table.mappings.filter(status=FieldMapping.Status.ACTIVE).first()
    if found is None:
        sentence = _("“%(table)s” has no active mapping: activate one first.")
        raise DomainError(sentence % {"table": table}, code="no_mapping")
    return found


def field_columns(table: SourceTable) -> dict[str, list[str]]:
    """From which columns each canonical field comes; {} without an active mapping."""
    active = table.mappings.filter(status=FieldMapping.Status.ACTIVE).first()
    return {rule.field: rule.columns for rule in active.rules.all()} if active else {}


def try_out(row: StagedRow, values: Mapping[str, str]) -> Verdict:
    """Map and check the row with these values in its columns.

    References to other tables are not looked up. Raises DomainError without an active mapping.
    """
    table = row.table
    columns = columns_of(table)
    before = row.raw if row.mended is None else row.mended
    texts = in_columns({**before, **values}, columns, ())
    mapping = compile_mapping(active_mapping(table), columns, table.source)
    normalised = mapping.apply(Batch([texts], [row.row_number], {}))
    checks.check(table.entity, normalised, today=timezone.localdate())
    return Verdict(normalised.problems, field_columns(table))
