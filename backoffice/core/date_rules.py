"""The ways to write a date: a pattern each, and what it means on a given day."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from backoffice.core import date_words as words

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["absolute", "day_of_month", "weekday", "relative", "period"]

_FULL_YEAR_FROM = 100
_PAST_TOLERATED = dt.timedelta(days=90)


Reader = Callable[[re.Match[str], dt.date], "dt.date | None"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern for folded text; ``certainty`` is that of the dates it finds."""

    pattern: re.Pattern[str]
    kind: Kind
    certainty: float
    read: Reader


def _one_of(table: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))


# The second half is for spelling mistakes: "samdi", "vandredi", "thrusday".
_WEEKDAY = (
    rf"(?P<weekday>(?:{_one_of(words.WEEKDAYS)})(?![^\W_])"
    r"|[lmjvs][a-z]{2,8}di(?![a-z])|d[ia]m[a-z]{3,6}|[mtwfs][a-z]{2,7}day)"
)
_OPTIONAL_WEEKDAY = rf"(?:{_WEEKDAY}\.?,?\s+(?:(?:le|the|el|l)\s+)?)?"
_DAY_WORD = rf"(?P<day_word>{_one_of(words.DAY_WORDS)})"
_NEXT = r"""(?:proch\w*|next|suivant\w*|li\s+ja[yj]\w*|ljay\w*|jay\w*
    |لي\s+جاي\w*|القادم\w*|المقبل\w*|الجاي\w*)"""
_LAST = r"(?:dernier\w*|passe\w*|last|li\s+fat\w*|لي\s+فات\w*|الماضي\w*)"
_COUNT = rf"(?P<count>\d{{1,3}}|{_one_of(words.COUNT_WORDS)})"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w./-])(?:{text})(?![\w])", re.VERBOSE)


def _year(value: str | None, month: int, day: int, today: dt.date) -> dt.date | None:
    """The date with the year given, or in the year that makes it near and rather future."""
    try:
        if value:
            number = int(value)
            return dt.date(number + (2000 if number < _FULL_YEAR_FROM else 0), month, day)
        date = dt.date(today.year, month, day)
        if date < today - _PAST_TOLERATED:
            return date.replace(year=today.year + 1)
        if date > today + dt.timedelta(days=365) - _PAST_TOLERATED:
            return date.replace(year=today.year - 1)
    except ValueError:
        return None
    return date


def _numeric(match: re.Match[str], today: dt.date) -> dt.date | None:
    first, second = int(match["first"]), int(match["second"])
    if second > 12 >= first:  # noqa: PLR2004 - no thirteenth month: written the American way
        first, second = second, first
    return _year(match["year"], second, first, today)


def _iso(match: re.Match[str], today: dt.date) -> dt.date | None:
    return _year(match["year"], int(match["month"]), int(match["day"]), today)


def _day_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    groups = match.groupdict()
    month = words.month_number(match["month"])
    day = int(match["day"]) if groups.get("day") else words.DAY_WORDS[match["day_word"]]
    return _year(groups.get("year"), month, day, today) if month else None


def _next_weekday(number: int, today: dt.date) -> dt.date:
    return today + dt.timedelta(days=(number - today.weekday() - 1) % 7 + 1)


_DEADLINE = re.compile(r"(?:delai|tard|d'ici|max\w*|livraison|delivery)\s*:?\s*$")


def _weekday(match: re.Match[str], today: dt.date) -> dt.date | None:
    word = match["weekday"]
    number = words.weekday_number(word)
    is_weak = word in words.WEAK_WEEKDAYS or word not in words.WEEKDAYS
    is_cued = (
        match["cue"]
        or match["next"]
        or match["part"]
        or _DEADLINE.search(match.string, max(0, match.start() - 20), match.start())
    )
    if number is None or (is_weak and not is_cued):
        return None
    date = _next_weekday(number, today)
    if match["last"] or (match["cue"] or "").startswith(("depuis", "since", "mn ")):
        return date - dt.timedelta(days=7)
    return date + dt.timedelta(days=7 * (2 if match["fortnight"] else bool(match["week_after"])))


