"""What is wrong only beside other rows: outliers, drops of volume, doubles; scores of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crm.models import SyncRun, TableRun


def finish(run: SyncRun, table_run: TableRun) -> None:
    """After a table's last batch."""
