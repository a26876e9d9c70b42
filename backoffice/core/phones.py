"""Telephone numbers: found in text by shape, read by ``phonenumbers``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

DEFAULT_REGIONS = ("MA", "FR")

# Starts as a number people dial; two numbers with a slash between stay two.
_CANDIDATE = re.compile(
    r"(?<![\w+/.,-])(?:\+|00|\(?0|(?=212[567]))[ ]?\(?\d"
    r"(?:[ .()\u00a0\u202f\u2011–-]{0,3}\d){6,14}(?!\d)"
)
_FAX = re.compile(r"(?:\bfax|t[ée]l[ée]copie(?:ur)?|فاكس)[^\d+]{0,12}$", re.IGNORECASE)
_ALSO_PHONE = re.compile(r"t[ée]l[^\d]{0,12}fax|fax\s*/\s*t[ée]l", re.IGNORECASE)
# Looks so much like a number of ours that it is none of a neighbour's, assigned yet or not.
_HOME_PREFIX = {"MA": r"0[ .-]?[5-8]", "FR": r"0[ .-]?[1-79]"}
_LABEL = re.compile(
    r"(?:t[ée]l[a-zé]*|gsm|mob\w*|port\w*|phone|whatsapp|fax|cell|هاتف)\W{0,4}$", re.IGNORECASE
)
_MIN_DIGITS, _MAX_DIGITS = 8, 15


@dataclass(frozen=True, slots=True)
class PhoneFound:
    """A valid number in a text; ``is_fax`` where the text says so."""

    start: int
    end: int
    e164: str
    is_fax: bool = False


@lru_cache(maxsize=4096)
def normalise(
    number: str, regions: tuple[str, ...] = DEFAULT_REGIONS, *, strict: bool = True
) -> str:
    """Return ``number`` as E.164, or empty when no region makes it a valid number.

    National numbers are read as the first of ``regions`` in which they are
    valid. Without ``strict`` the right length is enough: number plans change
    faster than the tables.
    """
    number = " ".join(number.split())  # phonenumbers does not know the narrow no-break space
    digits = sum(c.isdigit() for c in number)
    if not _MIN_DIGITS <= digits <= _MAX_DIGITS:
        return ""
    if number.startswith("212"):
        number = f"+{number}"
    for region in regions:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        at_home = region == regions[0] and re.match(_HOME_PREFIX.get(region, "$"), number)
        strict = strict and not at_home
        if phonenumbers.is_valid_number(parsed) or (
            not strict and phonenumbers.is_possible_number(parsed)
        ):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return ""


def find(text: str, regions: tuple[str, ...] = DEFAULT_REGIONS) -> list[PhoneFound]:
    """Return the telephone numbers of ``text``: valid, or of the right length and labelled so."""
    found: list[PhoneFound] = []
    for match in _CANDIDATE.finditer(text):
        before = text[max(0, match.start() - 24) : match.start()]
        e164 = normalise(match.group(), regions)
        if not e164 and _LABEL.search(before):
            e164 = normalise(match.group(), regions, strict=False)
        if e164:
            is_fax = bool(_FAX.search(before)) and not _ALSO_PHONE.search(before)
            found.append(PhoneFound(match.start(), match.end(), e164, is_fax))
    return found
