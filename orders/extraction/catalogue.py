"""What we make, as the rules see it: a code, names and telling traits.

The four packaging products come with the code, recognised by signs rather than
by names. What the product table and learning know besides is added by
``orders.catalogue`` and handed to the readers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz, process

from backoffice.core.text import word_set, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Bottom = Literal["", "flat", "square"]
Handles = Literal["", "none", "flat", "twisted", "some"]
Stems = tuple[str, ...]

_NAME_SCORE = 88
_WORD = re.compile(r"[^\W_]+")
# What may stand between two words of one name: blanks, a hyphen, "boîte à pizza", "(33)".
_BETWEEN = re.compile(r"[ '\"()/_\-\t]*")
_LINKS = word_set("a au aux d de des du l la le les en pour the of for dyal diyal b")
_SHORTEST_PLURAL = 4


@dataclass(frozen=True, slots=True)
class CatalogueProduct:
    """A product; ``bottom`` and ``handles`` are given for paper bags only.

    ``words`` are other names that customers give it, which are found wherever they stand.
    """

    code: str
    names: tuple[str, ...]
    bottom: Bottom = ""
    handles: Handles = ""
    words: tuple[str, ...] = ()

    @property
    def called(self) -> tuple[str, ...]:
        """What names it outright; a paper bag is recognised by its traits instead of its name."""
        return self.words if self.bottom else (*self.names, *self.words)


@dataclass(frozen=True, slots=True)
class Called:
    """A product named outright at ``start``-``end`` of a folded text."""

    start: int
    end: int
    code: str


@dataclass(frozen=True)
class Catalogue:
    """``spoken`` are (words, code) of the one who writes: they win over everybody's names."""

    products: tuple[CatalogueProduct, ...]
    spoken: tuple[tuple[str, str], ...] = ()

    def with_traits(self, bottom: Bottom, handles: Handles) -> CatalogueProduct | None:
        return next((p for p in self.products if (p.bottom, p.handles) == (bottom, handles)), None)

    def with_spoken(self, spoken: Iterable[tuple[str, str]]) -> Catalogue:
        """The same with the words of one sender; those for products not in it are left out."""
        codes = {product.code for product in self.products}
        return replace(self, spoken=tuple(pair for pair in spoken if pair[1] in codes))

    def called(self, text: str, start: int = 0, end: int | None = None) -> list[Called]:
        """The products named outright in a folded text, in order; the longest name counts."""
        found: list[Called] = []
        if not self._by_first:
            return found
        tokens = list(_WORD.finditer(text, start, len(text) if end is None else end))
        index = 0
        while index < len(tokens):
            hit = self._at(text, tokens, index)
            if hit is None:
                index += 1
                continue
            last, code = hit
            found.append(Called(tokens[index].start(), tokens[last].end(), code))
            index = last + 1
        return found

    def named(self, text: str) -> tuple[CatalogueProduct, float] | None:
        """Return the product a name of which ``text`` is alike, and how alike it is.

        None where the names of two products are equally near.
        """
        plain = " ".join(words(text))
        codes, names = self._names
        alike = process.extract(
            plain, names, scorer=fuzz.token_set_ratio, score_cutoff=_NAME_SCORE, limit=None
        )
        score = max((score for _name, score, _place in alike), default=0.0)
        nearest = {codes[place] for _name, found, place in alike if found == score}
        if len(nearest) != 1:
            return None
        return next(p for p in self.products if p.code in nearest), score / 100

    @cached_property
    def _names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The product code of each name, and the names themselves, folded."""
        pairs = [(p.code, name) for p in self.products for name in p.called]
        pairs += [(code, phrase) for phrase, code in self.spoken]
        return tuple(code for code, _ in pairs), tuple(" ".join(words(name)) for _, name in pairs)

    @cached_property
    def _by_first(self) -> Mapping[str, list[tuple[Stems, str]]]:
        """Names by their first word, the longest first; one that means two products is nobody's."""
        meant: dict[Stems, set[str]] = {}
        for product in self.products:
            for name in product.called:
                meant.setdefault(stems(name), set()).add(product.code)
        own: dict[Stems, set[str]] = {}
        for phrase, code in self.spoken:
            own.setdefault(stems(phrase), set()).add(code)
        index: dict[str, list[tuple[Stems, str]]] = {}
        for key, codes in sorted((meant | own).items(), key=lambda pair: -len(pair[0])):
            if key and len(codes) == 1:
                index.setdefault(key[0], []).append((key, next(iter(codes))))
        return index

    def _at(self, text: str, tokens: list[re.Match[str]], first: int) -> tuple[int, str] | None:
        """The last token and the code of the longest name that begins with token ``first``."""
        for name, code in self._by_first.get(_stem(tokens[first].group()), ()):
            last: int | None = first
            for wanted in name[1:]:
                last = None if last is None else _following(text, tokens, last, wanted)
            if last is not None:
                return last, code
        return None


# Every message brings words of its own, and the names of all products are the same as before.
@lru_cache(maxsize=65536)
def stems(name: str) -> Stems:
    """The words of a name without endings of the plural and without small words between."""
    every = words(name)
    kept = [word for word in every if word not in _LINKS] or every
    return tuple(_stem(word) for word in kept)


def _following(text: str, tokens: list[re.Match[str]], last: int, wanted: str) -> int | None:
    """The next token if it is the word ``wanted``, small words left out; else None."""
    for index in range(last + 1, len(tokens)):
        word = tokens[index].group()
        if not _BETWEEN.fullmatch(text, tokens[index - 1].end(), tokens[index].start()):
            return None
        if _stem(word) == wanted:
            return index
        if word not in _LINKS:
            return None
    return None


def _stem(word: str) -> str:
    return word[:-1] if len(word) >= _SHORTEST_PLURAL and word[-1] in "sx" else word


PACKAGING = Catalogue(
    (
        CatalogueProduct("sachet_fond_plat", ("Sachet fond plat",), bottom="flat", handles="none"),
        CatalogueProduct(
            "sac_fond_carre_sans_poignees",
            ("Sac fond carré sans poignées",),
            bottom="square",
            handles="none",
        ),
        CatalogueProduct(
            "sac_fond_carre_poignees_plates",
            ("Sac fond carré avec poignées plates",),
            bottom="square",
            handles="flat",
        ),
        CatalogueProduct(
            "sac_fond_carre_poignees_torsadees",
            ("Sac fond carré avec poignées torsadées",),
            bottom="square",
            handles="twisted",
        ),
    )
)
