"""From what was read in a message to its rows: new ones, changed ones, and those that are gone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from backoffice.messaging.cleaning import storable
from listings import keeping
from listings.incoming import aligning, sold
from listings.models import Listing, ListingEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from backoffice.messaging.models import InboundMessage
    from listings.extraction.items import Found, ListingItem
    from listings.models import Trader

Kind = ListingEvent.Kind
Status = Listing.Status
# What a message may say of a watch; staff correct the same.
FACTS: Final = (
    "type",
    "brand",
    "model",
    "reference",
    "price",
    "currency",
    "condition",
    "year",
    "size_mm",
    "movement",
    "box",
    "papers",
    "authenticity",
)
# A person said so, whatever the message says.
DECIDED: Final = frozenset({Status.SOLD, Status.HIDDEN})
_OTHERS: Final = (
    "message",
    "position",
    "trader",
    "status",
    "text",
    "evidence",
    "confidence",
    "reader",
    "reviewed_at",
    "reviewed_by",
)
_NULL: Final = frozenset({"price", "year", "size_mm", "box", "papers"})
_STEPS: Final = {"price": Decimal("0.01"), "size_mm": Decimal("0.1")}
_LENGTHS: Final[dict[str, int]] = {
    column.name: column.max_length
    for column in Listing._meta.local_concrete_fields  # noqa: SLF001 - Django's public name
    if column.name in FACTS and column.max_length
}
_LIMITS: Final = {"price": Decimal(10) ** 12, "size_mm": Decimal(1000)}


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch that was read: where (``document``: a key of the message's content), and by whom."""

    item: ListingItem
    text: str
    reader: str
    document: str = "body"

    def facts(self) -> dict[str, Any]:
        """The values as a row holds them."""
        return {name: _value(name, getattr(self.item, name)) for name in FACTS}

    def evidence(self) -> dict[str, Any]:
        """Where each fact stands: ``spans`` of the body, or ``places`` in a ``document``."""
        return {
            name: {"confidence": round(found.confidence, 3), **self._place(found)}
            for name in FACTS
            if (found := getattr(self.item, name))
        }

    def _place(self, found: Found[Any]) -> dict[str, Any]:
        places = [[span.start, span.end] for span in found.evidence]
        if self.document == "body":
            return {"spans": places}
        return {"spans": [], "document": self.document, "places": places}


@dataclass(slots=True)
class Written:
    """What became of a message's rows; ``kept``: what its trader now says of a corrected fact."""

    listings: list[Listing] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    kept: list[tuple[Listing, str]] = field(default_factory=list)


