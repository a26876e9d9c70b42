"""Runs of digits that could be an order number, by their shape alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from backoffice.core import phones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backoffice.core.text import Folded

# What people type as an order number where no word says so.
USUAL: Final = range(4, 7)
_NOT_LONGER: Final = r"(?!\w|[-/.,'’:]\d|[-/]\w)"
# "CMD-2026-00045", "cmd 2026 45"; after a blank no digit that begins a word: "00045 3afak".
_SERIAL: Final = r"\d{4,6}|\d{1,3}(?:[ -]\d{1,3}(?!\w)){1,5}"
_REFERENCE: Final = re.compile(
    r"(?<![^\W_])(?:cmd|cmde|cde|commande|order|pedido|طلب)[\s:.#n°_-]{0,5}"
    rf"(?P<year>20\d\d)(?:[\s./_-]{{0,3}}(?P<serial>{_SERIAL})|[./_-](?P<short>\d{{1,3}}))"
    r"(?!\d)(?![./-]\d)"
)
_DATED: Final = re.compile(r"(?<![\w/.-])(?P<year>20\d\d)[-_/](?P<serial>\d{5,6})(?![\w/-])")
# "1 0 4 1 2", "10 412", "10.412".
_GROUPED: Final = re.compile(
    r"(?<![\w.,/+-])(?<!\d )(?P<number>\d{1,3}(?:[ .-]\d{1,3}(?!\w)){1,6})"
    r"(?!\d|[/]|[.,-]\d| ?\d{4})"
)
_THOUSANDS: Final = re.compile(r"\d{1,3}[ .]\d{3}(?!\d)")
# "macommande10712", "la10713", "n°10714le vase", "order10717still".
_PLAIN: Final = re.compile(
    rf"(?<![\w.,/+-])(?P<glue>[^\W\d_]{{1,24}}[.:#_°-]?|[._°])?(?P<number>\d{{3,8}})"
    rf"(?P<after>[^\W\d_]{{2,}})?{_NOT_LONGER}"
)
_ADDRESS: Final = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+")
_DATE: Final = re.compile(
    r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)(?!\d)|(?<!\d)\d{4}-\d\d-\d\d(?!\d)"
)
_PHONE: Final = re.compile(
    r"(?<![\w])(?:\+|00)?\d{2,3}(?:[ .-]?\d\d){4,5}(?!\d)|(?<!\d)0\d(?:[ .-]?\d\d){4}(?!\d)"
)


class Kind(Enum):
    """How a number is written."""

    REFERENCE = auto()  # with the order word within: "CMD-2026-00045"
    DATED = auto()  # "2026-00045"
    THOUSANDS = auto()  # "10 412"
    DIGITS = auto()  # "1 0 4 1 2"
    PIECES = auto()  # "10 4 12"
    PREFIXED = auto()  # "WEB-88213"
    PLAIN = auto()


@dataclass(frozen=True, slots=True)
class Shape:
    """``number`` in the spelling of the shop, at ``start``-``end`` of the masked text.

    ``glue`` and ``after`` are the letters that stick to a plain one.
    """

    number: str
    start: int
    end: int
    kind: Kind = Kind.PLAIN
    glue: str = ""
    after: str = ""


def masked(text: Folded) -> str:
    """Return the folded text without addresses, telephone numbers and dates."""
    result = text.text
    patterns = (_ADDRESS, _DATE, _PHONE)
    spans = [match.span() for pattern in patterns for match in pattern.finditer(result)]
    spans += [
        (text.position(phone.start), text.position(phone.end))
        for phone in phones.find(text.original)
    ]
    for start, end in spans:
        result = result[:start] + re.sub(r"\S", "\x00", result[start:end]) + result[end:]
    return result


def find(masked: str) -> list[Shape]:
    """Return the numbers of a masked text; of those that overlap the one that says most."""
    found: list[Shape] = []
    for shapes in (_references(masked), _grouped(masked), _plain(masked)):
        found += [one for one in shapes if is_free(one, found)]
    return found


def _references(masked: str) -> Iterator[Shape]:
    for match in _REFERENCE.finditer(masked):
        serial = match["serial"] or match["short"]
        yield Shape(_reference(match["year"], serial), *match.span(), Kind.REFERENCE)
    for match in _DATED.finditer(masked):
        yield Shape(_reference(match["year"], match["serial"]), *match.span(), Kind.DATED)


def _reference(year: str, serial: str) -> str:
    digits = re.sub(r"\D", "", serial)
    return f"CMD-{year}-{digits.zfill(5)}"


def _grouped(masked: str) -> Iterator[Shape]:
    for match in _GROUPED.finditer(masked):
        start, end = match.span("number")
        thousands = _THOUSANDS.match(masked, start, end)
        if thousands:
            # "10 412 3 articles"
            end = thousands.end()
        number = re.sub(r"\D", "", masked[start:end])
        if len(number) in USUAL:
            yield Shape(number, start, end, _grouping(masked[start:end]))


def _grouping(written: str) -> Kind:
    if _THOUSANDS.fullmatch(written):
        return Kind.THOUSANDS
    is_spelled = all(len(run) == 1 for run in re.split(r"\D", written))
    return Kind.DIGITS if is_spelled else Kind.PIECES


def _plain(masked: str) -> Iterator[Shape]:
    for match in _PLAIN.finditer(masked):
        yield Shape(
            match["number"],
            *match.span("number"),
            glue=match["glue"] or "",
            after=match["after"] or "",
        )


def is_free(one: Shape, taken: Iterable[Shape]) -> bool:
    """Tell whether a shape overlaps none of the others."""
    return all(one.end <= other.start or one.start >= other.end for other in taken)
