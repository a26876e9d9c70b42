"""Real rows, raw beside normalised beside the problem; nothing is saved."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from crm.mapping import tables
from crm.mapping.compiled import CompiledMapping
from crm.mapping.context import context_of
from crm.problems import Severity
from crm.quality import checks
from crm.sources.batches import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.mapping.compiled import Normalised
    from crm.mapping.rules import Rule
    from crm.models import SourceTable


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of one row: as read, as it would be kept (as text for people), what is wrong."""

    field: str
    raw: str
    value: str
    # (severity, sentence)
    problems: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: Sequence[Cell]
    # Problems of the row as a whole.
    problems: Sequence[tuple[str, str]] = ()
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    fields: Sequence[str]
    rows: Sequence[Row]
    # Rows read, and refused, of those looked at (at most `limit`).
    read: int
    refused: int


def preview(table: SourceTable, rules: Sequence[Rule], *, limit: int = 20) -> Preview:
    """The table's first rows by these rules, checked; two queries at most besides the reading.

    References to other tables are not looked up. Raises DomainError where the rules are wrong.
    """
    read = tables.read(table, limit)
    compiled = CompiledMapping(table.entity, rules, read.columns, context_of(table))
    done = compiled.apply(Batch(read.rows, read.numbers, {}))
    checks.check(table.entity, done, today=timezone.localdate())
    rows = [_row(done, index, number) for index, number in enumerate(read.numbers)]
    rows += [
        Row(broken.number, (), ((Severity.CRITICAL, broken.sentence),), is_refused=True)
        for broken in read.broken
    ]
    rows.sort(key=lambda row: row.number)
    return Preview(
        fields=list(done.values),
        rows=rows,
        read=len(rows),
        refused=sum(row.is_refused for row in rows),
    )


def _row(done: Normalised, index: int, number: int) -> Row:
    mine = [problem for problem in done.problems if problem.index == index]
    cells = [
        Cell(
            name,
            done.raw[name][index],
            shown(values[index]),
            [(one.severity, one.sentence) for one in mine if one.field == name],
        )
        for name, values in done.values.items()
    ]
    whole = [(one.severity, one.sentence) for one in mine if one.field not in done.values]
    refused = any(one.severity == Severity.CRITICAL for one in mine)
    return Row(number, cells, whole, is_refused=refused)


def shown(value: Any) -> str:  # noqa: ANN401 - of any kind
    """A value as people read it."""
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return formats.number_format(value, use_l10n=True, force_grouping=False)
    return "" if value is None else str(value)
