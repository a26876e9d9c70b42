"""Records by the time of their last change, page by page, none lost and none twice.

Pages by number skip or repeat rows when others change meanwhile. So each page begins where the
last one ended: at a moment and an id. Odoo shows whole seconds but sorts by the microsecond, and a
whole import has one and the same moment: hence the records of a page's last second are read by id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crm.sources.odoo.values import second_after, second_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backoffice.integrations.odoo import Odoo

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Read so far: all before ``second``, and in it all up to ``id`` (-1: the whole second)."""

    second: str = ""
    id: int = -1


@dataclass(frozen=True, slots=True)
class Window:
    """What to read: changed in ``since`` or later, before ``until`` ("": without an end)."""

    model: str
    domain: Sequence[Any]
    fields: Sequence[str]
    since: str = ""
    until: str = ""
    language: str = ""


def changed(
    client: Odoo, window: Window, size: int, place: Place | None = None
) -> Iterator[tuple[list[Record], Place]]:
    """The window's records, oldest change first, each page with the place it ends at."""
    start = window.since
    if place is not None and place.second:
        if place.id >= 0:
            yield from _within(client, window, size, place)
        start = second_after(place.second)
    while True:
        rows = _read(client, window, size, _between(start, window.until))
        if len(rows) < size:
            if rows:
                yield rows, Place(second_of(rows[-1]))
            return
        last = second_of(rows[-1])
        before = [row for row in rows if second_of(row) < last]
        here = Place(last, 0)
        yield before, here
        yield from _within(client, window, size, here)
        start = second_after(last)


def undated(
    client: Odoo, window: Window, size: int, after: int = 0
) -> Iterator[tuple[list[Record], int]]:
    """The records that Odoo's installation itself wrote: they have no time of change."""
    yield from by_id(client, window, size, [["write_date", "=", False]], after)


def by_id(
    client: Odoo, window: Window, size: int, extra: Sequence[Any], after: int = 0
) -> Iterator[tuple[list[Record], int]]:
    """Records by their number, each page with the last number in it."""
    while True:
        rows = _read(client, window, size, [*extra, ["id", ">", after]], order="id asc")
        if not rows:
            return
        after = rows[-1]["id"]
        yield rows, after
        if len(rows) < size:
            return


def _within(
    client: Odoo, window: Window, size: int, place: Place
) -> Iterator[tuple[list[Record], Place]]:
    """The rest of one second, by id."""
    second = _between(place.second, second_after(place.second))
    for rows, last in by_id(client, window, size, second, place.id):
        yield rows, Place(place.second, last)


def _between(start: str, end: str) -> list[Any]:
    lower = [["write_date", ">=", start]] if start else []
    return lower + ([["write_date", "<", end]] if end else [])


def _read(
    client: Odoo, window: Window, size: int, extra: Sequence[Any], order: str = ""
) -> list[Record]:
    return client.search_read(
        window.model,
        [*window.domain, *extra],
        window.fields,
        order=order or "write_date asc, id asc",
        limit=size,
        language=window.language,
    )
