"""Customers and products of Odoo, in batches that a killed sync goes on after.

A reading has phases: what has no time of change, what changed before the reading began ("main"),
what changed since and is new to us ("tail": what changed while we read has been read already, and
comes with the next sync), and, where everything is read, what is gone. The next sync begins some
minutes before this one did: a change that was being written meanwhile carries an earlier time.
"""

from __future__ import annotations

import datetime as dt
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.batches import BATCH_ROWS, Batch
from crm.sources.odoo import opening, paging, values
from crm.sources.odoo.known import Known
from crm.sources.odoo.paging import Place, Window
from crm.sources.odoo.records import Records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType

    from backoffice.integrations.odoo import Odoo
    from crm.models import SourceTable
    from crm.sources.odoo.paging import Record

# Records of one request.
PAGE = 1000
# A transaction at Odoo stamps its changes when it begins, and shows them when it ends.
OVERLAP = dt.timedelta(minutes=10)
# A batch is given after so many seconds even if it is not full: a slice of a sync is short.
_BATCH_SECONDS = 20.0
# Where more than these share is gone at once, the key's user has lost a right.
_FEW_GONE = 20
_SHARE_GONE = 0.1


@dataclass(frozen=True, slots=True)
class State:
    """A place in the reading, as kept in the checkpoint."""

    phase: str
    began: str
    second: str = ""
    id: int = -1

    @property
    def place(self) -> Place | None:
        return Place(self.second, self.id) if self.second else None


# Rows by column, with their numbers as Odoo counts them.
Part = tuple[list[dict[str, str]], list[int], State]


