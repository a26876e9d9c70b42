"""What the words of a search ask for: watches, bounds, state, and words that are just words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backoffice.core.text import folded
from backoffice.core.text import words as words_of
from listings import facts
from listings.extraction import attributes, mentions
from listings.extraction.message import understand
from listings.extraction.prices import CURRENCIES
from listings.reading import catalogue
from listings.search import (
    families,
    intents,
    known_keys,
    limits,
    nicknames,
    parted,
    spelling,
    styles,
)
from listings.search.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from listings.extraction.mention import Mention
    from listings.extraction.message import Message
    from listings.extraction.tokens import Match
    from listings.search.intents import Intent
    from listings.search.nicknames import Nickname
    from listings.search.styles import Family


@dataclass(frozen=True, slots=True)
class Watch:
    """One watch that is asked for; empty fields are not said.

    ``within``: families that are called ``model`` as well ("Seamaster": Planet Ocean). ``keys``:
    the references a nickname stands for. ``nickname``: the word itself, which offers without a
    reference have as well.
    """

    brand: str = ""
    model: str = ""
    reference: str = ""
    keys: frozenset[str] = frozenset()
    nickname: str = ""
    within: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """The reference as it is compared."""
        return short_key(self.reference)


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that a text asks for; any of ``watches`` will do. Prices in euros.

    The ends of prices are included, but for those that ``left_out`` names.
    ``style``: the families of a kind of watch ("dress watch"). ``words``: what is left to be
    looked for as it stands, folded. ``corrected``: the text with misspelt names set right.
    """

    corrected: str
    watches: tuple[Watch, ...]
    intent: Intent
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    left_out: frozenset[str] = frozenset()
    year_from: int | None = None
    year_to: int | None = None
    condition: str = ""
    box: bool | None = None
    papers: bool | None = None
    size_mm: Decimal | None = None
    movement: str = ""
    style: frozenset[Family] = frozenset()
    words: tuple[str, ...] = ()

    def as_words(self) -> dict[str, str]:
        """What was recognised, for people: {"brand": "Rolex", "price_to": "9000", ...}."""
        first = self.watches[0] if self.watches else Watch()
        said: dict[str, object] = {
            "type": self.intent.type if self.intent.is_sure else "",
            "brand": first.brand,
            "model": first.model,
            "reference": first.reference.upper(),
            "nickname": first.nickname,
            "price_from": _plain(self.price_from),
            "price_to": _plain(self.price_to),
            "year_from": self.year_from,
            "year_to": self.year_to,
            "condition": self.condition,
            "size_mm": _plain(self.size_mm),
            "movement": self.movement,
        }
        return {name: str(value) for name, value in said.items() if value}


