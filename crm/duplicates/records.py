"""A customer as the comparison sees them: words, numbers and keys, brought to one form once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from backoffice.core.text import words
from crm.duplicates.words import (
    COMPLEMENTS,
    FORMS,
    GIVEN_NAMES,
    SHARED_MAILBOXES,
    STREET_KINDS,
    STREET_WORDS,
    TITLES,
)
from crm.names import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# In the first place, sounds written in several ways; then what is not heard.
_SOUNDS = (
    (re.compile("ph"), "f"),
    (re.compile("sch|sh"), "s"),
    (re.compile("[ck]h"), "k"),
    (re.compile("gu?n"), "n"),
    (re.compile("c(?=[eiy])"), "s"),
    (re.compile("qu|ck|[cqk]"), "k"),
    (re.compile("g(?=[eiy])"), "j"),
    (re.compile("[zxs]"), "s"),
    (re.compile("w"), "v"),
    (re.compile("h"), ""),
    (re.compile(r"(?<=.)[aeiouy]"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
_LEADING_VOWEL = re.compile("^[aeiouy]+")
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"^\d{1,5}[a-z]?$")
# "L. Martin", "Martin M": not "d'Aubigny", nor Monsieur at the beginning.
_INITIAL = re.compile(r"(?<![\w'’.])(?!^[Mm]\b)([A-Za-z])\.?(?=\s|$)")
_NOT_LETTERS = re.compile(r"[^a-z0-9]")


@lru_cache(maxsize=100_000)
def skeleton(word: str) -> str:
    """The word as it sounds, without its vowels: "Lefèvre" and "Lefebvre" come near each other."""
    sound = _LEADING_VOWEL.sub("a", word)
    for pattern, instead in _SOUNDS:
        sound = pattern.sub(instead, sound)
    return sound or word


class Texts(NamedTuple):
    """The values as people wrote them, for the reasons."""

    name: str = ""
    company: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""


NO_TEXTS = Texts()


@dataclass(slots=True)
class Record:
    """What is compared of a customer."""

    id: int
    name: tuple[str, ...] = ()
    company: tuple[str, ...] = ()
    number: str = ""
    street: tuple[str, ...] = ()
    postal_code: str = ""
    city: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    # Of the name's words, those known to be given names.
    given: frozenset[str] = frozenset()
    texts: Texts = NO_TEXTS

    @property
    def everything(self) -> tuple[str, ...]:
        """The words of the name and of the company."""
        return self.name + tuple(word for word in self.company if word not in self.name)


def record(  # noqa: PLR0913 - what a customer is known by
    key: int,
    *,
    name: str = "",
    company: str = "",
    address: str = "",
    postal_code: str = "",
    city: str = "",
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    given: str = "",
    number: str = "",
) -> Record:
    """The record of these values; ``given`` where the source keeps given names apart."""
    house, street = _address(f"{number} {address}" if number else address)
    given_words = words(given) if given else []
    known = frozenset(given_words) if given_words else frozenset()
    whole = f"{given} {name}" if given else name
    told = _name(whole)
    return Record(
        id=key,
        name=told,
        company=_company(company) if company else (),
        number=house,
        street=street,
        postal_code=_postal_code(postal_code),
        city=_city(city) if city else (),
        emails=tuple(sorted({email.strip().lower() for email in emails if "@" in email})),
        phones=tuple(sorted(filter(None, {_phone(phone) for phone in phones}))),
        given=known or frozenset(word for word in told if word in GIVEN_NAMES),
        texts=Texts(
            whole.strip(),
            company.strip(),
            f"{number} {address}".strip(),
            postal_code.strip(),
            city.strip(),
        ),
    )


def _name(text: str) -> tuple[str, ...]:
    every = words(text)
    letters = {letter.lower() for letter in _INITIAL.findall(text)}
    kept = [
        word for word in every if word in letters or (word not in TITLES and word not in ARTICLES)
    ]
    return tuple(dict.fromkeys(kept or every))


def _company(text: str) -> tuple[str, ...]:
    every = words(text)
    kept = [
        STREET_WORDS.get(word, word) if word in {"st", "ste", "dom", "cht"} else word
        for word in every
        if word not in FORMS - {"ste"} and word not in ARTICLES
    ]
    return tuple(dict.fromkeys(kept or every))


def _address(text: str) -> tuple[str, tuple[str, ...]]:
    every = [STREET_WORDS.get(word, word) for word in words(text)]
    numbers = [word for word in every if _NUMBER.match(word)]
    house = _DIGITS.findall(numbers[0])[0].lstrip("0") if numbers else ""
    kept = [
        word
        for word in every
        if word not in STREET_KINDS
        and word not in COMPLEMENTS
        and not word[0].isdigit()
        and len(word) > 1
    ]
    return house, tuple(dict.fromkeys(kept))


@lru_cache(maxsize=20_000)
def _postal_code(text: str) -> str:
    plain = _NOT_LETTERS.sub("", text.lower())
    # A spreadsheet takes the first nought away.
    return plain.zfill(5) if plain.isdecimal() and len(plain) == 4 else plain  # noqa: PLR2004 - see above


@lru_cache(maxsize=20_000)
def _city(text: str) -> tuple[str, ...]:
    every = [STREET_WORDS.get(word, word) for word in words(text)]
    return tuple(
        word for word in every if word not in ARTICLES and word != "cedex" and not word[0].isdigit()
    )


def _phone(text: str) -> str:
    """The digits that are dialled within a country, however it was written."""
    digits = "".join(_DIGITS.findall(text))
    return digits[-9:].lstrip("0") if len(digits) >= 8 else ""  # noqa: PLR2004 - shorter is no number


def mailbox(email: str) -> str:
    """What stands before the @, without marks; empty for one that a whole firm uses."""
    plain = _NOT_LETTERS.sub("", email.partition("@")[0].partition("+")[0])
    return "" if plain in SHARED_MAILBOXES else plain


def longest(tokens: Sequence[str]) -> str:
    """The word that tells most."""
    return max(tokens, key=len, default="")