class OdooReader:
    """An open table of an Odoo; see :class:`crm.sources.batches.Reader`."""

    def __init__(self, table: SourceTable, *, since: str, is_full: bool) -> None:
        self.table = table
        self.since = "" if is_full else since
        self.is_full = is_full
        self.known = Known(table)
        self.began = ""
        self._stack = ExitStack()
        self._client: Odoo | None = None
        self._records: Records | None = None
        # What this reading gave: the engine reads ahead of what it has written.
        self._given: set[int] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()
        self._client = None

    @property
    def client(self) -> Odoo:
        """The connection, made when it is first needed."""
        if self._client is None:
            # Not entered as it is: what fails in the caller's own code is no failure of Odoo's.
            client = self._stack.enter_context(opening.connection(self.table.source))
            client.check()
            self._client = client
        return self._client

    @property
    def records(self) -> Records:
        if self._records is None:
            options = {**self.table.source.options, **self.table.options}
            with opening.told(self.table.source):
                self._records = Records(self.client, self.table.entity, options)
        return self._records

    @property
    def columns(self) -> Sequence[str]:
        return self.records.columns

    @property
    def expected(self) -> int:
        window = self.window()
        lower = [["write_date", ">=", self.since]] if self.since else []
        with opening.told(self.table.source):
            return self.client.count(window.model, [*window.domain, *lower])

    def batches(
        self, checkpoint: dict[str, Any] | None = None, size: int = BATCH_ROWS
    ) -> Iterator[Batch]:
        """Rows after the checkpoint; the numbers of rows are Odoo's own ids."""
        with opening.told(self.table.source):
            state = State(**checkpoint) if checkpoint else self.start()
            self.began = state.began
            yield from self._gathered(self.parts(state, min(PAGE, size)), size)

    def cursor(self) -> dict[str, Any]:
        """Where the next sync begins."""
        began = dt.datetime.strptime(self.began or self.start().began, values.MOMENT)  # noqa: DTZ007 - UTC throughout
        return {"since": (began - OVERLAP).strftime(values.MOMENT)}

    def start(self) -> State:
        """The beginning of a reading."""
        with opening.told(self.table.source):
            began = self.client.began_at.astimezone(dt.UTC).strftime(values.MOMENT)
        return State("main" if self.since else "undated", began)

    def window(self) -> Window:
        """What is read; the domain as the table's settings or this version's fields say."""
        return Window(
            self.records.table.model,
            self.records.domain(self.table.options),
            self.records.asked,
            language=self.records.language,
        )

    # --- Phases -----------------------------------------------------------------------------

    def parts(self, state: State, size: int) -> Iterator[Part]:
        """All phases from the state on, one after the other."""
        phases = self.phases()
        names = list(phases)
        for name in names[names.index(state.phase) :]:
            here = state if name == state.phase else State(name, state.began)
            yield from phases[name](here, size)

    def phases(self) -> dict[str, Callable[[State, int], Iterator[Part]]]:
        phases: dict[str, Callable[[State, int], Iterator[Part]]] = {}
        if not self.since:
            phases["undated"] = self._undated
        phases["main"] = self._main
        phases["tail"] = self._tail
        if self.is_full:
            phases["gone"] = self._gone
        return phases

    def counted(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        """The rows that count; what is no customer or product at all is left out."""
        return rows

    def _undated(self, state: State, size: int) -> Iterator[Part]:
        after = max(state.id, 0)
        for found, last in paging.undated(self.client, self.window(), size, after):
            yield self._part(found, replace(state, id=last))

    def _main(self, state: State, size: int) -> Iterator[Part]:
        window = replace(self.window(), since=self.since, until=state.began)
        for found, place in paging.changed(self.client, window, size, state.place):
            yield self._part(found, replace(state, second=place.second, id=place.id))

    def _tail(self, state: State, size: int) -> Iterator[Part]:
        """What came into being while we read; what merely changed is the next sync's."""
        if not self.known.is_by_id:
            return
        window = replace(self.window(), since=state.began)
        for found, place in paging.changed(self.client, window, size, state.place):
            ids = {one["id"] for one in found} - self._given
            fresh = ids - self.known.among(ids)
            new = [one for one in found if one["id"] in fresh]
            yield self._part(new, replace(state, second=place.second, id=place.id))

    def _gone(self, state: State, size: int) -> Iterator[Part]:
        """What was deleted at Odoo: said to be in use no more, and told by its last name."""
        gone = [one for ids in self.known.chunks() for one in self._missing(ids)]
        self._refuse_many(len(gone))
        left = [one for one in gone if one > max(state.id, 0)]
        for start in range(0, len(left), size):
            ids = left[start : start + size]
            told = self.known.rows(str(one) for one in ids)
            here = [one for one in ids if str(one) in told]
            yield [told[str(one)] for one in here], here, replace(state, id=ids[-1])

    def _missing(self, ids: list[int]) -> list[int]:
        found = self.client.search_read(
            self.records.table.model, [["id", "in", ids]], ["id"], order="id asc"
        )
        there = {one["id"] for one in found}
        return [one for one in ids if one not in there]

    def _refuse_many(self, gone: int) -> None:
        known = self.known.count()
        may = self.table.options.get("accept_deleted") is True
        if may or gone <= max(_FEW_GONE, known * _SHARE_GONE):
            return
        sentence = _(
            "Odoo shows %(gone)d of %(known)d known records no more. Probably the key's user has"
            " lost a right, so nothing was switched off: give the right back, or set"
            " “accept_deleted” to true in the table's settings if they were deleted."
        )
        words = {"gone": gone, "known": known}
        raise DomainError(sentence % words, code="many_gone")

    # --- Batches ----------------------------------------------------------------------------

    def _part(self, found: Sequence[Record], state: State) -> Part:
        self._given.update(one["id"] for one in found)
        rows = self.counted(self.records.dicts(found))
        return rows, [int(row["id"]) for row in rows], state

    def _gathered(self, parts: Iterator[Part], size: int) -> Iterator[Batch]:
        """Pages, put together to batches."""
        rows: list[tuple[str, ...]] = []
        numbers: list[int] = []
        since = time.monotonic()
        state: State | None = None
        for found, ids, state in parts:
            rows += [tuple(row.get(name, "") for name in self.columns) for row in found]
            numbers += ids
            if rows and (len(rows) >= size or time.monotonic() - since > _BATCH_SECONDS):
                yield Batch(rows, numbers, asdict(state))
                rows, numbers, since = [], [], time.monotonic()
        if rows and state is not None:
            yield Batch(rows, numbers, asdict(state))