@dataclass(slots=True)
class Writer:
    """Makes the rows of one message say what was read; all is locked, inside a transaction.

    ``is_edit``: the trader wrote it anew, which counts more than a reading of ours. ``is_deleted``:
    the trader took the message back, so nothing of it comes to the market.
    """

    message: InboundMessage
    trader: Trader | None
    is_edit: bool = False
    is_deleted: bool = False
    by: User | None = None
    written: Written = field(default_factory=Written)
    gone: set[str] = field(default_factory=set)

    def write(self, watches: Sequence[Watch], known: Sequence[Listing]) -> Written:
        """Renew each known row by the watch it is most like, make the new, withdraw the rest.

        ``known`` are the rows of the message and, for an edit, of what it edits. What a person
        decided stays; changes of the market are announced.
        """
        found = aligning.align(known, watches)
        # Of one watch the whole message speaks, of each of several its own words.
        self.gone = {
            storable(watch.text)
            for watch in watches
            if sold.is_marked(self.message.body if len(watches) == 1 else watch.text)
        }
        kept = set(found.values())
        for row in known:
            if row.pk not in kept:
                self._miss(row)
        rows = {row.pk: row for row in known}
        places = _Places({row.position for row in known if row.message_id == self.message.pk})
        fresh = [
            self._renew(rows[found[index]], watch, places)
            if index in found
            else self._new(watch, places.take())
            for index, watch in enumerate(watches)
        ]
        self.written.listings = fresh
        self._create([row for row in fresh if row.pk is None])
        self._end_sold(fresh)
        keeping.announce(dict.fromkeys(self.written.changed))
        return self.written

    def _new(self, watch: Watch, position: int) -> Listing:
        row = Listing(
            message=self.message,
            position=position,
            trader=self.trader,
            offered_at=self.message.sent_at,
            status=Status.WITHDRAWN if self.is_deleted else Status.LIVE,
            reader=watch.reader,
            **watch.facts(),
            **_provenance(watch),
        )
        keeping.derive(row)
        return row

    def _create(self, rows: list[Listing]) -> None:
        Listing.objects.bulk_create(rows)
        ListingEvent.objects.bulk_create(
            ListingEvent(listing=row, kind=Kind.READ, by=self.by) for row in rows
        )
        if self.is_deleted:
            told = _("The trader deleted the message.")
            ListingEvent.objects.bulk_create(
                ListingEvent(listing=row, kind=Kind.WITHDRAWN, note=told) for row in rows
            )
        self.written.changed += [row.pk for row in rows if row.status == Status.LIVE]

    def _end_sold(self, rows: Sequence[Listing]) -> None:
        """Mark as sold what its trader marked so ("SOLD", struck out)."""
        gone = [
            row
            for row in rows
            if row.text in self.gone
            and row.status == Status.LIVE
            and row.type in sold.OFFERED
            and not (row.reviewed_at or sold.was_put_back(row))
        ]
        sold.mark(gone)
        self.written.changed += [row.pk for row in gone]

    def _miss(self, row: Listing) -> None:
        """The message speaks of it no more; only its trader ends what a person decided about."""
        if row.status != Status.LIVE or (is_decided(row) and not self.is_edit):
            return
        if self.is_edit and sold.beside_sold(self.message.body) == frozenset():
            sold.mark([row])
            self.written.changed.append(row.pk)
            return
        row.status = Status.WITHDRAWN
        row.save(update_fields=["status", "updated_at"])
        told = (
            _("The trader edited the message: it names this watch no more.")
            if self.is_edit
            else _("Read again: it was found no more.")
        )
        kind = Kind.WITHDRAWN
        ListingEvent.objects.create(listing=row, kind=kind, note=told, by=self.by)
        self.written.changed.append(row.pk)

    def _renew(self, row: Listing, watch: Watch, places: _Places) -> Listing:
        if not self.is_edit and (row.reviewed_at or row.status in DECIDED):
            return row
        if row.reader == Listing.Reader.PERSON or self._stays_sold(row, watch):
            return row
        before = {name: getattr(row, name) for name in (*FACTS, *_OTHERS)}
        changes = self._take_facts(row, watch)
        row.trader = self.trader
        if row.message_id != self.message.pk:
            row.message = self.message
            row.position = places.take(row.position)
        is_back = row.status in {Status.WITHDRAWN, Status.SOLD} and not self.is_deleted
        if is_back:
            row.status = Status.LIVE
        if self.is_edit and changes:
            # What a person confirmed was another offer.
            row.reviewed_at = row.reviewed_by = None
        if before == {name: getattr(row, name) for name in (*FACTS, *_OTHERS)}:
            return row
        keeping.derive(row)
        row.save(update_fields=[*FACTS, *_OTHERS, *keeping.DERIVED])
        if changes:
            self._note(row, Kind.READ_AGAIN, changes=changes)
        if is_back:
            self._note(row, Kind.SHOWN)
        if changes or is_back or before["trader"] != row.trader:
            self.written.changed.append(row.pk)
        return row

    def _stays_sold(self, row: Listing, watch: Watch) -> bool:
        """Unless its trader, who alone said so, now offers it without a word of it."""
        if row.status != Status.SOLD:
            return False
        return storable(watch.text) in self.gone or not sold.is_by_trader(row)

    def _note(self, row: Listing, kind: str, **more: Any) -> None:
        ListingEvent.objects.create(listing=row, kind=kind, by=self.by, **more)

    def _take_facts(self, row: Listing, watch: Watch) -> dict[str, list[object]]:
        """Set what nobody corrected; what changed of the facts, before and after."""
        said = watch.facts()
        changes = {
            name: [plain(getattr(row, name)), plain(value)]
            for name, value in said.items()
            if name not in row.edited_fields and getattr(row, name) != value
        }
        for name in changes:
            setattr(row, name, said[name])
        if self.is_edit and row.edited_fields:
            self._compare_corrected(row, said)
        for name, value in _provenance(watch).items():
            setattr(row, name, value)
        for name in row.edited_fields:
            row.evidence.pop(name, None)
        row.reader = watch.reader
        return changes

    def _compare_corrected(self, row: Listing, said: dict[str, Any]) -> None:
        """Note where the trader now says something that is neither ours nor what was corrected."""
        corrected = [*row.events.filter(kind=Kind.EDITED).order_by("pk")]
        for name in row.edited_fields:
            value = plain(said.get(name))
            misread = [event.changes[name][0] for event in corrected if name in event.changes]
            if value != plain(getattr(row, name)) and value not in misread:
                self.written.kept.append((row, name))


class _Places:
    """Which positions of a message are taken."""

    def __init__(self, taken: set[int]) -> None:
        self.taken = taken

    def take(self, wanted: int = 0) -> int:
        """The position itself, or the next one that is free."""
        place = next(number for number in itertools.count(wanted) if number not in self.taken)
        self.taken.add(place)
        return place


def is_decided(row: Listing) -> bool:
    """Whether a person has said something about it."""
    return bool(
        row.edited_fields
        or row.reviewed_at
        or row.status in DECIDED
        or row.reader == Listing.Reader.PERSON
    )


def plain(value: object) -> object:
    """A fact as an event keeps it: amounts as text, the rest as JSON has it."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def _provenance(watch: Watch) -> dict[str, Any]:
    return {
        "text": storable(watch.text),
        "evidence": watch.evidence(),
        "confidence": min(1.0, max(0.0, watch.item.confidence)),
    }


def _value(name: str, found: Found[Any]) -> object:
    """A value fit for its column; what does not fit was misread."""
    value = found.value
    if value is None:
        return None if name in _NULL else ""
    if isinstance(value, Decimal):
        amount = value.quantize(_STEPS[name])
        return amount if 0 < amount < _LIMITS[name] else None
    if isinstance(value, str):
        return storable(value, _LENGTHS[name])
    return value
