"""Finding the phrases of a word table in a text of words separated by single blanks."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from backoffice.core.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_KEY_LENGTH = 2
_OPTIONAL_END = re.compile(r"(?: \.\.)? ?\([^()]*\)\?$")
_GROUP = re.compile(r"\(([^()]*)\)(\??)")


class Match(NamedTuple):
    """``name`` is expressed by the characters ``start`` to ``end`` of the text."""

    name: str
    start: int
    end: int


class Phrases:
    """A compiled table: name -> phrases, in the notation of :mod:`support.understanding.words`."""

    def __init__(self, table: Mapping[str, str], transform: Callable[[str], str] = folded) -> None:
        self._buckets: dict[str, list[tuple[str, re.Pattern[str]]]] = defaultdict(list)
        for name, phrases in table.items():
            by_key: dict[str, list[str]] = defaultdict(list)
            for phrase in _split(phrases):
                for plain in _openings(transform(phrase)):
                    by_key[_key(plain)].append(_regex(plain))
            for key, patterns in by_key.items():
                # The longest first: "ne marche pas" rather than "marche".
                patterns.sort(key=len, reverse=True)
                joined = re.compile(rf"(?:{'|'.join(patterns)})(?!\w)")
                self._buckets[key].append((name, joined))

    def find(self, text: str) -> Iterator[Match]:
        """Yield every match that begins at a word, per name the longest known at that place."""
        for word in _WORD_START.finditer(text):
            start = word.start()
            first = text[start]
            keys = (text[start : start + _KEY_LENGTH], first, "#" if first.isdigit() else "", "")
            for key in dict.fromkeys(keys):
                for name, pattern in self._buckets.get(key, ()):
                    match = pattern.match(text, start)
                    if match:
                        yield Match(name, start, match.end())


_WORD_START = re.compile(r"(?<!\S)\S")


def _split(phrases: str) -> Iterator[str]:
    for part in phrases.split(","):
        phrase = " ".join(part.split()).replace("| ", "|")
        if phrase:
            yield _OPTIONAL_END.sub("", phrase) or phrase


def _openings(phrase: str) -> Iterable[str]:
    """Write a group at the beginning out, so that every phrase begins with letters."""
    match = _GROUP.match(phrase)
    if not match:
        return [phrase]
    rest = phrase[match.end() :]
    alternatives = [one + rest for one in match[1].split("|")]
    if match[2]:
        alternatives.append(rest.lstrip())
    return [one for alternative in alternatives for one in _openings(alternative)]


def _key(phrase: str) -> str:
    if phrase.startswith("#"):
        return "#"
    # What may be missing or go on anyhow cannot be looked up by.
    literal = re.match(r"[^*?#(.]*", phrase)[0]  # type: ignore[index]
    if phrase[len(literal) : len(literal) + 1] == "?":
        literal = literal[:-1]
    if len(literal) == 1 and len(phrase) == 1:
        return literal
    return literal[:_KEY_LENGTH] if len(literal) >= _KEY_LENGTH else literal


def _regex(phrase: str) -> str:
    text = phrase.replace("(", "(?:").replace("#", r"\d[\d\w]*")
    text = text.replace(" .. ", r"(?: \w+){0,3} ")
    return text.replace("*", r"\w*")
