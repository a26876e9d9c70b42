"""Dates and moments, read strictly: nothing is guessed, nothing swapped silently."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import get_month_names
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.text import folded
from crm.mapping.faults import Unreadable, doubt
from crm.mapping.transformations.catalogue import Argument, Transformation, WrongArgument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

Order = Literal["dmy", "mdy", "ymd"]
FORMATS: Mapping[str, str] = {
    "dmy": "dd/mm/yyyy",
    "mdy": "mm/dd/yyyy",
    "ymd": "yyyy-mm-dd",
    "excel": "45366",
}
_SAME_AS = {
    "dd/mm/yyyy": "dmy",
    "jj/mm/aaaa": "dmy",
    "dd/mm/yy": "dmy2",
    "jj/mm/aa": "dmy2",
    "dmy2": "dmy2",
    "dd.mm.yyyy": "dmy",
    "dd-mm-yyyy": "dmy",
    "mm/dd/yyyy": "mdy",
    "mm/jj/aaaa": "mdy",
    "mm/dd/yy": "mdy2",
    "yyyy-mm-dd": "ymd",
    "aaaa-mm-jj": "ymd",
    "yyyymmdd": "ymd",
    "aaaammjj": "ymd",
    "iso": "ymd",
    "%d/%m/%Y": "dmy",
    "%d-%m-%Y": "dmy",
    "%d.%m.%Y": "dmy",
    "%d/%m/%y": "dmy2",
    "%m/%d/%Y": "mdy",
    "%Y-%m-%d": "ymd",
    "%Y%m%d": "ymd",
    **{name: name for name in FORMATS},
}
# Before it no system kept records; a spreadsheet's day nought is 1899-12-30.
FIRST_YEAR, LAST_YEAR = 1800, 2200
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_EXCEL_LAST = 109_575  # 2199-12-31
# Longer cells are texts.
LONGEST = 80
_TWO_DIGITS = 2
_MONTHS = 12

_TIME = (
    r"(?:[ T,]+(?:a |at |um )?(?P<hour>[0-9]{1,2})[:h.](?P<minute>[0-9]{2})?"
    r"(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r" ?(?P<half>[ap]m)?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2}| ?utc| ?gmt)?)?"
)
_NUMERIC = re.compile(
    rf"(?P<one>[0-9]{{1,2}})(?P<sign>[/.\- ])(?P<two>[0-9]{{1,2}})(?P=sign)"
    rf"(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>[0-9]{{4}})(?P<sign>[-/.]?)(?P<month>[0-9]{{2}}|(?<=[-/.])[0-9])(?P=sign)"
    rf"(?P<day>[0-9]{{2}}|(?<=[-/.])[0-9]){_TIME}",
    re.IGNORECASE,
)
_WEEKDAY = r"(?:[^\W\d_]+\.?,? )?"
_WORDS = re.compile(
    rf"{_WEEKDAY}(?P<day>[0-9]{{1,2}})(?:er|st|nd|rd|th|\.)?[ \-./]*(?:de )?"
    rf"(?P<month>[^\W\d_]{{3,}})\.?[ \-./,]*(?:de )?(?P<year>[0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_MONTH_FIRST = re.compile(
    rf"{_WEEKDAY}(?P<month>[^\W\d_]{{3,}})\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?,? "
    rf"(?P<year>[0-9]{{4}}){_TIME}"
)


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """The months' names and short forms in the languages that our sources speak."""
    found: dict[str, int] = {}
    for language in ("fr", "en", "de", "it", "es", "nl", "pt"):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = get_month_names(width, context, language)
                for number, name in names.items():
                    found.setdefault(folded(name).strip(". "), number)
    return {**found, "fev": 2, "fevr": 2, "juil": 7, "aout": 8, "sept": 9, "maerz": 3}


def _impossible(about: str) -> Unreadable:
    return Unreadable(
        "impossible_date",
        _("%(field)s: “%(value)s” is not a date: %(about)s. Correct it in the source."),
        about=about,
    )


def _no_date(expected: str) -> Unreadable:
    return Unreadable(
        "impossible_date",
        _(
            "%(field)s: “%(value)s” is not a date. Write it as %(expected)s, or choose another"
            " form of dates in the mapping."
        ),
        expected=expected,
    )


def _day(year: int, month: int, day: int) -> dt.date:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _impossible(_("there is no year %(year)s here") % {"year": year})
    if not 1 <= month <= _MONTHS:
        raise _impossible(_("there is no month %(month)s") % {"month": month})
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise _impossible(_("that month has no day %(day)s") % {"day": day}) from None


