"""Evidence in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import _StrOrPromise

WORDS: Mapping[str, _StrOrPromise] = {
    "same_name": _("same name"),
    "swapped_name": _("same name, other order or spelling"),
    "like_name": _("similar name"),
    "more_name": _("one name says more"),
    "other_name": _("another name"),
    "other_given_name": _("another first name: perhaps one family"),
    "second_given_name": _("a further first name: perhaps one family"),
    "several_in_house": _("several people live at this address"),
    "no_given_name": _("first name missing"),
    "other_surname": _("another surname"),
    "same_company": _("same company"),
    "swapped_company": _("same company, other order or spelling"),
    "like_company": _("similar company"),
    "more_company": _("one company's name says more"),
    "other_company": _("another company"),
    "other_company_word": _("a word of the company differs"),
    "other_contact": _("another person of the company"),
    "same_email": _("same e-mail address"),
    "same_mailbox": _("same mailbox, other provider"),
    "like_email": _("e-mail address with one letter changed"),
    "shared_mailbox": _("mailbox of a whole company"),
    "other_email": _("another e-mail address"),
    "same_phone": _("same phone number"),
    "like_phone": _("phone number with one digit changed"),
    "other_phone": _("another phone number"),
    "same_address": _("same address"),
    "same_street": _("same street, number missing"),
    "like_address": _("similar address"),
    "other_number": _("same street, other number"),
    "other_address": _("another address"),
    "same_postal_code": _("same postal code"),
    "like_postal_code": _("postal code with one digit changed"),
    "other_postal_code": _("another postal code"),
    "by_a_third": _("both are like a third one"),
    "same_city": _("same town"),
    "other_city": _("another town"),
}
# Of the heaviest reason in pixels' stead: the width of its bar is 100.
HEAVIEST = 12.0


@dataclass(frozen=True, slots=True)
class Told:
    """A reason as a page shows it; ``width`` 0-100 for its bar."""

    words: _StrOrPromise
    weight: float
    first: str
    second: str

    @property
    def is_for(self) -> bool:
        return self.weight > 0

    @property
    def width(self) -> int:
        return min(100, max(4, round(abs(self.weight) / HEAVIEST * 100)))


def told(reasons: Iterable[Mapping[str, Any]]) -> list[Told]:
    """The reasons of a candidate in words, the heaviest first."""
    return [
        Told(
            WORDS.get(reason["code"], reason["code"]),
            float(reason["weight"]),
            reason["first"],
            reason["second"],
        )
        for reason in reasons
    ]


def in_short(reasons: Iterable[Mapping[str, Any]], most: int = 3) -> str:
    """The heaviest reasons for it, in a line."""
    return ", ".join(str(one.words) for one in told(reasons) if one.is_for)[: most * 60]
