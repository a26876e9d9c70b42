"""A batch made ready for writing: mapped, checked, scored, encoded; needs no database.

Runs in a thread of its own while the database writes the batch before.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crm.canonical import FIELDS, Kind
from crm.models import Customer, Entity
from crm.problems import Severity
from crm.quality import checks, unsold
from crm.sync.preparing import encoding, line_keys
from crm.sync.preparing.search_names import search_names

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from crm.mapping.compiled import CompiledMapping, Normalised
    from crm.problems import Problem
    from crm.sources.batches import Batch

SEARCH_LENGTH = Customer._meta.get_field("search_name").max_length or 0  # noqa: SLF001 - Django's public name
# Says nothing of what the row is: a source stamps rows that have not changed for us.
NOT_COMPARED = {"changed_at"}
_ENCODERS: dict[Kind, Callable[[Sequence[Any]], list[str]]] = {
    Kind.BOOLEAN: encoding.booleans,
    Kind.DATE: encoding.others,
    Kind.MOMENT: encoding.others,
    Kind.DECIMAL: encoding.others,
    Kind.INTEGER: encoding.others,
}


@dataclass(slots=True)
class Prepared:
    """The rows of a batch, column by column.

    ``cells[name]`` is a canonical field encoded for COPY; ``values[name]`` what it was made from.
    ``refused`` are the rows with a critical problem.
    """

    batch: Batch
    entity: Entity
    values: dict[str, list[Any]]
    cells: dict[str, list[str]]
    keys: list[str]
    fingerprints: list[str]
    scores: list[int]
    problems: list[Problem]
    refused: set[int]
    # Those that are no sales.
    unsold: frozenset[int] = frozenset()
    # Of sale lines without a key of their own: what their keys are made from.
    stems: list[str] = field(default_factory=list)

    def refuse(self, problem: Problem) -> None:
        """One more row that cannot be taken."""
        self.problems.append(problem)
        self.refused.add(problem.index)

    def findings(self) -> tuple[int, frozenset[int]]:
        """What was found wrong so far, for :meth:`take_back`."""
        return len(self.problems), frozenset(self.refused)

    def take_back(self, findings: tuple[int, frozenset[int]]) -> None:
        """Forget what was found since: the batch is looked at anew."""
        count, refused = findings
        del self.problems[count:]
        self.refused = set(refused)


def prepare(batch: Batch, mapping: CompiledMapping, entity: Entity, *, today: dt.date) -> Prepared:
    """Map, check, score and encode the batch."""
    rows = mapping.apply(batch)
    checks.check(entity, rows, today=today)
    cells = _cells(entity, rows)
    fingerprints = _fingerprints(cells, mapping.version, len(batch.rows))
    if entity == Entity.CUSTOMER:
        cells["search_name"] = _search_names(rows, len(batch.rows))
    stems: list[str] = []
    if entity == Entity.SALE and "key" not in rows.values:
        stems = line_keys.stems(rows, len(batch.rows))
    return Prepared(
        batch=batch,
        entity=entity,
        values=rows.values,
        cells=cells,
        keys=line_keys.numbered(stems) or _keys(entity, rows, len(batch.rows)),
        fingerprints=fingerprints,
        scores=checks.scores(entity, rows, today=today),
        problems=rows.problems,
        refused={p.index for p in rows.problems if p.severity == Severity.CRITICAL},
        unsold=unsold.strip(rows, cells, encoding.NULL),
        stems=stems,
    )


def _cells(entity: Entity, rows: Normalised) -> dict[str, list[str]]:
    cells = {}
    for each in FIELDS[entity]:
        column = rows.values.get(each.name)
        if column is None:
            continue
        if each.many:
            cells[each.name] = encoding.lists(column)
        else:
            cells[each.name] = _ENCODERS.get(each.kind, encoding.texts)(column)
    return cells


def _search_names(rows: Normalised, count: int) -> list[str]:
    nothing = [None] * count
    companies, names = (rows.values.get(name) or nothing for name in ("company", "name"))
    whole = [
        f"{company or ''} {name or ''}" for company, name in zip(companies, names, strict=True)
    ]
    return encoding.texts([text[:SEARCH_LENGTH] for text in search_names(whole)])


def _fingerprints(cells: dict[str, list[str]], version: int, count: int) -> list[str]:
    """Of what the rows say, whatever order the mapping names the fields in."""
    compared = {name: column for name, column in cells.items() if name not in NOT_COMPARED}
    if not compared:
        return [""] * count
    head = hashlib.md5(f"{version}:{','.join(compared)}".encode(), usedforsecurity=False)
    found = []
    for line in encoding.lines(list(compared.values())):
        digest = head.copy()
        digest.update(line.encode(errors="replace"))
        found.append(digest.hexdigest())
    return found


def _keys(entity: Entity, rows: Normalised, count: int) -> list[str]:
    """The rows' keys in the source; where it has none, made of what tells one row from another."""
    given = encoding.clean(rows.values.get("key") or [None] * count)
    if entity == Entity.STOCK:
        return _made_of(given, rows, ("product_key", "warehouse"), count, plain=True)
    if entity == Entity.INTERACTION:
        named = ("customer_key", "occurred_at", "channel", "subject")
        return _made_of(given, rows, named, count, plain=False)
    return given


def _made_of(
    given: list[str], rows: Normalised, names: tuple[str, ...], count: int, *, plain: bool
) -> list[str]:
    if all(given):
        return given
    columns = [rows.values.get(name) or [None] * count for name in names]
    keys = []
    for key, *parts in zip(given, *columns, strict=True):
        if not key:
            text = "|".join("" if part is None else str(part) for part in parts)
            # A plain one is read by people; a long one would not fit.
            is_short = plain and len(text) <= 200  # noqa: PLR2004 - SourceRecord.key
            key = text if is_short else hashlib.md5(text.encode(errors="replace")).hexdigest()  # noqa: PLW2901, S324 - the key of this row; names, guards nothing
        keys.append(key)
    return keys
