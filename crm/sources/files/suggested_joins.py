"""Which columns files may be joined by: those whose values are the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from crm.sources.batches import BrokenRow
from crm.sources.files.joining import key_of
from crm.sources.files.opening import open_file
from crm.sources.files.style import style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.models import SourceFile

# Rows of the file that asks, and of those that are asked: these may be in another order.
ASKING_ROWS = 1000
ASKED_ROWS = 50_000
# Of the asking column's values, found in the other; less is chance.
ENOUGH = 0.3
# Of the values of a column that is joined to, how many stand there once.
_UNIQUE = 0.9
# "1" to "9" are in every column of quantities.
_FEW = 3


@dataclass(frozen=True, slots=True)
class Join:
    """Join ``file`` by ``join_from`` of what is before it; ``share`` of the values (0-1) meet."""

    file: SourceFile
    join_from: str
    join_to: str
    share: float


def suggest_joins(files: Sequence[SourceFile]) -> list[Join]:
    """How the files after the first may be joined to it, in the order in which they have to be.

    Files whose keys meet only through a third come after that one. A file that nothing points to
    is left out. Raises DomainError where a file cannot be read.
    """
    if not files:
        return []
    before = _values(files[0], ASKING_ROWS)
    others = {file.pk: (file, _values(file, ASKED_ROWS)) for file in files[1:]}
    found: list[Join] = []
    while others:
        joins = [
            join
            for file, columns in others.values()
            if (join := _best(file, before, columns)) is not None
        ]
        if not joins:
            return found
        best = max(joins, key=lambda join: join.share)
        _file, columns = others.pop(best.file.pk)
        for name, values in columns.items():
            before.setdefault(name, values)
        found.append(best)
    return found


def _best(
    file: SourceFile, before: dict[str, list[str]], columns: dict[str, list[str]]
) -> Join | None:
    best: tuple[float, bool, str, str] | None = None
    for join_to, keys in columns.items():
        distinct = set(keys)
        if len(distinct) < _FEW or len(distinct) < len(keys) * _UNIQUE:
            continue
        for join_from, values in before.items():
            asked = set(values)
            if len(asked) < _FEW:
                continue
            share = len(asked & distinct) / len(asked)
            # Of two pairs alike the one of the same name.
            candidate = (share, join_from == join_to, join_from, join_to)
            if share >= ENOUGH and (best is None or candidate[:2] > best[:2]):
                best = candidate
    return Join(file, best[2], best[3], round(best[0], 2)) if best else None


def _values(file: SourceFile, limit: int) -> dict[str, list[str]]:
    """The keys of each column's first rows, without the empty ones."""
    table = open_file(file.path, style_of(file), file.filename, file.columns)
    try:
        rows = [row for _n, row in islice(table.rows(), limit) if not isinstance(row, BrokenRow)]
    finally:
        table.close()
    columns = zip(*rows, strict=True) if rows else [() for _name in table.columns]
    return {
        name: [key for cell in cells if (key := key_of(cell))]
        for name, cells in zip(table.columns, columns, strict=True)
    }
