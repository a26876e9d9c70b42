"""Which column of somebody's sheet is which of the seven figures, by the names people give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from backoffice.core.text import words
from scoring.engine import clients
from scoring.engine.tables import IDENTIFIER, twice
from scoring.sheets.heading_words import BESIDE, IDENTIFIERS, INSTEAD, MEANINGS, MEANS, OWNERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MAIL: Final = re.compile(r"\be mails?\b")
_TURNOVER: Final = re.compile(r"\bchiffre d ?affaires?\b")
# "totalSpent"; and "total_spent (2)", which is how the reader calls the second of two.
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_AGAIN: Final = re.compile(r" \(\d+\)$")
_OWNER: Final = re.compile(rf"{OWNERS}\s*[-:.]\s*(?=\S)", re.IGNORECASE)


def places(headings: Sequence[str]) -> dict[str, int]:
    """Where each figure stands, by its name; the identifier too where there is one.

    Raises:
        DomainError: a figure has no column, or two.

    """
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        field = field_of(heading)
        if field is None:
            continue
        if field not in found or _is_surer(field, heading, headings[found[field]]):
            found[field] = place
        elif not _is_surer(field, headings[found[field]], heading):
            raise twice(field, headings[found[field]], heading)
    missing = [field for field in clients.NAMES if field not in found]
    if missing:
        raise _missing(missing, headings)
    return found


def field_of(heading: str) -> str | None:
    """The figure that a heading means, or the identifier; None where it is something else."""
    for reading in _readings(heading):
        text = key(reading)
        if text in IDENTIFIERS:
            return IDENTIFIER
        meant = _meaning(text)
        for field, meanings in MEANINGS.items():
            if any(_says(meant, each, BESIDE[field]) for each in meanings):
                return field
    return None


def key(heading: str) -> str:
    """A heading as it is compared: "Nb d'e-mails envoyés (total)" has no marks left."""
    text = " ".join(words(heading.replace("_", " ").replace("%", " percent ")))
    return _TURNOVER.sub("ca", _MAIL.sub("email", text))


def _readings(heading: str) -> Iterator[str]:
    yield heading
    alone = _OWNER.sub("", _CAMEL.sub(" ", heading), count=1)
    if alone != heading:
        yield alone
    again = _AGAIN.sub("", heading)
    # Of two identifiers the first is taken; of two amounts nobody can tell which is meant.
    if again != heading and field_of(again) in clients.NAMES:
        yield again


def _meaning(text: str) -> frozenset[str]:
    return frozenset(MEANS.get(word, word) for word in text.split()) - {""}


def _says(meant: frozenset[str], meaning: str, beside: str = "") -> bool:
    needed = frozenset(meaning.split())
    return needed <= meant <= needed | frozenset(beside.split())


def _is_surer(field: str, heading: str, other: str) -> bool:
    """Whether a heading means the field before another does: "Code client" before "Client"."""
    if field != IDENTIFIER:
        plain = key(field)
        return key(_AGAIN.sub("", heading)) == plain and key(_AGAIN.sub("", other)) != plain
    return _rank(heading) < _rank(other)


def _rank(heading: str) -> int:
    keys = map(key, _readings(heading))
    return next(IDENTIFIERS.index(one) for one in keys if one in IDENTIFIERS)


def _missing(missing: Sequence[str], headings: Sequence[str]) -> DomainError:
    sentence = ngettext(
        "This column is missing: %(names)s. Name it so, as in the empty file.",
        "These columns are missing: %(names)s. Name them so, as in the empty file.",
        len(missing),
    )
    told = [sentence % {"names": ", ".join(missing)}, *_instead(missing, headings)]
    return DomainError(" ".join(told), code="missing_column", field=missing[0])


def _instead(missing: Sequence[str], headings: Sequence[str]) -> Iterator[str]:
    """What to make of the columns that other programs have in place of those missing."""
    of_a_moment = _("“%(heading)s” is a date: give the days from then until today as %(field)s.")
    of_a_share = _("“%(heading)s” is a share: give how many were opened as %(field)s.")
    for field in missing:
        sentence = of_a_share if field == "emails_opened" else of_a_moment
        meanings = INSTEAD.get(field, ())
        for heading in headings:
            meant = _meaning(key(_OWNER.sub("", heading)))
            if any(_says(meant, each, "date since client email") for each in meanings):
                yield sentence % {"heading": heading, "field": field}
                break
