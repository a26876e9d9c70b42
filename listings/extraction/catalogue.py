"""What we know of brands, models, nicknames and references; built from rows.

The rows come from the files in ``data/`` (:func:`load_shipped`) or from a
table that staff edit; the catalogue does not care which. In an alias ``~``
marks a word that names the watch beside its brand only ("~sport").
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from backoffice.core.text import folded
from listings.extraction import phrases
from listings.extraction.tokens import PhraseTable
from listings.extraction.typos import Spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from listings.extraction.tokens import Token

DATA = Path(__file__).parent / "data"
# Patterns are tried on nothing longer, which bounds what each may cost (listings.reading.patterns).
LONGEST_REFERENCE = 40
_SHORTEST_STEM = 4  # "301" begins references of many makers
_WEAK = "~"
_LEADING = re.compile(r"[a-z]*[0-9]+")


@dataclass(frozen=True, slots=True)
class BrandRow:
    brand: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A family of watches, the words that mean it, and its references."""

    brand: str
    model: str
    aliases: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GrammarRow:
    """How references of a brand are written (a regular expression for all of one).

    ``scope``: ``alone`` is recognised without the brand, ``brand`` beside the
    brand only, ``spaced`` too, and holds blanks. ``model`` where the pattern tells it.
    """

    brand: str
    pattern: str
    scope: str = "brand"
    model: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """What an alias may mean: a brand, or one of its models. ``weak`` needs the brand."""

    brand: str
    model: str = ""
    weak: bool = False
    size: int = 0  # millimetres, where the alias ends with them ("Datejust 41")


@dataclass(frozen=True, slots=True)
class Sense:
    """What a reference may be. ``alone``: its form is enough; ``known``: it is listed."""

    brand: str
    model: str
    known: bool
    alone: bool


class Catalogue:
    """Looks names and references up; immutable once built."""

    def __init__(
        self,
        brands: Iterable[BrandRow],
        models: Iterable[ModelRow],
        grammars: Iterable[GrammarRow],
    ) -> None:
        names: dict[str, list[Name]] = {}
        self._references: dict[str, list[tuple[str, str]]] = {}
        self.brands = tuple(brands)
        self.models = tuple(models)
        for brand in self.brands:
            _add(names, brand.brand, brand.aliases, Name(brand.brand))
        for model in self.models:
            _add(names, model.model, model.aliases, Name(model.brand, model.model))
            for reference in model.references:
                key = _key(reference)
                self._references.setdefault(key, []).append((model.brand, model.model))
        self.names = PhraseTable(("name", alias, tuple(found)) for alias, found in names.items())
        self._grammars = [
            (row, re.compile(row.pattern, re.IGNORECASE))
            for row in grammars
            if row.scope != "spaced"
        ]
        self.spelling = Spelling(
            (
                word
                for alias, found in names.items()
                if any(not name.weak for name in found)
                for word in re.findall(r"[^\W\d_]+", alias)
            ),
            ordinary=phrases.words(),
        )
        self.senses: Callable[[str], tuple[Sense, ...]] = lru_cache(maxsize=65536)(self._senses)

    def spelt(self, tokens: Sequence[Token]) -> list[Token]:
        """Return ``tokens`` with misspelt names set right ("rollex", "submarinner")."""
        return self.spelling.correct(tokens)

    def _senses(self, text: str) -> tuple[Sense, ...]:
        """What the folded ``text`` may refer to; empty when it is no reference."""
        if len(text) > LONGEST_REFERENCE:
            return ()
        found: dict[str, Sense] = {}
        for key in _keys(text):
            for brand, model in self._references.get(key, ()):
                found.setdefault(brand, Sense(brand, model, known=True, alone=False))
        for row, pattern in self._grammars:
            if not pattern.fullmatch(text):
                continue
            old = found.get(row.brand)
            model = (old.model if old else "") or row.model
            alone = row.scope == "alone" or bool(old and old.alone)
            found[row.brand] = Sense(row.brand, model, known=bool(old and old.known), alone=alone)
        return tuple(found.values())


