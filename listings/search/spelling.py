"""Names misspelt in a search, set right more boldly than in a message.

Who searches names a watch: a word near a name is taken for it ("rolx", "sub mariner",
"brietling"), where a message is left alone in doubt. The words as typed are looked for as well,
so a wrong guess loses nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from backoffice.core.text import words as words_of
from listings.extraction import phrases
from listings.extraction.catalogue import DATA
from listings.extraction.prices import CURRENCIES
from listings.extraction.tokens import tokenise
from listings.search import styles, synonyms
from listings.search.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listings.extraction.catalogue import Catalogue
    from listings.extraction.tokens import Token

_GOLD = re.compile(r"\b(weiss|gelb|rot|rose)-?gold(?:en\w{0,2})?\b")
_SHORTEST = 4
_LONG = 7  # letters from which two slips are believed
_PART = 3  # letters of each of two names written as one
_JOINED = 6  # letters of two words that are one name ("speed master")


def corrected(low: str, catalogue: Catalogue) -> str:
    """The folded text with its misspelt names set right; other characters stay as they are."""
    low = _GOLD.sub(r"\1 gold", low)
    low = re.sub(r"[^\W\d_]{6,}", lambda match: _split(match.group(), catalogue), low)
    whole = _rejoined(low, catalogue)
    text = re.sub(
        r"[^\W\d_]{3,}",
        lambda match: _nearest(match.group(), catalogue) or match.group(),
        whole,
    )
    return _rejoined(_of_its_maker(text, catalogue), catalogue)


def _of_its_maker(text: str, catalogue: Catalogue) -> str:
    """A short name set right beside its maker: "tnak" is anything, "cartier tnak" is a Tank."""
    named = catalogue.names.find(tokenise(text)).get("name", [])
    brands = frozenset(one.brand for found in named for one in found.value if not one.model)
    if not brands:
        return text
    return re.sub(
        rf"[^\W\d_]{{{_SHORTEST},{_SHORTEST + 1}}}",
        lambda match: _short_name(match.group(), brands, catalogue) or match.group(),
        text,
    )


@lru_cache(maxsize=20_000)
def _short_name(word: str, brands: frozenset[str], catalogue: Catalogue) -> str:
    """The one word of these makers' families that is a slip away from ``word``."""
    if word in _names(catalogue) or word in _plain_words():
        return ""
    families = [row.model for row in catalogue.models if row.brand in brands]
    near = {
        name
        for family in families
        for name in words_of(family)
        if len(name) >= _SHORTEST and OSA.distance(word, name, score_cutoff=1) <= 1
    }
    return next(iter(near)) if len(near) == 1 else ""


def _rejoined(text: str, catalogue: Catalogue) -> str:
    """Two words that are one name, joined: "sub mariner", "day tona"; not those that are two."""
    known = _names(catalogue)
    tokens = tokenise(text)
    pieces: list[str] = []
    position = 0
    for first, second in pairwise(tokens):
        joined = first.text + second.text
        is_long = len(joined) >= _JOINED and min(len(first.text), len(second.text)) >= _PART
        is_one = is_long and joined in known and joined.isalpha()
        if is_one and first.start >= position and not _is_name((first, second), catalogue):
            pieces += [text[position : first.start], joined]
            position = second.end
    return "".join([*pieces, text[position:]])


def _split(word: str, catalogue: Catalogue) -> str:
    """Two names written as one word ("gmtmaster", "rolexdaytona"), parted."""
    known = _names(catalogue)
    if word in known or word in _plain_words():
        return word
    for at in range(_PART, len(word) - _PART + 1):
        parted = f"{word[:at]} {word[at:]}"
        if word[:at] in known and word[at:] in known and _is_named(parted, catalogue):
            return parted
    return word


def _is_named(text: str, catalogue: Catalogue) -> bool:
    """Whether names cover the whole text: one of two words, or two of one."""
    found = catalogue.names.find(tokenise(text)).get("name", [])
    return sum(one.last - one.first for one in found) == 2  # noqa: PLR2004 - the two parts


def _is_name(tokens: Sequence[Token], catalogue: Catalogue) -> bool:
    return any(one.last == len(tokens) for one in catalogue.names.find(tokens).get("name", ()))


@lru_cache(maxsize=4)
def _names(catalogue: Catalogue) -> frozenset[str]:
    """Every word of the names of brands and models."""
    return frozenset(word for word in catalogue.names.words() if word.isalpha())


@lru_cache(maxsize=4)
def _brands(catalogue: Catalogue) -> frozenset[str]:
    return frozenset(
        token.text
        for brand in catalogue.brands
        for token in tokenise(" ".join([brand.brand, *brand.aliases]).lower())
        if len(token.text) >= _SHORTEST
    )


@lru_cache(maxsize=4)
def _proper(catalogue: Catalogue) -> frozenset[str]:
    """The words of names as makers write them, without what others make of them."""
    names = [row.brand for row in catalogue.brands] + [row.model for row in catalogue.models]
    return frozenset(word for name in names for word in words_of(name))


@lru_cache(maxsize=4)
def _plain_words() -> frozenset[str]:
    """Words that are no name misspelt, whatever they look like."""
    listed = (DATA / "ordinary_words.txt").read_text(encoding="utf-8").split()
    ours = frozenset(synonyms.words()) | frozenset(styles.words())
    return ours | frozenset(phrases.words()) | STOP_WORDS | CURRENCIES.keys() | frozenset(listed)


@lru_cache(maxsize=20_000)
def _nearest(word: str, catalogue: Catalogue) -> str:
    """The name a word is meant to be; empty where it is one, or none is near."""
    known = _names(catalogue)
    if len(word) < _SHORTEST or word in known or word in _plain_words():
        return ""
    cautious = catalogue.spelling.nearest(word)
    if cautious != word:
        return cautious
    # A short word has few letters to be told by: only a maker's name is guessed from it.
    candidates = _brands(catalogue) if len(word) <= _SHORTEST + 1 else _long(catalogue)
    found = process.extract(
        word,
        candidates,
        scorer=OSA.distance,
        score_cutoff=2 if len(word) >= _LONG else 1,
        limit=3,
    )
    best = [name for name, distance, _key in found if distance == found[0][1]]
    # Nobody misses the first letter; two that changed places are seen.
    alike = [name for name in best if name[0] == word[0] or name[:2] == word[1::-1]]
    # The catalogue lists misspelt names as well: of several the one that a maker writes.
    alike = [name for name in alike if name in _proper(catalogue)] or alike
    return alike[0] if len(alike) == 1 else ""


@lru_cache(maxsize=4)
def _long(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(sorted(word for word in _names(catalogue) if len(word) >= _SHORTEST + 1))
