"""Figures as people write them, in the active language."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.functional import _StrOrPromise

    from backoffice.core.figures.comparison import Compared, Rate

NONE = "–"
# More than this is said as "times": "+4 200 %" is read wrong.
MOST_PERCENT = 10
CENTS_BELOW = 1000
MOST_PLACES = 3


def number(value: float | Decimal) -> str:
    """Grouped, with the decimals it has, three at most."""
    exact = Decimal(str(value)).quantize(Decimal("0.001")).normalize()
    places = max(0, -int(exact.as_tuple().exponent))
    return str(number_format(exact, places, force_grouping=True))


def fixed(value: float | Decimal, places: int) -> str:
    """Grouped and rounded: Django's own formatting cuts decimals off."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return str(number_format(exact, places, force_grouping=True))


def money(value: Decimal, currency: str) -> str:
    unit = currency or _("(no currency)")
    return f"{fixed(value, 2)} {unit}"


def about(value: Decimal, currency: str) -> str:
    """An amount to look at: without cents from a thousand on."""
    places = 0 if value >= CENTS_BELOW else 2
    return f"{fixed(value, places)} {currency or _('(no currency)')}"


def dollars(value: Decimal) -> str:
    """US dollars; to a tenth of a cent where there is less than one dollar."""
    return f"{fixed(value, 2 if value >= 1 or not value else 4)} USD"


def share(value: float | None, places: int = 0) -> str:
    """In percent; with as many decimals as it takes not to say 100 % of 199 of 200."""
    if value is None:
        return NONE
    percent = 100 * value
    while 0 < percent < 100 and round(percent, places) in {0, 100} and places < MOST_PLACES:  # noqa: PLR2004 - nothing and all
        places += 1
    return _percent(value, places)


def rate(value: Rate) -> str:
    """Such as "75 % (3 of 4)"."""
    if value.value is None:
        return NONE
    parts = {
        "share": share(value.value, 1),
        "hits": number(value.hits),
        "total": number(value.total),
    }
    return _("%(share)s (%(hits)s of %(total)s)") % parts


def interval(value: Rate) -> str:
    low, high = value.interval
    return _("%(low)s to %(high)s") % {"low": _percent(low, 0), "high": _percent(high, 0)}


def _percent(value: float, places: int) -> str:
    return _("%(share)s %%") % {"share": fixed(100 * value, places)}


def change(compared: Compared[int] | Compared[Decimal]) -> str:
    """Such as "+25 %" or "× 12"; a dash where there is nothing to compare with."""
    ratio = compared.change
    if ratio is None:
        return NONE
    if ratio >= MOST_PERCENT:
        return f"× {fixed(ratio + 1, 0)}"
    percent = round(100 * ratio)
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return _("%(sign)s%(share)s %%") % {"sign": sign, "share": fixed(abs(percent), 0)}


def duration(value: dt.timedelta | None) -> str:
    """Such as "2 d 4 h", "1 h 30 min" or "12 min"."""
    if value is None:
        return NONE
    minutes = round(value.total_seconds() / 60)
    days, minutes_left = divmod(minutes, 24 * 60)
    hours, rest = divmod(minutes_left, 60)
    if days:
        return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    if minutes:
        return _("%(minutes)d min") % {"minutes": rest}
    return _("below a minute")


def title(label: _StrOrPromise) -> str:
    """A label as the beginning of a row."""
    return str(capfirst(str(label)))


def day(value: dt.date) -> str:
    return date_format(value, "SHORT_DATE_FORMAT")