def _add(names: dict[str, list[Name]], own: str, aliases: Iterable[str], name: Name) -> None:
    listed = {alias.removeprefix(_WEAK): alias.startswith(_WEAK) for alias in aliases if alias}
    listed = {" ".join(folded(alias).split()): weak for alias, weak in listed.items()}
    listed.setdefault(folded(own), False)
    for alias, weak in listed.items():
        size = _size(alias, name.model)
        entry = Name(name.brand, name.model, weak=weak, size=size)
        key = " ".join(re.findall(r"[^\W\d_]+|\d+|[&+/]", alias))
        if entry not in names.setdefault(key, []):
            names[key].append(entry)


def _size(alias: str, model: str) -> int:
    """The case size that ends an alias, unless the family itself is called so ("BB 58")."""
    number = re.search(r"(?<=[a-z ])(\d\d)$", alias)
    if not model or number is None or number[1] in re.findall(r"\d+", model):
        return 0
    return size if 26 <= (size := int(number[1])) <= 50 else 0  # noqa: PLR2004 - wrist watches


def _key(reference: str) -> str:
    return re.sub(r"[\s-]", "", folded(reference))


def _keys(text: str) -> list[str]:
    """The forms under which a reference may be listed, from the whole to its leading digits."""
    whole = _key(text)
    bare = whole.removeprefix("m") if re.match(r"m\d", whole) else whole
    first = re.split(r"[./-]", text.removeprefix("m") if bare != whole else text)[0]
    keys = [whole, bare, re.split(r"/", bare)[0]]
    if len(first) >= _SHORTEST_STEM or first == bare:
        keys.append(first)
    if (digits := _LEADING.match(first)) and re.fullmatch(r"\d{4,6}[a-z]{1,5}", first):
        keys.append(digits.group())
    if re.fullmatch(r"[a-z]{2,4}\d{3}[a-z]\d?", first):
        keys.append(first[: re.search(r"\d{3}", first).end()])  # type: ignore[union-attr]
    if re.fullmatch(r"pam\d{1,4}", bare):
        keys.append(f"pam{bare[3:]:0>5}")
    if re.fullmatch(r"\d{3,4}\.\d{2,4}\.\d{2}", bare) or re.fullmatch(r"\d{3}\.\d{3}-\d\d", text):
        keys.append(bare[:7])
    if re.fullmatch(r"\d{3}\.\d{3}[a-z]", bare):
        keys.append(bare[:-1])
    if re.fullmatch(r"(?:st|ba|bk|ck|bc|da|bf|kd|cd|ka|kn|ot|pk)\d{3}\.\d{3,4}", bare):
        keys.append(bare.lstrip("abcdefghijklmnopqrstuvwxyz"))
    return list(dict.fromkeys(key for key in keys if len(key) > 2))  # noqa: PLR2004 - "11" names nothing


def shipped_rows(name: str) -> list[dict[str, str]]:
    """The rows of ``brands``, ``models`` or ``grammars`` as the product comes with them."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def from_rows(
    brands: Iterable[Mapping[str, str]],
    models: Iterable[Mapping[str, str]],
    grammars: Iterable[Mapping[str, str]],
) -> Catalogue:
    """Build a catalogue from rows as the files have them: lists are parted by ``|``."""
    return Catalogue(
        (BrandRow(row["brand"], tuple(row["aliases"].split("|"))) for row in brands),
        (
            ModelRow(
                row["brand"],
                row["model"],
                tuple(row["aliases"].split("|")),
                tuple(row["references"].split()),
            )
            for row in models
        ),
        (GrammarRow(row["brand"], row["pattern"], row["scope"], row["model"]) for row in grammars),
    )


@cache
def load_shipped() -> Catalogue:
    """Return the catalogue that comes with the product."""
    return from_rows(*(shipped_rows(name) for name in ("brands", "models", "grammars")))
