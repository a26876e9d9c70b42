"""A message as clauses: what each asks, denies, supposes or only quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from backoffice.core import spoken
from backoffice.core.text import fold, folded
from support.understanding import fresh, skeleton
from support.understanding.phrases import Phrases
from support.understanding.words import delivery, goods, grammar, money, order, others

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TABLES: Final = (delivery, money, goods, order, others)
_TOO_SHORT: Final = re.compile(r"^(\S{1,2})\*$")
_CONCEPTS: Final = Phrases({k: v for table in _TABLES for k, v in table.WORDS.items()})


def consonants(phrase: str) -> str:
    """Return a Darija phrase by its consonants; two of them are no beginning of a word yet."""
    return _TOO_SHORT.sub(r"\1", skeleton.of_text(folded(phrase)))


_DARIJA: Final = Phrases(
    {name: words for table in _TABLES for name, words in table.DARIJA.items()}, consonants
)
_GRAMMAR: Final = Phrases(
    {
        "wish": grammar.WISHES,
        "if": grammar.CONDITIONS,
        "threat": grammar.THREATS,
        "but": grammar.CONTRASTS,
        "not": grammar.NEGATIVE_PHRASES,
        "polite": grammar.POLITE,
        "speech": grammar.SPEECH_VERBS,
    }
)
_DARIJA_GRAMMAR: Final = Phrases(
    {
        "wish": grammar.DARIJA_WISHES,
        "if": grammar.DARIJA_CONDITIONS,
        "threat": grammar.DARIJA_THREATS,
    },
    consonants,
)
_NEGATORS: Final = {code: frozenset(words.split()) for code, words in grammar.NEGATORS.items()}

# Denied where a clause declines money, wherever its negation stands.
_MONEY: Final = frozenset({"refund", "money_word", "voucher", "not_credited"})
# "I have not received my refund" denies that it came, not that it is wanted.
_UNPAID: Final = frozenset({"not_arrived", "not_credited"})

_NUMBER_SIGN: Final = re.compile(r"\bn\s?[°.]\s?(?=\d)|\bn[°]|[#№]")
_ORDER: Final = re.compile(r"\bcmd[- ]?\d{4}[- ]?\d{4,6}\b|(?<![\d.,-])\d{4,7}(?![\d.,]*\d)")
_SENTENCE: Final = re.compile(r"(?<=[.!?])[\s)\"]+|\n+|(?<=\?)")
_CLAUSE: Final = re.compile(
    r"[;:()\"]|(?<!\d),|,(?!\d)|\s-+\s|\.{2,}"
    r"|\b(?=(?:mais|par contre|car|parce que|puisque|et|sinon|donc|but|because|and|so|pero|porque"
    r"|walakin|7it)\b)|(?=\bلكن|\bولكن)"
)
_WORDS: Final = re.compile(r"[^\W_]+|[€£?]")
_NEGATION_REACH: Final = 6
_MOST_WORDS: Final = 900
_ARABIC_ARTICLE: Final = re.compile(r"^(?:[وفبك]?ال|لل)(?=\w{3})")
_LONG_LETTERS: Final = re.compile(r"([^\W\d_])\1{2,}")
_FUSED: Final = re.compile(r"^(?:l|d)(?=[bcdfgjkmnpqrstvz][a-z]{3})")


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept a clause speaks of, and whether the clause denies it."""

    name: str
    denied: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """Part of a sentence: its words, those denied, its concepts and its role."""

    words: tuple[str, ...]
    denied: frozenset[int]
    concepts: tuple[Concept, ...]
    is_question: bool
    is_wish: bool
    is_condition: bool
    is_quoted: bool
    is_threat: bool = False

    @property
    def is_ask(self) -> bool:
        return (self.is_question or self.is_wish) and not self.is_condition and not self.is_threat


@dataclass(frozen=True, slots=True)
class Reading:
    """What the features are made of: the folded text and its clauses.

    ``own`` is what the customer wrote now, as they wrote it.
    """

    text: str
    language: spoken.Language
    clauses: tuple[Clause, ...]
    own: str


def read(message: str) -> Reading:
    """Cut what a customer wrote now into clauses and find what each speaks of."""
    own = fresh.own_words(message)
    code = spoken.of(own)
    text = _LONG_LETTERS.sub(r"\1\1", folded(own))
    text = _ORDER.sub(" ordernumber ", _NUMBER_SIGN.sub(" ", text))
    return Reading(text, code, tuple(_clauses(text, code)), own)