def _relative(match: re.Match[str], today: dt.date) -> dt.date | None:
    groups = match.groupdict()
    days = words.RELATIVE[groups["word"]] if groups.get("word") else 1
    return today + dt.timedelta(days=days + (1 if groups.get("after") else 0))


_UNIT_DAYS = {"j": 1, "d": 1, "y": 1, "i": 1, "n": 1, "ي": 1, "ا": 1, "s": 7, "w": 7}


def _in_days(match: re.Match[str], today: dt.date) -> dt.date | None:
    count_word = match["count"]
    count = int(count_word) if count_word.isdigit() else words.COUNT_WORDS[count_word]
    unit = match["unit"]
    if unit.startswith(("mois", "month", "chhar", "chher")):
        month = today.month - 1 + count
        year, month = today.year + month // 12, month % 12 + 1
        return dt.date(year, month, min(today.day, monthrange(year, month)[1]))
    if unit.startswith("h"):
        return today + dt.timedelta(hours=count) if count % 24 == 0 else today
    if unit.startswith(("jours ouv", "working", "business")):
        return _working_days(count, today)
    if unit.startswith(("اسبوع", "اسابيع")):
        return today + dt.timedelta(days=7 * count)
    return today + dt.timedelta(days=_UNIT_DAYS[unit[0]] * count)


def _working_days(count: int, day: dt.date) -> dt.date:
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5  # noqa: PLR2004 - Monday to Friday
    return day


_ABOUT = {"huitaine": 8, "dizaine": 10, "quinzaine": 15, "vingtaine": 20}


def _about_days(match: re.Match[str], today: dt.date) -> dt.date | None:
    return today + dt.timedelta(days=_ABOUT[match["about"]])


