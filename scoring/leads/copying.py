"""Many rows of whole numbers and fractions into a table, as PostgreSQL's own binary format.

Made as one array: writing a million rows as text takes longer than making their scores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper
    from numpy.typing import NDArray

# https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format": no flags, no extension.
_HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END: Final = b"\xff\xff"
_BYTES: Final = 8


def copy_in(
    cursor: CursorWrapper, table: str, ids: NDArray[np.int64], values: NDArray[np.float64]
) -> None:
    """Into a table of one ``bigint`` and as many columns of ``double precision`` as values has."""
    width = values.shape[1]
    fields = [("count", ">i2"), ("id_bytes", ">i4"), ("id", ">i8")]
    for place in range(width):
        fields += [(f"bytes{place}", ">i4"), (f"value{place}", ">f8")]
    rows = np.empty(len(ids), dtype=np.dtype(fields))
    rows["count"], rows["id_bytes"], rows["id"] = width + 1, _BYTES, ids
    for place in range(width):
        rows[f"bytes{place}"], rows[f"value{place}"] = _BYTES, values[:, place]
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copying:
        copying.write(_HEAD + rows.tobytes() + _END)