def _plain(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""


def short_key(reference: str) -> str:
    """The key of a reference without what makers put around it ("M126610LN-0001")."""
    key = facts.reference_key(re.sub(r"-0\d{3}$", "", reference.strip()))
    return key[1:] if re.match(r"m\d{5}", key) else key


def of(text: str) -> Wishes:
    """Read a search. Never raises for a text; what it does not know it leaves among the words."""
    known = catalogue.current()
    corrected = parted.joined(spelling.corrected(folded(text), known), known)
    message = understand(corrected)
    found = mentions.find(message, known)
    bare = _painted(message.low, found)
    said = limits.read(bare)
    box, papers = attributes.box_and_papers(message, 0, len(message.low))
    watches = tuple(
        replace(one, within=families.within(known, one.brand, one.model))
        for one in _watches(message, found, said.rest)
    )
    is_named = any(one.model or one.reference or one.nickname for one in watches)
    return Wishes(
        corrected=corrected,
        watches=watches,
        intent=intents.read(message.low),
        price_from=said.price_from,
        price_to=said.price_to,
        left_out=said.left_out,
        year_from=said.year_from,
        year_to=said.year_to,
        condition=attributes.condition(message, 0, len(message.low)).value or "",
        box=box.value,
        papers=papers.value,
        size_mm=attributes.size(message, 0, len(message.low)).value,
        movement=attributes.movement(message, 0, len(message.low)).value or "",
        style=frozenset() if is_named else styles.find(message.tokens),
        words=_words(message, found, said.rest),
    )


def _painted(low: str, found: Iterable[Mention]) -> str:
    """The text with the figures of references and names blanked: none of them is a price."""
    for mention in found:
        for start, end in mention.spans.values():
            if re.search(r"\d", low[start:end]):
                low = low[:start] + " " * (end - start) + low[end:]
    return low


def _watches(message: Message, found: Sequence[Mention], rest: str) -> tuple[Watch, ...]:
    """The watches named, a nickname as what it stands for; a bare reference that offers have."""
    nicks = nicknames.find(message.tokens)
    brands = {one.brand for one in found if "brand" in one.spans}
    about = brands | {one.brand for one in found}
    watches: list[Watch] = []
    covered: list[Mention] = []
    for nick in nicks:
        beside = [
            one for one in found if any(_meet(span, nick) for span in one.spans.values())
        ] or [one for one in found if one.brand in {name.brand for name in nick.value}]
        meant = nicknames.meant(nick.value, brands or about, strict=bool(brands))
        if meant:
            covered += beside
            reference = next((one.reference for one in beside if one.reference), "")
            watches += [_of_nickname(name, reference) for name in meant]
    watches += [
        Watch(one.brand, one.family, one.reference.replace(" ", ""))
        for one in found
        if one not in covered
    ]
    watches = [*dict.fromkeys(one for one in watches if not _is_said_better(one, watches))]
    if any(one.reference for one in watches):
        return tuple(watches)
    return _with_bare_reference(watches, rest)


def _is_said_better(watch: Watch, watches: Sequence[Watch]) -> bool:
    """A brand alone says nothing beside a watch of that brand."""
    if watch.model or watch.reference or watch.nickname:
        return False
    return any(one != watch and one.brand == watch.brand for one in watches)


def _meet(span: tuple[int, int], nick: Match[tuple[Nickname, ...]]) -> bool:
    return span[0] < nick.end and nick.start < span[1]


def _of_nickname(name: Nickname, reference: str) -> Watch:
    return Watch(name.brand, name.model, reference.replace(" ", ""), name.keys, name.word)


_BARE = re.compile(r"(?<![\w.,/-])(?=[^\s]*\d)[a-z0-9]+(?:[./-][a-z0-9]+)*(?![\w/])")
_SHORTEST = 4


def _with_bare_reference(watches: list[Watch], rest: str) -> tuple[Watch, ...]:
    """A word with figures that the catalogue does not know, where offers have such a reference."""
    for found in _BARE.finditer(rest):
        key = short_key(found.group())
        if len(key) >= _SHORTEST and known_keys.beginning_with(key):
            reference = found.group()
            if len(watches) == 1:
                return (replace(watches[0], reference=reference),)
            return (*watches, Watch(reference=reference))
    return tuple(watches)


def _words(message: Message, found: Sequence[Mention], rest: str) -> tuple[str, ...]:
    """What says something besides: "jubilee", "titane"; in order, each once."""
    spent = {
        word
        for kind, matches in message.phrases.by_kind.items()
        if kind in _SPENT
        for match in matches
        for word in words_of(message.low[match.start : match.end])
    }
    spent |= {
        word
        for one in found
        for start, end in one.spans.values()
        for word in words_of(message.low[start:end])
    }
    spent |= STOP_WORDS | CURRENCIES.keys() | _UNITS
    nicks = {word for nick in nicknames.find(message.tokens) for word in nick.value[0].word.split()}
    kept = [one for one in words_of(rest) if one not in spent or one in nicks]
    return tuple(dict.fromkeys(one for one in kept if len(one) > 1))


_SPENT = frozenset(
    {"type", "seek", "question", "cue", "interest", "set", "box", "papers", "condition"}
    | {"movement", "kind", "neg", "only", "talk"}
)
_UNITS = frozenset({"mm", "euro", "euros", "tsd", "k"})