def _week(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Monday for a week to come, Friday for its end."""
    is_next = match["next_before"] or match["next_after"]
    monday = today + dt.timedelta(days=(7 if is_next else 0) - today.weekday())
    if match["end"]:
        return monday + dt.timedelta(days=4)
    if match["middle"]:
        return monday + dt.timedelta(days=2)
    return monday if is_next else None


def _weekend(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Saturday, or the Friday before it."""
    return _next_weekday(5, today) - dt.timedelta(days=1 if match["before"] else 0)


def _iso_week(match: re.Match[str], today: dt.date) -> dt.date | None:
    try:
        date = dt.date.fromisocalendar(today.year, int(match["number"]), 1)
    except ValueError:
        return None
    return date if date > today - _PAST_TOLERATED else None


def _day_of_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Return the next day with that number ("pour le 24"), of that weekday if one is named."""
    day = int(match["day"])
    number = words.weekday_number(match["weekday"]) if match["weekday"] else None
    # "reçus jeudi 14" may be past; a weekday that fits no month near is a slip.
    for months in (0, 1, -1) if number is not None else ():
        date = _in_month(day, today, months)
        if date and date.weekday() == number and (date >= today or months < 1):
            return date
    return _in_month(day, today, 1 if day <= today.day else 0)


def _in_month(day: int, today: dt.date, months: int) -> dt.date | None:
    """That day of this month, or of one so many months on."""
    count = today.year * 12 + today.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return dt.date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _day_of_this_month(match: re.Match[str], today: dt.date) -> dt.date | None:
    """Return the day of this month or the next; "le 5 du mois" is the one to come."""
    day = int(match["day"])
    is_over = not match["this"] and day < today.day
    return _in_month(day, today, 1 if match["next"] or match["coming"] or is_over else 0)


def _month_part(match: re.Match[str], today: dt.date) -> dt.date | None:
    """End, middle or beginning of a month that is named, this one or the next."""
    year, month = today.year, today.month
    if match["month"]:
        named = words.month_number(match["month"])
        if not named:
            return None
        year, month = year + (named < month), named
    elif match["next"] or match["coming"]:
        year, month = year + month // 12, month % 12 + 1
    part = match["part"]
    if part.startswith(("mi", "mid")):
        return dt.date(year, month, 15)
    is_start = part.startswith(("debut", "begin", "start"))
    return dt.date(year, month, 1 if is_start else monthrange(year, month)[1])


# "1/2 baguette" is half of one, "le 1/2" the first of February.
_NO_FRACTION = r"(?:(?<=le\s)|(?<=du\s)|(?<=au\s)|(?!(?:1/[234]|[23]/[34])(?!\d)))"
_WITHIN = r"""(?:sous|dans|d'ici|within|in|m[e]?n\s+daba|livraison\s*:?|delai\s*:?|f|mora
    |خلال|في|بعد|من\s+دابا)\s+
    (?:les\s+|un\s+delai\s+de\s+)?"""
_NOT_BEFORE = r"(?!\s+(?:avant|before|9bel)(?![^\W_]))"
_DAYS = r"""(?P<unit>jours?\s+ouv\w+|working\s+days?|business\s+days?|jrs?|jours?|j|days?|yam|iyam
    |ayam|yom|nhar|semaines?|sem|weeks?|simanat|simana|mois|months?|chhar|chher|h|heures?|hours?
    |ايام|يوم|اسبوع|اسابيع)"""
_BEFORE_WEEKDAY = r"""(?P<cue>(?:nhar|nhr|lyoum|youm|ce|pour|pr|le|livr\w+|avant|9bel|9bl|qbel|on|by
    |next|before|for|depuis|since|mn|نهار|يوم|قبل)\s+(?:le\s+|el\s+|l'|l\s)?)?(?:el\s+|l-)?"""
_MONTH_PART = r"""(?P<part>fin|end|mi|mid|middle|milieu|debut|beginning|start
    |akh[ie]?r|l[ae]?kh[ae]?r|اخر|نهايه)(?:\s+(?:of|d))?"""
_THIS_MONTH = rf"""(?:(?:(?P<this>ce|this|had|هاد|هذا)\s+|(?P<coming>next)\s+|the\s+|l-?\s?)?
    (?:mois|l?ch[ha]+[ae]?r|month|ال?شهر)(?:\s+en\s+cours)?(?P<next>\s+{_NEXT})?)"""
_OF = r"(?:du|de|d'|d|of|dyal|mn|men|f|fi|ديال|من|في|ف)"
# What may follow a bare day of the month; anything else is what is counted.
_DAY_END = r"""(?=\s*(?:[.,;:!?)\n|]|-\s|$|(?:avant|au|inch\w*|svp|stp|s'il|merci|pr|pour|a|dernier
    |max\w*|matin|soir|midi|apres|si|chez|dans|car|sinon|mais|ou|et|par|vers|sans|imperati\w*|ila|3afak|f|fi
    |sbah|l3chiya|if|or|and|at|in|please|pls|morning|but|latest|ان|في|عافاك|صباح|الصباح)(?![^\W_])))"""

# Earlier rules win where two match the same words.
RULES: tuple[Rule, ...] = (
    Rule(
        _pattern(
            r"""(?P<year>20\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})
            (?:[ t]\d\d:\d\d(?::\d\d)?)?"""
        ),
        "absolute",
        1.0,
        _iso,
    ),
    Rule(
        _pattern(
            _OPTIONAL_WEEKDAY
            + r"""(?P<first>\d{1,2})\s?(?P<sign>[/.-])\s?(?P<second>\d{1,2})\s?(?P=sign)\s?
            (?P<year>20\d\d|\d\d)"""
        ),
        "absolute",
        1.0,
        _numeric,
    ),
    Rule(
        _pattern(
            _OPTIONAL_WEEKDAY
            + _NO_FRACTION
            + r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?P<year>)(?![/\d])"
        ),
        "absolute",
        0.95,
        _numeric,
    ),
    Rule(
        _pattern(
            _OPTIONAL_WEEKDAY
            + rf"""(?P<day>\d{{1,2}})(?:ers?|st|nd|rd|th|eme)?\s+
            (?:(?:{_OF}\s+)?(?:le\s+mois\s+)?c(?:ouran|r)?t|{_OF}\s*{_THIS_MONTH})"""
        ),
        "absolute",
        0.9,
        _day_of_this_month,
    ),
    Rule(
        _pattern(
            _OPTIONAL_WEEKDAY
            + r"""(?P<day>\d{1,2})(?:ers?|st|nd|rd|th|eme)?\s*(?:(?:of|de|ديال|dyal|f)\s|d')?[ -]*
            (?P<month>[^\W\d]{3,10})\.?,?(?:[ -]+(?P<year>20\d\d))?"""
        ),
        "absolute",
        1.0,
        _day_month,
    ),
    Rule(
        _pattern(
            r"""(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?
            (?:,?\s+(?P<year>20\d\d)|(?!\s?[\d.,x]*\d))"""
        ),
        "absolute",
        0.95,
        _day_month,
    ),
    Rule(
        _pattern(
            r"(?:le|du|au|pour)\s+(?:le\s+)?"
            + _OPTIONAL_WEEKDAY
            + rf"{_DAY_WORD}\s+(?P<month>[a-z]{{3,9}})(?:\s+(?P<year>20\d\d))?"
        ),
        "absolute",
        0.95,
        _day_month,
    ),
    Rule(
        _pattern(
            r"(?P<after>apres?\s?-?\s?|day\s+after\s+|b[e3a]*3?d\s+(?:mn\s+)?|بعد\s+)?"
            rf"(?P<word>{_one_of(words.RELATIVE)})"
        ),
        "relative",
        0.95,
        _relative,
    ),
    Rule(
        _pattern(_WITHIN + _COUNT + r"\s*" + _DAYS + r"(?![^\W_])" + _NOT_BEFORE),
        "relative",
        0.9,
        _in_days,
    ),
    Rule(
        _pattern(
            rf"(?:sous|dans|d'ici)\s+(?:une\s+)?(?P<about>{_one_of(_ABOUT)})(?:\s+de\s+jours)?"
        ),
        "relative",
        0.85,
        _about_days,
    ),
    Rule(
        _pattern(
            rf"{_WEEKDAY}\.?,?\s+(?:(?:le|the|l)\s+)?(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?"
            + _DAY_END
        ),
        "day_of_month",
        0.9,
        _day_of_month,
    ),
    Rule(
        _pattern(
            _BEFORE_WEEKDAY
            + _WEEKDAY
            + rf"""(?:\.|s)?(?:\s+(?:(?P<fortnight>en\s+(?:quinze|15))
            |(?P<week_after>en\s+(?:huit|8)|week|after\s+next)|(?P<next>{_NEXT})|(?P<last>{_LAST})))?
            (?=(?P<part>\s+(?:matin|midi|soir|aprem|apres|morning|svp|stp|s'il|inch|max|au\s))?)"""
        ),
        "weekday",
        0.9,
        _weekday,
    ),
    Rule(
        _pattern(
            r"""(?:(?P<end>fin|end\s+of|akhir|اخر)\s+(?:de\s+)?|(?P<middle>milieu)\s+(?:de\s+)?
            |debut\s+(?:de\s+)?)?(?:(?:la|cette|the|this|had)\s+)?(?P<next_before>next\s+)?
            (?:semaines?|week|ss?i?mana|الاسبوع|السيمانه|سيمانه)"""
            rf"(?:\s+(?P<next_after>{_NEXT}))?(?!\s+(?:du|of)\s+\d)"
        ),
        "period",
        0.6,
        _week,
    ),
    Rule(
        _pattern(r"(?:(?P<before>avant|before|9bel)\s+)?(?:(?:le|ce|the|this)\s+)?week-?\s?end"),
        "period",
        0.7,
        _weekend,
    ),
    Rule(
        _pattern(r"(?:semaine|week|sem\.?|s)\s?(?:n°\s?)?(?P<number>\d{1,2})"),
        "period",
        0.6,
        _iso_week,
    ),
    Rule(
        _pattern(
            rf"""(?:(?:la|the)\s+)?{_MONTH_PART}[ -]+(?:de\s+|du\s+|d'|le\s+|dyal\s+|ديال\s+)?
            (?:{_THIS_MONTH}|(?P<month>[^\W\d]{{3,9}})(?![\w']))"""
        ),
        "period",
        0.7,
        _month_part,
    ),
    Rule(
        _pattern(
            rf"""(?:(?:pour|livr\w+|avant|before|by|nhar|9bel|jusqu'au|on|يوم|نهار|قبل)\s+(?:le|the)?|le|au|the|nhar)\s+
            {_OPTIONAL_WEEKDAY}(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?"""
            + _DAY_END
        ),
        "day_of_month",
        0.75,
        _day_of_month,
    ),
)
