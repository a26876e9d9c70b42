"""Rows of a table of files, in batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from crm.sources.batches import BATCH_ROWS, Batch, BrokenRow
from crm.sources.files.joining import Joined
from crm.sources.files.opening import open_file
from crm.sources.files.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType


class FilesReader:
    """The rows of the first file, with the columns that the others add.

    ``inputs``: {"files": [{path, filename, style, columns, rows, join_from, join_to}, ...]}.
    """

    def __init__(self, inputs: dict[str, Any]) -> None:
        base, *others = inputs["files"]
        style = Style.from_json(base["style"])
        self._base = open_file(base["path"], style, base["filename"], base.get("columns") or ())
        try:
            self._joined = Joined(self._base.columns, others)
        except BaseException:
            self._base.close()
            raise
        self._expected = int(base.get("rows") or 0)

    @property
    def columns(self) -> Sequence[str]:
        return self._joined.columns

    @property
    def expected(self) -> int:
        return self._expected

    @property
    def remarks(self) -> Sequence[str]:
        """What concerns the table as a whole and refuses no row: a sentence each."""
        return [*self._base.remarks, *self._joined.remarks]

    def batches(
        self, checkpoint: dict[str, Any] | None = None, size: int = BATCH_ROWS
    ) -> Iterator[Batch]:
        rows: list[tuple[str, ...]] = []
        numbers: list[int] = []
        broken: list[BrokenRow] = []
        for number, row in self._base.rows(checkpoint):
            if isinstance(row, BrokenRow):
                broken.append(row)
            else:
                rows.append(row)
                numbers.append(number)
            if len(rows) + len(broken) >= size:
                yield self._batch(rows, numbers, broken)
                rows, numbers, broken = [], [], []
        if rows or broken:
            yield self._batch(rows, numbers, broken)

    def _batch(
        self, rows: list[tuple[str, ...]], numbers: list[int], broken: list[BrokenRow]
    ) -> Batch:
        return Batch(self._joined.extended(rows), numbers, self._base.place(), broken)

    def cursor(self) -> dict[str, Any]:
        return {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()
        self._joined.close()