def _full_year(text: str, this_year: int) -> int:
    """Two digits: at most ten years ahead, else of the century before."""
    year = int(text)
    if len(text) > _TWO_DIGITS:
        return year
    century = this_year - this_year % 100
    return century + year if century + year <= this_year + 10 else century + year - 100


def _numeric(match: re.Match[str], order: str, *, two_digits: bool) -> dt.date:
    """A date such as 15/03/2024, in the order of the table."""
    one, two = int(match["one"]), int(match["two"])
    day, month = (two, one) if order == "mdy" else (one, two)
    year = _full_year(match["year"], dt.datetime.now(dt.UTC).year)
    if month > _MONTHS >= day >= 1:
        mine, other = ("mm/dd", "dd/mm") if order == "mdy" else ("dd/mm", "mm/dd")
        raise Unreadable(
            "impossible_date",
            _(
                "%(field)s: “%(value)s” has no month %(month)s: it seems to be written %(other)s,"
                " but this table's dates are %(mine)s. Write it as the others."
            ),
            month=month,
            mine=mine,
            other=other,
        )
    value = _day(year, month, day)
    if len(match["year"]) == _TWO_DIGITS and not two_digits:
        raise doubt(
            value,
            "inconsistent",
            _(
                "%(field)s: “%(value)s” has a year of two figures and was read as %(read)s. Write"
                " the year with four."
            ),
            read=value.isoformat(),
        )
    return value


def _year_first(match: re.Match[str], *, usual: bool) -> dt.date:
    value = _day(int(match["year"]), int(match["month"]), int(match["day"]))
    if not usual:
        raise doubt(
            value,
            "inconsistent",
            _(
                "%(field)s: “%(value)s” is written otherwise than this table's other dates and was"
                " read as %(read)s. Write it as the others."
            ),
            read=value.isoformat(),
        )
    return value


def _in_words(text: str) -> tuple[dt.date, re.Match[str]] | None:
    low = " ".join(folded(text).split())
    match = _WORDS.fullmatch(low) or _MONTH_FIRST.fullmatch(low)
    month = _months().get(match["month"]) if match else None
    if match is None or month is None:
        return None
    year = _full_year(match["year"], dt.datetime.now(dt.UTC).year)
    return _day(year, month, int(match["day"])), match


def _excel(text: str) -> dt.datetime:
    try:
        days = float(text.replace(",", "."))
    except ValueError:
        raise _no_date(FORMATS["excel"]) from None
    if not 1 <= days <= _EXCEL_LAST:
        raise _impossible(
            _("a spreadsheet counts its days from 1 to %(last)s") % {"last": _EXCEL_LAST}
        )
    midnight = dt.datetime.combine(_EXCEL_EPOCH, dt.time())
    return midnight + dt.timedelta(seconds=round(days * 86_400))


def _read(text: str, order: str) -> tuple[dt.date, re.Match[str] | None]:
    """The day, and the match whose groups have the time; raises Unreadable and Doubtful."""
    if order == "excel":
        moment = _excel(text)
        return moment.date(), None
    base = order.removesuffix("2")
    if len(text) > LONGEST:
        raise _no_date(FORMATS[base])
    match = _NUMERIC.fullmatch(text)
    if match and base == "ymd":
        raise _no_date(FORMATS["ymd"])
    if match:
        return _numeric(match, base, two_digits=order.endswith("2")), match
    match = _YEAR_FIRST.fullmatch(text)
    if match:
        return _year_first(match, usual=base == "ymd"), match
    found = _in_words(text)
    if found is None:
        raise _no_date(FORMATS[base])
    return found


def _order(arguments: Arguments, context: Context) -> str:
    given = arguments["format"].strip()
    order = (
        _SAME_AS.get(given.lower() if "%" not in given else given, "") if given else context.dates
    )
    if order or "%" in given:
        return order or given
    mend = _("It must be one of: %(choices)s, or a pattern such as %%d/%%m/%%Y.") % {
        "choices": ", ".join([*FORMATS, "dd/mm/yyyy", "mm/dd/yyyy", "yyyy-mm-dd"])
    }
    raise WrongArgument("format", mend)


def _by_pattern(pattern: str) -> Function:
    def by_pattern(text: str) -> dt.datetime:
        try:
            return dt.datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is given later
        except (ValueError, OverflowError):
            raise _no_date(pattern.replace("%", "")) from None

    try:
        dt.datetime.strptime("", pattern)  # noqa: DTZ007 - to see whether it is a pattern
    except (re.error, ValueError) as error:
        if "does not match" not in str(error):
            raise WrongArgument("format", _("It is no pattern of dates.")) from None
    return by_pattern


def _parse_date(arguments: Arguments, context: Context) -> Function:
    order = _order(arguments, context)
    if "%" in order:
        by_pattern = _by_pattern(order)
        return lambda text: _checked_year(by_pattern(text).date())
    return date_reader(order)


