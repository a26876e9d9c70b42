"""How common a word, an address or a number is: what everybody has proves little."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import log
from typing import TYPE_CHECKING

from crm.duplicates.words import GIVEN_NAMES, SHARED_MAILBOXES, SURNAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crm.duplicates.records import Record

# In a small file hardly anything is seen twice: as if so many more customers were known.
IMAGINED = 2000
# The share of customers with a name of the lists, and with another one.
GIVEN_SHARE, SURNAME_SHARE, OTHER_SHARE = 0.008, 0.003, 0.0002
MOST = 7.5


@dataclass(slots=True)
class Frequencies:
    """Counts over all customers; a weight is the logarithm of how rare the value is."""

    customers: int = 0
    words: Counter[str] = field(default_factory=Counter)
    contacts: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, records: Iterable[Record]) -> Frequencies:
        found = cls()
        for record in records:
            found.add(record)
        return found

    def add(self, record: Record) -> None:
        self.customers += 1
        self.words.update(set(record.everything))
        self.contacts.update(record.emails)
        self.contacts.update(record.phones)
        if record.postal_code:
            self.places[record.postal_code] += 1
        if record.city:
            self.places[" ".join(record.city)] += 1
        if record.street:
            self.places[house(record)] += 1

    def word(self, text: str) -> float:
        """Weight of a word of a name, 0.5 to 7.5."""
        share = (
            GIVEN_SHARE
            if text in GIVEN_NAMES
            else SURNAME_SHARE
            if text in SURNAMES
            else OTHER_SHARE
        )
        seen = self.words[text] + share * IMAGINED
        return max(0.5, min(MOST, log((self.customers + IMAGINED) / seen)))

    def place(self, text: str) -> float:
        """Weight of a postal code or a town, 0.5 to 4."""
        seen = self.places[text] + IMAGINED / 100
        return max(0.5, min(4.0, log((self.customers + IMAGINED) / seen)))

    def shared_by(self, contact: str) -> int:
        """The customers with this e-mail address or number."""
        return max(2, self.contacts[contact])

    def houses(self, record: Record) -> int:
        """The customers at this address."""
        return max(2, self.places[house(record)])


def house(record: Record) -> str:
    return f"{record.number} {' '.join(sorted(record.street))} {record.postal_code}"


def is_shared_mailbox(email: str) -> bool:
    """Whether a whole firm reads it: info@, contact@."""
    box = email.partition("@")[0]
    return box.strip("0123456789.-_") in SHARED_MAILBOXES
