"""What staff have taught: examples they wrote down, and tickets whose category they decided."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef

from backoffice.core.text import folded
from support.models import Category, CategoryExample, Draft, Ticket, TicketMessage
from support.seed_categories import CATEGORIES
from support.understanding.examples import Example

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

# With fewer messages a category is not learned: it would be guessed, at the others' cost.
MINIMUM: Final = 8
# The newest of a category, so that the most frequent ones do not drown the others.
MOST_CORRECTED: Final = 1000
MOST_APPROVED: Final = 300
# Nobody looked closely at a category that was right enough to send the reply.
APPROVED_WEIGHT: Final = 0.5
# "Bonjour" alone, or "merci", says nothing of what the ticket is about.
_FEWEST_WORDS: Final = 4
_WORD: Final = re.compile(r"[^\W_]+")
# Our own messages are left out in so many parts when confidences are calibrated.
_PARTS: Final = 5

WRITTEN, CORRECTED, APPROVED = "written", "corrected", "approved"


@dataclass(frozen=True, slots=True)
class Lessons:
    """All messages to learn from, and what of them is our own.

    ``own`` holds the key of each message that is ours with the category it taught, ``counts``
    how many of each category were written down, corrected or approved, ``left_out`` the
    categories with fewer than :data:`MINIMUM` messages.
    """

    examples: tuple[Example, ...]
    own: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)


def key_of(message: str) -> str:
    """The same for messages of the same words; nothing of them can be read from it."""
    words = " ".join(_WORD.findall(folded(message)))
    return hashlib.sha256(words.encode()).hexdigest()[:20]


def lessons(shipped: Sequence[Example]) -> Lessons:
    """The shipped messages with those of our staff, none of them twice.

    Of a message that several teach differently, what a person wrote down or corrected last
    counts, then what was approved, then what we ship. A category of our own has its description
    beside its messages.
    """
    chosen: dict[str, Example] = {}
    kinds: dict[str, str] = {}
    for kind, example in _own():
        key = key_of(example.message)
        if key not in chosen:
            chosen[key] = replace(example, style=f"own {int(key[:8], 16) % _PARTS}")
            kinds[key] = kind
    ours = dict(chosen)
    for example in shipped:
        chosen.setdefault(key_of(example.message), example)
    left_out = {
        category: count
        for category, count in Counter(one.category for one in chosen.values()).items()
        if count < MINIMUM
    }
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for key, example in ours.items():
        counts[example.category][kinds[key]] += 1
    chosen |= _described({one.category for one in ours.values()} - set(left_out), chosen)
    return Lessons(
        examples=tuple(one for one in chosen.values() if one.category not in left_out),
        own={key: one.category for key, one in ours.items() if one.category not in left_out},
        counts={category: dict(count) for category, count in sorted(counts.items())},
        left_out=left_out,
    )


def _described(keys: Collection[str], known: Collection[str]) -> dict[str, Example]:
    """What a manager says belongs to a category of our own: as good as one more message."""
    rows = Category.objects.filter(key__in=set(keys) - set(CATEGORIES)).order_by("pk")
    texts = {row.key: f"{row.name}. {row.description}" for row in rows if row.description.strip()}
    return {
        key: Example(text, category, style="own 0")
        for category, text in texts.items()
        if (key := key_of(text)) not in known
    }


def _own() -> Iterator[tuple[str, Example]]:
    """Yield our own messages, those that count most first, of each kind the newest first."""
    rows = CategoryExample.objects.order_by("-pk").values_list("message", "category__key")
    for message, category in rows.iterator():
        yield WRITTEN, Example(message, category)
    by_person = Ticket.objects.filter(category_method=Ticket.Method.PERSON)
    for message, category in _first(_of_tickets(by_person), MOST_CORRECTED):
        yield CORRECTED, Example(message, category)
    sent = Draft.objects.filter(
        ticket=OuterRef("pk"),
        category=OuterRef("category"),
        status=Draft.Status.SENT,
        was_automatic=False,
    ).exclude(method=Draft.Method.PERSON)
    by_machine = (Ticket.Method.RULES, Ticket.Method.OPENAI)
    approved = Ticket.objects.filter(Exists(sent), category_method__in=by_machine)
    for message, category in _first(_of_tickets(approved), MOST_APPROVED):
        yield APPROVED, Example(message, category, weight=APPROVED_WEIGHT)


def _of_tickets(tickets: Iterable[Ticket]) -> Iterator[tuple[str, str]]:
    """Yield of each ticket the first message that says something, and its category."""
    rows = (
        TicketMessage.objects.filter(
            ticket__in=tickets, kind=TicketMessage.Kind.MESSAGE, ticket__category__isnull=False
        )
        .order_by("-ticket_id", "message__sent_at", "pk")
        .values_list("ticket_id", "text", "ticket__category__key")
    )
    for _ticket, messages in groupby(rows.iterator(), key=lambda row: row[0]):
        for _id, text, category in messages:
            if len(_WORD.findall(text)) >= _FEWEST_WORDS:
                yield text, category
                break


def _first(rows: Iterable[tuple[str, str]], most: int) -> Iterator[tuple[str, str]]:
    """Yield the first ``most`` of each category."""
    seen: Counter[str] = Counter()
    for text, category in rows:
        seen[category] += 1
        if seen[category] <= most:
            yield text, category
