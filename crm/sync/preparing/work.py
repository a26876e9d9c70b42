"""What one table of a run is worked on with, and what became of a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.models import Entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.mapping.compiled import CompiledMapping
    from crm.models import DataSource, SyncRun, TableRun


@dataclass(slots=True)
class Work:
    """A table of a run, open for work.

    ``is_careful``: some key of the source was typed in by hand for a customer, so that all of them
    are looked up first. Most sources have none; the database says so when one is written twice.
    """

    run: SyncRun
    table_run: TableRun
    source: DataSource
    mapping: CompiledMapping
    columns: Sequence[str]
    is_careful: bool = False

    @property
    def entity(self) -> Entity:
        return Entity(self.table_run.table.entity)


@dataclass(slots=True)
class Counts:
    """Rows of a batch by what became of them."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    left_out: int = 0
