"""Columns that other files add to a row: found by key in an index on disk."""

from __future__ import annotations

import re
import sqlite3
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.sources.batches import BrokenRow
from crm.sources.files.opening import open_file
from crm.sources.files.style import Style
from crm.sources.files.table_rows import unique

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crm.sources.files.table_rows import TableRows

# Between the cells of a row in the index: no cell of a file holds it.
_MARK = "\0"
_WHOLE = re.compile(r"(-?\d+)[.,]0+")
# Keys asked for at a time, and keys named in a sentence.
_AT_ONCE = 500
_SHOWN = 5
_BLANKS = " \t\r\n\u00a0\u202f\ufeff'"


def key_of(text: str) -> str:
    """A key as it is compared: trimmed, "5.0" as "5"."""
    text = text.strip(_BLANKS)
    if text[-1:] == "0":
        whole = _WHOLE.fullmatch(text)
        return whole[1] if whole else text
    return text


class Joined:
    """The lookups of a table in their order; each finds its key among all columns before it."""

    def __init__(self, columns: Sequence[str], files: Sequence[Mapping[str, Any]]) -> None:
        self.columns: list[str] = list(columns)
        self._lookups: list[_Lookup] = []
        try:
            for file in files:
                lookup = _Lookup(file, self.columns)
                self._lookups.append(lookup)
                self.columns = [*self.columns, *unique(lookup.columns, self.columns)]
        except BaseException:
            self.close()
            raise

    @property
    def remarks(self) -> list[str]:
        """What was found while indexing: keys that a file has twice."""
        return [lookup.remark for lookup in self._lookups if lookup.remark]

    def extended(self, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """The rows with the columns of their partners, empty ones where there is none."""
        for lookup in self._lookups:
            rows = lookup.extended(rows)
        return rows

    def close(self) -> None:
        for lookup in self._lookups:
            lookup.close()


class _Lookup:
    def __init__(self, file: Mapping[str, Any], columns: Sequence[str]) -> None:
        self._name = str(file["filename"])
        self._from = _place(columns, str(file["join_from"]), self._name, "join_from")
        style = Style.from_json(file["style"])
        table = open_file(file["path"], style, self._name, file.get("columns") or ())
        try:
            self._to = _place(table.columns, str(file["join_to"]), self._name, "join_to")
            self.columns = table.columns
            self._empty = ("",) * len(self.columns)
            self._connect()
            self.remark = self._fill(table)
        finally:
            table.close()

    def _connect(self) -> None:
        with NamedTemporaryFile(prefix="crm-join-", suffix=".sqlite", delete=False) as file:
            self._path = Path(file.name)
        # Read in another thread than it was made in, but in one at a time.
        self._index = sqlite3.connect(self._path, check_same_thread=False)
        # It lives as long as this reader: nothing has to survive a crash.
        for pragma in ("journal_mode=off", "synchronous=off", "cache_size=-32000"):
            self._index.execute(f"PRAGMA {pragma}")
        self._index.execute("CREATE TABLE row (key TEXT, cells TEXT)")
        # Gone with the last handle, also of a process that is killed.
        with suppress(OSError):
            self._path.unlink()

    def _fill(self, table: TableRows) -> str:
        """Index the file's rows; a sentence about keys that are there twice."""
        self._index.executemany("INSERT INTO row VALUES (?, ?)", self._entries(table))
        self._index.execute("CREATE INDEX row_key ON row (key)")
        self._index.commit()
        twice = "SELECT key, count(*) - 1 AS more FROM row GROUP BY key HAVING count(*) > 1"
        keys = [key for key, _more in self._index.execute(f"{twice} LIMIT {_SHOWN}")]
        if not keys:
            return ""
        (count,) = self._index.execute(f"SELECT sum(more) FROM ({twice})").fetchone()  # noqa: S608 - as above
        sentence = _(
            "“%(file)s” has keys that stand there twice (%(count)d rows, such as %(keys)s): the"
            " first row of each is used."
        )
        return sentence % {"file": self._name, "count": count, "keys": ", ".join(keys)}

    def _entries(self, table: TableRows) -> Iterator[tuple[str, str]]:
        to = self._to
        for _number, row in table.rows():
            if isinstance(row, BrokenRow):
                continue
            key = key_of(row[to])
            if key:
                yield key, _MARK.join(row)

    def extended(self, rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
        keys = [key_of(row[self._from]) for row in rows]
        partners = self._partners({key for key in keys if key})
        empty = self._empty
        return [row + partners.get(key, empty) for row, key in zip(rows, keys, strict=True)]

    def _partners(self, keys: set[str]) -> dict[str, tuple[str, ...]]:
        # In the order of the index, which is read page by page.
        ordered = sorted(keys)
        found: dict[str, tuple[str, ...]] = {}
        for start in range(0, len(ordered), _AT_ONCE):
            some = ordered[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            question = f"SELECT key, cells FROM row WHERE key IN ({marks}) ORDER BY rowid DESC"  # noqa: S608 - marks
            # The first row of a key comes last, and stays.
            for key, cells in self._index.execute(question, some):
                found[key] = tuple(cells.split(_MARK))
        return found

    def close(self) -> None:
        self._index.close()


def _place(columns: Sequence[str], name: str, file: str, field: str) -> int:
    if name in columns:
        return columns.index(name)
    sentence = _("“%(file)s” is joined by the column “%(column)s”, which is not there.")
    words = {"file": file, "column": name}
    raise DomainError(sentence % words, code="unknown_column", field=field, value=name)
