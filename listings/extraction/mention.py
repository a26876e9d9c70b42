"""A watch as a message names it: brand, model and reference, and where each is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Span = tuple[int, int]
_ROW = re.compile(
    r"\s?(?:[/,&+|]|\b(?:or|and|o|u|y|e|ou|et|oder|und)\b)\s?"
    r"(?:(?:a|an|une?|la|le|die|den|el|il)\s)?"
)
_NEXT = re.compile(r"\d.*(?:[/|;\n]|\b(?:and|und|et|e|y)\b)", re.DOTALL)
_SHARED_LETTERS = 3  # "speedy" is short for Speedmaster, no name of its own


def nickname(text: str, model: str) -> str:
    """Return ``text`` where it is a name of its own and no shorter form of ``model``."""
    own = re.findall(r"[a-z0-9]+", model.lower())
    words = re.findall(r"[a-z0-9]+", text)
    same = any(word[:_SHARED_LETTERS] == one[:_SHARED_LETTERS] for word in words for one in own)
    return "" if same else _SAME.get(text, text)


# What is engraved on the reference, and what traders call it.
_SAME = {
    "blnr": "batman",
    "batgirl": "batman",
    "blro": "pepsi",
    "vtnr": "sprite",
    "destro": "sprite",
} | {"chnr": "root beer", "rootbeer": "root beer", "grnr": "bruce wayne", "cermit": "kermit"}


@dataclass(slots=True)
class Mention:
    """A watch named at ``start``-``end``; empty words are not said there."""

    start: int
    end: int
    brand: str = ""
    model: str = ""
    reference: str = ""
    size: float = 0
    nickname: str = ""  # the model said by a name of its own ("Hulk")
    generic: bool = False  # the model is the word of a whole line ("Fliegeruhr Mark XX")
    known: bool = False  # the reference is in the catalogue, with its model
    reference_model: str = ""
    spans: dict[str, Span] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The model said; a reference tells it from its sisters ("GMT-Master" 126710, 1675)."""
        listed = self.reference_model
        if listed and (
            listed.startswith(self.model) or (self.known and self.model == f"{listed} II")
        ):
            return listed
        return self.model

    def agrees(self, other: Mention) -> bool:
        """Tell whether both may speak of one watch."""
        return (
            _same(self.brand, other.brand)
            and (_same(self.family, other.family) or _same(self.model, other.model))
            and _same(self.reference, other.reference)
        )

    def is_listed_with(self, other: Mention, between: str) -> bool:
        """Tell whether ``other`` is the next of a row of nicknames: "Hulk / Kermit"."""
        return bool(
            self.nickname
            and other.nickname
            and self.nickname != other.nickname
            and (_ROW.fullmatch(between) or _NEXT.search(between))
        )

    def take(self, other: Mention) -> None:
        """Add what ``other`` says of the same watch."""
        self.brand = self.brand or other.brand
        if not self.model or (self.generic and other.model and not other.generic):
            self.model, self.generic = other.model, other.generic
        self.size = self.size or other.size
        if other.reference and not self.reference:
            self.reference = other.reference
            self.known = other.known
            self.reference_model = other.reference_model
        self.spans = other.spans | self.spans
        self.end = max(self.end, other.end)


def _same(first: str, second: str) -> bool:
    return not first or not second or first == second
