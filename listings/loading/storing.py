"""Lines into rows, block by block: again and again with the same outcome."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils import timezone

from backoffice.core.jobs import enqueue_many
from listings import keeping, tasks
from listings.loading import senders, watches
from listings.loading.lines import external_id
from listings.market import euros
from listings.models import Listing, ListingEvent
from listings.people import locks
from listings.reading import catalogue
from listings.search import embedding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from listings.loading.lines import Line
    from listings.loading.watches import Watch
    from listings.models import Trader

BLOCK = 500
# Two loads at once take turns, block by block.
_ADVISORY_LOCK = 7_215_407
_KIND = ListingEvent.Kind
_GIVEN = (*watches.EMPTY, "text", "trader", "offered_at", "status")


@dataclass(slots=True)
class Loaded:
    """How many lines and watches were new, changed, as they were, or are in the file no more."""

    lines: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    embedded: bool = True


def load(lines: Iterable[Line]) -> Loaded:
    """Store the watches of lines; all are searchable when it returns.

    ``embedded`` is false where OpenAI was away: the worker embeds the rest, facts and words are
    searched until then.
    """
    done = Loaded()
    rest = iter(lines)
    while block := [*itertools.islice(rest, BLOCK)]:
        changed = _store(block, done)
        done.embedded = embedding.embed_now(changed) and done.embedded
    return done


def _store(block: Sequence[Line], done: Loaded) -> list[int]:
    """Write one block; return the listings that are new or changed."""
    known_watches = catalogue.current()
    # The last one counts where an id comes twice.
    by_id = {line.id: line for line in block}
    found = {line.id: watches.of(line, known_watches) for line in by_id.values()}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
        # Before any row is locked: whoever reads a message may be making the same trader.
        locks.alone_with(locks.TRADERS)
        writing = _Block(by_id, found)
        writing.write()
    done.lines += len(by_id)
    done.new += len(writing.new)
    done.changed += len(writing.changed)
    done.same += writing.same
    done.gone += len(writing.gone)
    return [row.pk for row in (*writing.new, *writing.changed)]


@dataclass(slots=True)
class _Block:
    lines: dict[str, Line]
    watches: dict[str, list[Watch]]
    new: list[Listing] = field(default_factory=list)
    changed: list[Listing] = field(default_factory=list)
    gone: list[Listing] = field(default_factory=list)
    same: int = 0
    events: list[ListingEvent] = field(default_factory=list)

    def write(self) -> None:
        known = _known(self.lines)
        traders = senders.traders_of(line.sender for line in self.lines.values())
        for key, line in self.lines.items():
            for number, watch in enumerate(self.watches[key]):
                name = external_id(key, number)
                self._take(name, line, watch, known.pop(name, None), traders.get(line.sender))
        self._withdraw(known.values())
        self._save()

    def _take(
        self, name: str, line: Line, watch: Watch, row: Listing | None, trader: Trader | None
    ) -> None:
        given = {**watch.facts, "text": watch.text, "trader": trader}
        if row is None:
            self.new.append(
                Listing(
                    external_id=name,
                    external_is_number=line.id_is_number,
                    reader=Listing.Reader.FILE,
                    offered_at=line.at or timezone.now(),
                    **given,
                )
            )
            return
        given |= {"offered_at": line.at or row.offered_at, "status": _status(row)}
        changes = {
            field: [keeping_value(getattr(row, field)), keeping_value(value)]
            for field, value in given.items()
            if field not in row.edited_fields and getattr(row, field) != value
        }
        if not changes:
            self.same += 1
            return
        for field_name in changes:
            setattr(row, field_name, given[field_name])
        self.changed.append(row)
        told = {name: pair for name, pair in changes.items() if name in watches.EMPTY}
        self.events.append(ListingEvent(listing=row, kind=_KIND.READ_AGAIN, changes=told))

    def _withdraw(self, rows: Iterable[Listing]) -> None:
        """Watches that their line names no more; what a person ended stays as it is."""
        for row in rows:
            if row.status == Listing.Status.LIVE:
                row.status = Listing.Status.WITHDRAWN
                self.gone.append(row)
                self.events.append(ListingEvent(listing=row, kind=_KIND.WITHDRAWN))

    def _save(self) -> None:
        written = [*self.new, *self.changed]
        rates = euros.Rates({row.currency for row in written if row.currency})
        now = timezone.now()
        for row in written:
            keeping.derive(row, rates)
            row.updated_at = now
        Listing.objects.bulk_create(self.new)
        if self.changed or self.gone:
            fields = [*_GIVEN, *keeping.DERIVED]
            Listing.objects.bulk_update([*self.changed, *self.gone], fields, batch_size=100)
        self.events += [ListingEvent(listing=row, kind=_KIND.READ) for row in self.new]
        ListingEvent.objects.bulk_create(self.events)
        enqueue_many(tasks.follow_up, [row.pk for row in (*written, *self.gone)])


def keeping_value(value: object) -> object:
    """As an event keeps it."""
    return value if isinstance(value, str | int | bool | None) else str(value)


def _status(row: Listing) -> str:
    """What its line withdrew comes back with it; what a person decided stays."""
    return Listing.Status.LIVE if row.status == Listing.Status.WITHDRAWN else row.status


def _known(lines: dict[str, Line]) -> dict[str, Listing]:
    """The rows of the lines so far, locked."""
    ids = [external_id(key, 0) for key in lines]
    rows = Listing.objects.select_for_update(no_key=True).order_by("pk")
    first = {row.external_id: row for row in rows.filter(external_id__in=ids)}
    # "a#2" and on: looked for while there are some, a number at a time.
    found, number = dict(first), 1
    parents = [key for key in lines if external_id(key, 0) in first]
    while parents:
        names = {external_id(key, number): key for key in parents}
        more = {row.external_id: row for row in rows.filter(external_id__in=[*names])}
        found |= more
        parents = [names[name] for name in more]
        number += 1
    return found