def written(reading: Reading) -> dict[str, str]:
    """Return the words as they are read, each with how the customer wrote it first."""
    text = fold(reading.own)
    found: dict[str, str] = {}
    for match in _WORDS.finditer(text.text):
        plain = _LONG_LETTERS.sub(r"\1\1", match[0])
        for word in _words(plain, reading.language):
            found.setdefault(word, text.source_text(*match.span()))
    return found


def _clauses(text: str, code: spoken.Language) -> Iterator[Clause]:
    total = 0
    for sentence in _SENTENCE.split(text):
        is_question = "?" in sentence
        is_wish = is_condition = is_threat = False
        quoted = False
        start = 0
        for match in [*_CLAUSE.finditer(sentence), None]:
            end = match.start() if match else len(sentence)
            words = _words(sentence[start:end], code)
            if words:
                total += len(words)
                clause = _clause(words, code, (is_question, is_wish, is_condition, quoted))
                # A threat lasts to the end of its sentence.
                clause = replace(clause, is_threat=clause.is_threat or is_threat)
                is_threat = clause.is_threat
                is_wish, is_condition = clause.is_wish, clause.is_condition
                yield clause
            if match is None or total > _MOST_WORDS:
                break
            if '"' in match[0]:
                quoted = not quoted
            start = match.end()
        if total > _MOST_WORDS:
            return


def _words(text: str, code: spoken.Language) -> list[str]:
    words = _WORDS.findall(text)
    if code == "ar":
        return [_ARABIC_ARTICLE.sub("", word) for word in words]
    if code == "ar-Latn":
        return [_FUSED.sub("", word) for word in words]
    return words


def _clause(
    words: Sequence[str], code: spoken.Language, before: tuple[bool, bool, bool, bool]
) -> Clause:
    is_question, is_wish, is_condition, is_quoted = before
    line = " ".join(words)
    starts = _starts(words)
    marks = list(_GRAMMAR.find(line))
    found = [(m.name, starts[m.start], m.end) for m in _CONCEPTS.find(line)]
    spans = [(name, first, _index(starts, end)) for name, first, end in found]
    if code in {"ar", "ar-Latn"}:
        bare = bones(words)
        bare_starts = _starts(bare.split(" "))
        marks += _DARIJA_GRAMMAR.find(bare)
        spans += [
            (m.name, bare_starts[m.start], _index(bare_starts, m.end)) for m in _DARIJA.find(bare)
        ]
    negators = _negators(words, code)
    for mark in marks:
        if mark.name == "not" and mark.start in starts:
            negators.append(starts[mark.start])
    names = {mark.name for mark in marks}
    named = {name for name, _first, _last in spans}
    declines = "money_declined" in named
    is_unpaid = bool(named & _UNPAID) and not declines
    if "but" in names:
        is_condition = False
    return Clause(
        words=tuple(words),
        denied=frozenset(
            index
            for index in range(len(words))
            if any(n < index <= n + _NEGATION_REACH for n in negators)
        ),
        concepts=tuple(
            Concept(
                name,
                (declines and name in _MONEY)
                or (
                    name != "money_declined"
                    and not (is_unpaid and name in _MONEY)
                    and any(first - _NEGATION_REACH <= n < first for n in negators)
                ),
            )
            for name, first, _last in dict.fromkeys(spans)
        ),
        is_question=is_question,
        is_wish=is_wish or "wish" in names,
        is_condition=is_condition or "if" in names,
        is_quoted=is_quoted,
        is_threat="threat" in names,
    )


def bones(words: Sequence[str]) -> str:
    """The words by their consonants, in one line, as the Darija tables are compared."""
    return " ".join(map(skeleton.of_word, words))


def _negators(words: Sequence[str], code: spoken.Language) -> list[int]:
    known = _NEGATORS[code]
    if code == "ar-Latn":
        known = known | {"pas"}
    return [index for index, word in enumerate(words) if word in known]


def _starts(words: Sequence[str]) -> dict[int, int]:
    """Return the number of the word that begins at each character."""
    starts: dict[int, int] = {}
    position = 0
    for index, word in enumerate(words):
        starts[position] = index
        position += len(word) + 1
    return starts


def _index(starts: dict[int, int], end: int) -> int:
    return sum(start < end for start in starts)
