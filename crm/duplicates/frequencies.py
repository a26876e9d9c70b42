"""How common a word, an address or a number is: what everybody has proves little."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING

from crm.duplicates.words import GIVEN_NAMES, SHARED_MAILBOXES, SURNAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crm.duplicates.records import Record

# In a small file hardly anything is seen twice: as if so many more customers were known.
IMAGINED = 2000
# The share of customers with a name of the lists, and with another one.
GIVEN_SHARE, SURNAME_SHARE, OTHER_SHARE = 0.008, 0.003, 0.0002
MOST = 7.5
# Of a postal code, a town or a street, as if it were seen so many times more.
MOST_PLACE, PLACE_SEEN = 6.0, 4
# A word is a given name where it stands in their place so often, and at least so many times.
GIVEN_PLACE, GIVEN_SEEN = 0.7, 3
# Names are in one order where known given names stand first (or last) so often; of so many.
ONE_ORDER, ORDER_SEEN = 0.85, 20


@dataclass(slots=True)
class Frequencies:
    """Counts over all customers; a weight is the logarithm of how rare the value is.

    ``counts`` may leave out what is there once.
    """

    customers: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    # Names of several words with a known given name in the first place, and in the last one.
    given_first: int = 0
    given_last: int = 0

    @classmethod
    def of(cls, records: Iterable[Record]) -> Frequencies:
        found = cls()
        for record in records:
            found.customers += 1
            found.counts.update(tokens(record))
        return found.with_order()

    def with_order(self) -> Frequencies:
        """The same, knowing in which order names are written."""
        self.given_first = sum(self.counts[f"1{word}"] for word in GIVEN_NAMES)
        self.given_last = sum(self.counts[f"9{word}"] for word in GIVEN_NAMES)
        return self

    @property
    def given_place(self) -> int:
        """Where given names stand: 0 first, -1 last, 1 either."""
        seen = self.given_first + self.given_last
        if seen < ORDER_SEEN or max(self.given_first, self.given_last) < ONE_ORDER * seen:
            return 1
        return 0 if self.given_first > self.given_last else -1

    def is_given(self, word: str) -> bool:
        """Whether this file shows that the word is a given name."""
        place = self.given_place
        if place == 1:
            return False
        here, there = ("1", "9") if place == 0 else ("9", "1")
        seen = self.counts[here + word]
        return seen >= GIVEN_SEEN and seen >= GIVEN_PLACE * (seen + self.counts[there + word])

    def is_established(self, word: str) -> bool:
        """Whether so many have it that it is hardly a slip of the pen."""
        return self.counts[f"w{word}"] >= GIVEN_SEEN

    def word(self, text: str) -> float:
        """Weight of a word of a name, 0.5 to 7.5."""
        share = (
            GIVEN_SHARE
            if text in GIVEN_NAMES
            else SURNAME_SHARE
            if text in SURNAMES
            else OTHER_SHARE
        )
        return max(0.5, min(MOST, self._rarity(self._seen(f"w{text}") + share * IMAGINED)))

    def place(self, text: str) -> float:
        """Weight of a postal code or a town, 0.5 to 6."""
        return max(0.5, min(MOST_PLACE, self._rarity(self._seen(f"p{text}") + PLACE_SEEN)))

    def street(self, record: Record) -> float:
        """Weight of a street whatever the town, 0.5 to 6."""
        return max(
            0.5, min(MOST_PLACE, self._rarity(self._seen(f"s{_street(record)}") + PLACE_SEEN))
        )

    def company(self, record: Record) -> float:
        """The most that a firm's whole name can weigh: of a chain's, little."""
        return max(2.0, self._rarity(self._seen(f"k{_company(record)}") / 2))

    def shared_by(self, contact: str) -> int:
        """The customers with this e-mail address or number."""
        return max(2, self.counts[f"c{contact}"])

    def houses(self, record: Record) -> int:
        """The customers at this address."""
        return max(2, self.counts[f"h{house(record)}"])

    def lives_alone(self, one: Record, other: Record) -> bool:
        """Whether all at either's address may be one person, by the first letter of their name."""
        initial = given_initial(one) or given_initial(other)
        return all(
            self._seen(f"h{house(record)}")
            <= self.counts[f"g{house(record)}|{initial}"] + self.counts[f"g{house(record)}|"]
            for record in (one, other)
            if record.street
        )

    def _seen(self, token: str) -> int:
        return max(1, self.counts[token])

    def _rarity(self, seen: float) -> float:
        return log((self.customers + IMAGINED) / seen)


def tokens(record: Record) -> Iterator[str]:
    """What of a customer is counted, each with a letter for what it is."""
    for word in set(record.everything):
        yield f"w{word}"
    if len(record.name) > 1:
        yield f"1{record.name[0]}"
        yield f"9{record.name[-1]}"
    for contact in (*record.emails, *record.phones):
        yield f"c{contact}"
    if record.postal_code:
        yield f"p{record.postal_code}"
    if record.city:
        yield f"p{' '.join(record.city)}"
    if record.street:
        yield f"h{house(record)}"
        yield f"s{_street(record)}"
        yield f"g{house(record)}|{given_initial(record)}"
    if record.company:
        yield f"k{_company(record)}"


def given_initial(record: Record) -> str:
    return next((word[0] for word in record.name if word in record.given), "")


def house(record: Record) -> str:
    return f"{record.number} {_street(record)} {record.postal_code}"


def _street(record: Record) -> str:
    return " ".join(sorted(record.street))


def _company(record: Record) -> str:
    return " ".join(sorted(record.company))


def is_shared_mailbox(email: str) -> bool:
    """Whether a whole firm reads it: info@, contact@."""
    box = email.partition("@")[0]
    return box.strip("0123456789.-_") in SHARED_MAILBOXES
