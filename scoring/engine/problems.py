"""What can be wrong with a client's figures, told by row and field, all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrOrPromise

# What is wrong and how to mend it, by code.
SENTENCES: Final[Mapping[str, _StrOrPromise]] = {
    "missing": gettext_lazy(
        "Row %(row)s: %(field)s is missing. Give a number; 0 where there is none."
    ),
    "no_identifier": gettext_lazy(
        "Row %(row)s: %(field)s is missing. Give each row its identifier."
    ),
    "identifier": gettext_lazy(
        "Row %(row)s: %(field)s is “%(value)s”. Give a whole number, or a text of 200 letters at"
        " most."
    ),
    "not_an_object": gettext_lazy(
        "Row %(row)s: “%(value)s” is no client. Give an object with named figures."
    ),
    "text": gettext_lazy("Row %(row)s: %(field)s is “%(value)s”. Give a plain number."),
    "moment": gettext_lazy(
        "Row %(row)s: %(field)s is “%(value)s”, a date. Give the number of days from then until"
        " today."
    ),
    "share": gettext_lazy(
        "Row %(row)s: %(field)s is “%(value)s”, a share. Give how many e-mails were opened."
    ),
    "not_finite": gettext_lazy(
        "Row %(row)s: %(field)s is %(value)s. Give an ordinary number; 0 where there is none."
    ),
    "negative": gettext_lazy("Row %(row)s: %(field)s is %(value)s. Give 0 or more."),
    "out_of_range": gettext_lazy(
        "Row %(row)s: %(field)s is %(value)s. Give at most %(limit)s, in the unit asked for."
    ),
    "not_whole": gettext_lazy("Row %(row)s: %(field)s is %(value)s. Give a whole number."),
    "ambiguous": gettext_lazy(
        "Row %(row)s: %(field)s is “%(value)s”, which can be read in two ways."
        " Write it without a thousands separator."
    ),
    "opened_exceeds_sent": gettext_lazy(
        "Row %(row)s: %(field)s is %(value)s, but only %(limit)s e-mails were sent."
        " Correct one of the two."
    ),
    "contact_before_customer": gettext_lazy(
        "Row %(row)s: %(field)s is %(value)s, but the customer is known for %(limit)s days only."
        " Correct one of the two."
    ),
    "duplicate": gettext_lazy(
        "Row %(row)s: %(field)s %(value)s occurs already in row %(limit)s. Keep one of the rows."
    ),
    "outcome": gettext_lazy(
        "Row %(row)s: %(field)s is “%(value)s”. Give 1 for a purchase and 0 for none."
    ),
    "date": gettext_lazy(
        "Row %(row)s: %(field)s is “%(value)s”. Write the date as year-month-day, as in 2026-04-20."
    ),
    "shape": gettext_lazy(
        "Row %(row)s has %(value)s cells instead of %(limit)s. Check separators and quotes."
    ),
}
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. ``index`` counts rows from 0; sentences count from 1, as people do."""

    index: int
    field: str
    value: object
    code: str
    limit: object = None

    @property
    def sentence(self) -> str:
        """What is wrong and how to mend it, in the active language."""
        return str(SENTENCES[self.code]) % {
            "row": self.index + 1,
            "field": self.field,
            # Half a character, as in "\\ud800", can be read but not written.
            "value": str(self.value)[:_SHOWN].encode("utf-8", "replace").decode(),
            "limit": self.limit,
        }


class InvalidClients(DomainError):
    """Figures that cannot be scored or learned from; ``problems`` has every one, by row."""

    code = "invalid_clients"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: one.index))
        first = self.problems[0]
        sentence = first.sentence
        if len(self.problems) > 1:
            sentence = _("%(first)s There are %(count)s faults in all.") % {
                "first": sentence,
                "count": len(self.problems),
            }
        super().__init__(sentence, field=first.field, value=first.value)
