"""What a sync of a table would say of its rows, without writing anything."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.mapping.compiled import compile_mapping
from crm.models import FieldMapping
from crm.problems import CODES, Severity
from crm.quality import checks, unsold
from crm.sources import readers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise

    from crm.mapping.compiled import CompiledMapping
    from crm.models import SourceTable
    from crm.problems import Problem
    from crm.sources.batches import Batch

# A person waits for the answer: so many rows, so many seconds, whichever comes first.
ROWS = 50_000
SECONDS = 15.0
# Rows looked at between two glances at the clock.
STEP = 2_000
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of one row; row 0 where the row cannot be counted."""

    row: int
    severity: str
    code: str
    field: str
    value: str
    sentence: str


@dataclass(slots=True)
class Report:
    """Counts over the rows looked at; ``findings`` has the first ones of each severity.

    ``is_whole``: the table's end was reached. References to other tables are not looked up, and
    keys used twice are not sought: both are known only when the rows are written.
    """

    read: int = 0
    refused: int = 0
    # Quotations and cancelled lines.
    left_out: int = 0
    is_whole: bool = True
    by_severity: Counter[str] = field(default_factory=Counter)
    by_code: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def codes(self) -> list[tuple[_StrOrPromise, int]]:
        """The kinds of problems by their words, the most frequent first."""
        return [(CODES.get(code, code), count) for code, count in self.by_code.most_common()]


def dry_run(
    table: SourceTable,
    mapping: FieldMapping | None = None,
    *,
    rows: int = ROWS,
    seconds: float = SECONDS,
) -> Report:
    """Read, map and check the table's rows; without ``mapping`` the active one, else the draft.

    Raises DomainError where the table cannot be read or has no mapping.
    """
    chosen = mapping or _mapping_of(table)
    report, until, today = Report(), time.monotonic() + seconds, timezone.localdate()
    with readers.open_table(table, readers.inputs_of(table), full=True) as reader:
        compiled = compile_mapping(chosen, reader.columns, table.source)
        for batch in reader.batches(size=STEP):
            _look(report, compiled, batch, today)
            if report.read >= rows or time.monotonic() > until:
                report.is_whole = False
                break
    order = {severity: place for place, severity in enumerate(Severity.values)}
    report.findings.sort(key=lambda found: (order.get(found.severity, 0), found.row))
    return report


def _mapping_of(table: SourceTable) -> FieldMapping:
    Status = FieldMapping.Status  # noqa: N806 - the enum
    usable = table.mappings.filter(status__in=[Status.ACTIVE, Status.DRAFT])
    # "active" comes before "draft"; of drafts the newest.
    found = usable.order_by("status", "-version").first()
    if found is None:
        sentence = _("“%(table)s” has no mapping: have one suggested first.") % {"table": table}
        raise DomainError(sentence, code="no_mapping", field="table", value=table.pk)
    return found


def _look(report: Report, compiled: CompiledMapping, batch: Batch, today: dt.date) -> None:
    normalised = compiled.apply(batch)
    checks.check(compiled.entity, normalised, today=today)
    refused = {one.index for one in normalised.problems if one.severity == Severity.CRITICAL}
    report.read += len(batch.rows) + len(batch.broken)
    report.left_out += len(unsold.indexes(normalised))
    report.refused += len(refused) + len(batch.broken)
    for broken in batch.broken:
        _note(report, Finding(broken.number, "critical", "unreadable_row", "", "", broken.sentence))
    for finding in _findings(normalised.problems, batch.numbers):
        _note(report, finding)


def _findings(problems: Sequence[Problem], numbers: Sequence[int]) -> list[Finding]:
    return [
        Finding(numbers[one.index], str(one.severity), one.code, one.field, one.value, one.sentence)
        for one in problems
    ]


def _note(report: Report, finding: Finding) -> None:
    if report.by_severity[finding.severity] < SHOWN:
        report.findings.append(finding)
    report.by_severity[finding.severity] += 1
    report.by_code[finding.code] += 1
