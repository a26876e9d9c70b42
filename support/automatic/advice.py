"""What a category's figures say, as a sentence for whoever decides about its switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.figures import words
from support.automatic.record import ENOUGH

if TYPE_CHECKING:
    from support.automatic.record import Record

# Of the interval's ends: so good that it may answer; so bad that the templates need work.
GOOD, BAD = 0.9, 0.7


def sentence(record: Record) -> str:
    """Such as "48 of 52 would have been the same (82 % to 97 %)", and what follows from it."""
    same = record.same
    if not same.total:
        return _(
            "Nothing to compare yet: switch to rehearsal and let staff answer some %(enough)d"
            " tickets as usual."
        ) % {"enough": ENOUGH}
    told = _("%(same)s of %(compared)s would have been the same (%(interval)s)") % {
        "same": words.number(same.hits),
        "compared": words.number(same.total),
        "interval": words.interval(same),
    }
    return _("%(told)s; %(verdict)s") % {"told": told, "verdict": _verdict(record)}


def _verdict(record: Record) -> str:
    low, high = record.same.interval
    if not record.is_enough:
        return _("too few to tell below %(enough)d.") % {"enough": ENOUGH}
    if low >= GOOD:
        return _("the machine says what staff say.")
    if high < BAD:
        return _("staff answer otherwise: mend the templates first.")
    return _("look at those that differ before it answers alone.")