def date_reader(order: str) -> Callable[[str], dt.date]:
    """A function for dates of one order (of ``FORMATS``), quick on what is plain in it."""
    usual = _usual(order)

    def parse_date(text: str) -> dt.date:
        value: dt.date | None = usual(text)
        return value if value is not None else _read(text.strip(), order)[0]

    return parse_date


def _checked_year(day: dt.date) -> dt.date:
    return _day(day.year, day.month, day.day)


def _usual(order: str) -> Any:  # noqa: ANN401 - a function that gives a date or nothing
    """The table's own form, with nothing else in the cell: quick."""
    plain = {
        "dmy": re.compile(r"([0-3][0-9])/([01][0-9])/([12][0-9]{3})", re.ASCII),
        "mdy": re.compile(r"([01][0-9])/([0-3][0-9])/([12][0-9]{3})", re.ASCII),
        "ymd": re.compile(r"([12][0-9]{3})-([01][0-9])-([0-3][0-9])", re.ASCII),
    }.get(order)
    places = {"dmy": (3, 2, 1), "mdy": (3, 1, 2), "ymd": (1, 2, 3)}.get(order, (1, 2, 3))

    def usual(text: str) -> dt.date | None:
        match = plain.fullmatch(text) if plain else None
        if match is None:
            return None
        year, month, day = match.group(*places)
        try:
            value = dt.date(int(year), int(month), int(day))
        except ValueError:
            return None
        return value if value.year >= FIRST_YEAR else None

    return usual


def _parse_moment(arguments: Arguments, context: Context) -> Function:
    order = _order(arguments, context)
    zone = _zone(arguments["timezone"])
    by_pattern = _by_pattern(order) if "%" in order else None

    def parse_moment(text: str) -> dt.datetime:
        text = text.strip()
        if by_pattern is not None:
            moment = by_pattern(text)
            _checked_year(moment.date())
            return moment if moment.tzinfo else moment.replace(tzinfo=zone)  # type: ignore[no-any-return]
        if order == "excel":
            return _excel(text).replace(tzinfo=zone)
        day, match = _read(text, order)
        return _at(day, match, zone)

    return parse_moment


def _zone(name: str) -> dt.tzinfo:
    try:
        return ZoneInfo(name or settings.TIME_ZONE)
    except (KeyError, ValueError, OSError):
        raise WrongArgument(
            "timezone", _("Name a time zone such as Europe/Paris or UTC.")
        ) from None


def _at(day: dt.date, match: re.Match[str] | None, zone: dt.tzinfo) -> dt.datetime:
    if match is None or match["hour"] is None:
        return dt.datetime.combine(day, dt.time(), zone)
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % _MONTHS + (_MONTHS if match["half"].lower() == "pm" else 0)
    fraction = (match["fraction"] or "0")[:6].ljust(6, "0")
    try:
        time = dt.time(hour, int(match["minute"] or 0), int(match["second"] or 0), int(fraction))
    except ValueError:
        raise _impossible(_("there is no such time of day")) from None
    return dt.datetime.combine(day, time, _offset(match["zone"], zone))


def _offset(written: str | None, zone: dt.tzinfo) -> dt.tzinfo:
    if not written:
        return zone
    word = written.strip().lower()
    if word in {"z", "utc", "gmt"}:
        return dt.UTC
    sign = -1 if word[0] == "-" else 1
    minutes = int(word[1:3]) * 60 + int(word[-2:])
    if minutes >= 24 * 60:
        raise _impossible(_("there is no such time of day"))
    return dt.timezone(sign * dt.timedelta(minutes=minutes))


_FORMAT = Argument(
    "format",
    gettext_lazy("form; empty: as in the file"),
    suggestions=("", "dd/mm/yyyy", "dd/mm/yy", "mm/dd/yyyy", "yyyy-mm-dd", "excel"),
)

TRANSFORMATIONS = (
    Transformation(
        "parse_date",
        gettext_lazy("Date"),
        gettext_lazy(
            "Strict: 31/02 is reported, and so is 03/25/2024 among French dates. A time of day is"
            " dropped. “excel” reads the spreadsheet's day numbers."
        ),
        _parse_date,
        (_FORMAT,),
        gives="date",
    ),
    Transformation(
        "parse_moment",
        gettext_lazy("Date and time"),
        gettext_lazy("A date with its time; without a zone it is the time of the place named."),
        _parse_moment,
        (
            _FORMAT,
            Argument("timezone", gettext_lazy("time zone; empty: ours"), suggestions=("", "UTC")),
        ),
        gives="moment",
    ),
)
