"""One order number in the many ways people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backoffice.core.text import folded
from support.understanding.words import numbers as words

if TYPE_CHECKING:
    from collections.abc import Iterable

# Nobody's order number is longer; what is, was not meant as one.
LONGEST: Final = 60
_RUN: Final = re.compile(r"[^\W\d_]+|\d+")
_ORDER_WORD: Final = re.compile(
    rf"(?:{'|'.join(words.ORDER.split())}|n[°o]?|no|num|numero|number|nr|ref|reference|رقم)"
)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A number as it is compared: ``runs`` of letters and of digits, these without zeros ahead.

    "CMD-2026-00045", "cmd 2026/45" and "n° 2026-0045" have the same runs, because words
    that only say "order" are left out; ``joined`` are all its digits and letters in one.
    """

    runs: tuple[str, ...]
    joined: str

    def __bool__(self) -> bool:
        return any(run.isdigit() for run in self.runs)

    @property
    def serial(self) -> str:
        """The last part, by which people call an order of this year: "45"."""
        return self.runs[-1] if self.runs and self.runs[-1].isdigit() else ""


def of(number: str) -> Spelling:
    """The spelling of a number as it was written, in any digits, dashes and case."""
    if len(number) > LONGEST:
        return Spelling((), "")
    found = _RUN.findall(folded(number).replace("°", " "))
    meant = [run for run in found if not _ORDER_WORD.fullmatch(run)]
    runs = tuple(run.lstrip("0") or "0" if run.isdigit() else run for run in meant)
    return Spelling(runs, "".join(meant).lstrip("0"))


def choose(number: str, known: Iterable[str]) -> str | None:
    """The one of the known numbers that is meant, None where none or several may be.

    The whole number decides, never its beginning; only where no number is the one written,
    its last part alone ("45" for "CMD-2026-00045").
    """
    wanted = of(number)
    if not wanted:
        return None
    spelled = {one: of(one) for one in dict.fromkeys(known)}
    plain = folded(number.strip())
    for alike in (
        [one for one in spelled if folded(one) == plain],
        [one for one, its in spelled.items() if its.runs == wanted.runs],
        [one for one, its in spelled.items() if its.joined == wanted.joined],
        [one for one, its in spelled.items() if wanted.runs == (its.serial,)],
    ):
        if alike:
            return alike[0] if len(alike) == 1 else None
    return None


def pattern(number: str) -> str:
    """A PostgreSQL regular expression (case-insensitive) of the ways to store the whole number."""
    wanted = of(number)
    if not wanted:
        return ""
    between = "[^[:alnum:]]*"
    by_runs = between.join(rf"0*{run}" if run.isdigit() else run for run in wanted.runs)
    by_signs = between.join(wanted.joined)
    return rf"^([a-z]{{1,10}}{between})?0*({by_runs}|{by_signs})$"
