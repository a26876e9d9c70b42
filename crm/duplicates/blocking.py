"""Which customers are worth comparing: those that share keys.

One key alone loses pairs (a typo, a move, a missing postal code), so there are many, each blind to
another fault. A pair is taken when it shares one strong key, or several weak ones.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from crm.customers import PUBLIC_MAIL
from crm.duplicates.records import longest, mailbox, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crm.duplicates.records import Record

# All pairs of a block up to this size are compared; in a larger one, each customer with the next
# ones in the order of name and address (``place``), so that likely ones still meet.
LARGEST_BLOCK = 60
NEIGHBOURS = 15
# A key that makes a pair by itself, against the others.
STRONG = 4
# So many of the others make a pair where customers are few, and where they are many: among many
# there are always some with two keys in common.
ENOUGH, ENOUGH_AMONG_MANY = 2, 4
MANY = 5000
# Of all pairs of customers; a few thousand customers reach it, more never do.
MOST_PAIRS = 0.009
# Of a name's words, in case of a list of them.
MOST_WORDS = 4
SHORTEST_MAILBOX = 5
# As many as a bigint holds.
PLACE_LETTERS = 12
_LETTERS = " 0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Key:
    """One block that a customer belongs to; STRONG makes a pair by itself."""

    text: str
    worth: int = 1


def keys(record: Record) -> list[Key]:
    """Every block of the customer."""
    found = {key.text: key for part in _KEYS for key in part(record)}
    return list(found.values())


def place(record: Record) -> int:
    """The place within a large block: those that are alike in name and address come together.

    Twelve letters of it, as a number that the database orders as the letters do.
    """
    names = "".join(sorted(record.everything))
    whole = f"{names}{record.postal_code}{''.join(record.street)}{record.number}"
    found = 0
    for letter in whole[:PLACE_LETTERS].ljust(PLACE_LETTERS):
        found = found * len(_LETTERS) + max(0, _LETTERS.find(letter))
    return found


def _contacts(record: Record) -> Iterator[Key]:
    for email in record.emails:
        box, domain = mailbox(email), email.partition("@")[2]
        yield Key(f"e{email}", STRONG)
        if len(box) >= SHORTEST_MAILBOX:
            yield Key(f"l{box}", STRONG)
            yield Key(f"l{''.join(sorted(box))}")
        if domain not in PUBLIC_MAIL:
            yield Key(f"d{domain}")
    for phone in record.phones:
        yield Key(f"p{phone[-8:]}", STRONG)
        # A digit wrong at either end.
        yield Key(f"p<{phone[:-3]}")
        yield Key(f"p>{phone[-6:]}")


def _names(record: Record) -> Iterator[Key]:
    tokens = record.name[:MOST_WORDS]
    for one, other in combinations(sorted(tokens), 2):
        sounds = sorted((skeleton(one), skeleton(other)))
        yield Key(f"n{'|'.join(sounds)}", STRONG)
        yield Key(f"x{'|'.join(sorted((one[:3], other[:3])))}")
        yield Key(f"y{'|'.join(sorted((one[-3:], other[-3:])))}")
    for one, other in permutations(tokens, 2):
        yield Key(f"i{one[0]}|{skeleton(other)}")
    if len(tokens) > 1:
        yield Key(f"j{''.join(sorted(tokens))}", STRONG)


def _names_and_places(record: Record) -> Iterator[Key]:
    street = skeleton(longest(record.street)) if record.street else ""
    city = skeleton(longest(record.city)) if record.city else ""
    for token in record.everything[:MOST_WORDS]:
        sound = skeleton(token)
        if record.postal_code:
            yield Key(f"z{sound}|{record.postal_code}")
            yield Key(f"t{token[:3]}|{record.postal_code}")
        if city:
            yield Key(f"v{sound}|{city}")
        if record.number:
            yield Key(f"h{sound}|{record.number}")
        if street:
            yield Key(f"s{sound}|{street}")
            yield Key(f"r{token[:2]}|{street}|{record.number}")


def _addresses(record: Record) -> Iterator[Key]:
    if not record.street:
        return
    street = skeleton(longest(record.street))
    area = record.postal_code or "".join(record.city)[:5]
    if record.number:
        yield Key(f"a{record.number}|{street}|{area[:2]}")
        yield Key(f"c{record.number}|{area}|{record.street[0][:2]}")
    whole = "".join(sorted(skeleton(token) for token in record.street))
    yield Key(f"b{whole}|{area}")


def _companies(record: Record) -> Iterator[Key]:
    # What stands in one field here stands in the other one there.
    for tokens in filter(None, (record.company, record.name if not record.company else ())):
        whole = "".join(sorted(skeleton(token) for token in tokens))
        yield Key(f"k{whole}", STRONG if len(whole) > len("mrtn") else 1)
        yield Key(f"w{''.join(tokens)[:6]}")
        yield Key(f"u{''.join(tokens)[-6:]}")
    for token in record.company[:MOST_WORDS]:
        yield Key(f"q{skeleton(token)}|{record.postal_code[:2]}")
        yield Key(f"g{skeleton(token)}")


_KEYS = (_contacts, _names, _names_and_places, _addresses, _companies)


@dataclass(slots=True)
class Pairs:
    """The pairs to compare, as places in the list of records, and how many blocks were split."""

    pairs: list[tuple[int, int]]
    split_blocks: int


def pairs(records: Sequence[Record]) -> Pairs:
    """As :func:`crm.duplicates.index.pairs`, for records that are in no database."""
    blocks: dict[str, list[int]] = defaultdict(list)
    worth: dict[str, int] = {}
    for number, record in enumerate(records):
        for key in keys(record):
            blocks[key.text].append(number)
            worth[key.text] = key.worth
    places = [(place(record), record.id) for record in records]
    shared: dict[tuple[int, int], int] = defaultdict(int)
    split = 0
    for text, members in blocks.items():
        if len(members) > LARGEST_BLOCK:
            split += 1
            members.sort(key=places.__getitem__)
        for pair in _within(members):
            shared[pair] += worth[text]
    least = enough(len(records))
    found = [pair for pair, sum_ in shared.items() if sum_ >= least]
    if len(found) > most(len(records)):
        found.sort(key=lambda pair: (-shared[pair], pair))
        del found[most(len(records)) :]
    return Pairs(found, split)


def enough(customers: int) -> int:
    """What the keys that a pair has in common must be worth."""
    return ENOUGH if customers <= MANY else ENOUGH_AMONG_MANY


def most(customers: int) -> int:
    """Of so many customers, the pairs to compare at most: those with the most keys in common."""
    return max(customers, int(MOST_PAIRS * customers * (customers - 1) / 2))


def _within(members: Sequence[int]) -> Iterable[tuple[int, int]]:
    if len(members) <= LARGEST_BLOCK:
        return combinations(members, 2)
    return (
        (min(one, other), max(one, other))
        for at, one in enumerate(members)
        for other in members[at + 1 : at + 1 + NEIGHBOURS]
    )
