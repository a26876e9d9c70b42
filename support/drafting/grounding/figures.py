"""The figures of a text: amounts, percentages, dates, durations, numbers and contacts."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from babel.dates import get_day_names, get_month_names

from backoffice.core import money
from backoffice.core.text import folded
from support.drafting.grounding.spelled import in_digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# "di" would be a month.
_SHORTEST_NAME: Final = 3
LANGUAGES: Final = ("fr", "en", "es", "ar")
_MONTHS: Final = {
    folded(name): number
    for locale in ("fr", "en", "es", "ar", "ar_MA")
    for width in ("wide", "abbreviated")
    for number, text in get_month_names(width, locale=locale).items()
    for name in [str(text).strip(".")]
    if len(folded(name)) >= _SHORTEST_NAME
}
_WEEKDAYS: Final = {
    language: {
        folded(str(name)): number for number, name in get_day_names("wide", locale=language).items()
    }
    for language in LANGUAGES
}
_MONTH: Final = "|".join(sorted((re.escape(name) for name in _MONTHS), key=len, reverse=True))
_ORDINAL: Final = r"(?:er|ere|st|nd|rd|th|°)?"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that a text states, in a form that is the same in all languages."""

    kind: str
    value: tuple[object, ...]
    # As the text has it, folded.
    words: str


def find(text: str, language: str) -> list[Claim]:
    """All figures of ``text``; what belongs to one is not counted again as another."""
    rest = in_digits(folded(text), language)
    found: list[Claim] = []
    for read in _READERS:
        claims: list[Claim] = []
        rest = read(rest, language, claims)
        found += claims
    return found


def _each(
    pattern: re.Pattern[str], read: Callable[[re.Match[str]], Iterator[Claim]]
) -> Callable[[str, str, list[Claim]], str]:
    """A reader that blanks what its pattern matched and ``read`` understood."""

    def reader(text: str, _language: str, claims: list[Claim]) -> str:
        def take(match: re.Match[str]) -> str:
            understood = list(read(match))
            claims.extend(understood)
            return " \x1f " if understood else match.group()

        return pattern.sub(take, text)

    return reader


# --- contacts -------------------------------------------------------------------------------
_MAIL: Final = re.compile(r"[\w.+-]+\s?(?:@|\[at\]|\(at\))\s?[\w-]+(?:\.[\w-]+)+")
_DOMAINS: Final = (
    "com|fr|net|org|ma|es|io|shop|store|info|eu|co|uk|be|ch|ly|me|app|site|online|xyz|link|tn|dz"
    "|de|it|example|test|dev|biz|click|page"
)
_LINK: Final = re.compile(
    rf"(?:https?://|www\.)\S+|(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.(?:{_DOMAINS})(?![\w])(?:/\S*)?"
)
_PHONE: Final = re.compile(r"(?<![\w.,/-])(?:\+|00)?\(?\d(?:[ .()-]{0,2}\d){8,14}(?!\w)")


def _mail(match: re.Match[str]) -> Iterator[Claim]:
    address = re.sub(r"\s?(?:@|\[at\]|\(at\))\s?", "@", match.group())
    yield Claim("contact", (address.strip("."),), match.group())


def _link(match: re.Match[str]) -> Iterator[Claim]:
    bare = re.sub(r"^https?://", "", match.group()).removeprefix("www.").rstrip("/.,;:!?)")
    yield Claim("contact", (bare,), match.group())


def _phone(match: re.Match[str]) -> Iterator[Claim]:
    # An order number of ten digits is a number; a phone number is written in groups or with +.
    if re.search(r"^\+|^00|\d[ .()-]+\d", match.group()):
        yield Claim("contact", (re.sub(r"\D", "", match.group()),), match.group())


# --- dates ----------------------------------------------------------------------------------
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_NUMERIC: Final = re.compile(
    r"(?<![\d/.,])(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?(?![\d/]|[.,]\d)"
)
_DAY_MONTH: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}}|premier|first|primero){_ORDINAL}\s+(?:(?:de|of|du)\s+)?({_MONTH})\b\.?"
    r"(?:,?\s+(?:de\s+|of\s+)?(\d{4}))?"
)
_MONTH_DAY: Final = re.compile(
    rf"(?<!\w)({_MONTH})\.?\s+(?:the\s+)?(\d{{1,2}}){_ORDINAL}(?!\d)(?:,?\s+(\d{{4}}))?"
)
_DAY_ALONE: Final = re.compile(
    rf"(?<!\w)(?:le|the|el|du|au|on the|يوم)\s+(\d{{1,2}}){_ORDINAL}"
    r"(?=[\s.,;:!?)]*(?:$|[.,;:!?)\n]|au\b|et\b|and\b|y\b|to\b|avant\b|before\b))"
)
_IN_MONTH: Final = re.compile(
    rf"(?<!\w)(?:en|in|fin|debut|mi|mid|early|late|courant|d'ici|by|until|jusqu'en|de|of|finales de"
    rf"|principios de|شهر|في)[\s-]+({_MONTH})(?!\w)"
)
_LATEST_MONTH: Final = 12


def _date(year: str | None, month: int, day: int, words: str) -> Iterator[Claim]:
    if 1 <= month <= _LATEST_MONTH and 1 <= day <= 31:  # noqa: PLR2004 - days of a month
        full = int(year) + (2000 if len(year) == 2 else 0) if year else 0  # noqa: PLR2004 - "26"
        yield Claim("date", (month, day, full), words)


def _iso(match: re.Match[str]) -> Iterator[Claim]:
    yield from _date(match[1], int(match[2]), int(match[3]), match.group())


def _numeric(match: re.Match[str]) -> Iterator[Claim]:
    yield from _date(match[3], int(match[2]), int(match[1]), match.group())


def _day_month(match: re.Match[str]) -> Iterator[Claim]:
    day = int(match[1]) if match[1].isdecimal() else 1
    yield from _date(match[3], _MONTHS[match[2]], day, match.group())


def _month_day(match: re.Match[str]) -> Iterator[Claim]:
    yield from _date(match[3], _MONTHS[match[1]], int(match[2]), match.group())


def _day_alone(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("day", (int(match[1]),), match.group())


def _in_month(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("month", (_MONTHS[match[1]],), match.group())


def _weekdays(text: str, language: str, claims: list[Claim]) -> str:
    table = _WEEKDAYS.get(language, _WEEKDAYS["fr"])
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(table)})s?(?!\w)")
    for match in pattern.finditer(text):
        number = table.get(match.group()) or table.get(match.group().removesuffix("s"), 0)
        claims.append(Claim("weekday", (number,), match.group()))
    return text


# --- durations ------------------------------------------------------------------------------
_UNITS: Final = {
    "minute": "minutes?|min|minutos?|دقيقه|دقائق",
    "hour": "heures?|hours?|hrs?|h|horas?|ساعه|ساعات|سوايع",
    "day": "jours?|j|journees?|days?|dias?|يوما?|ايام|نهار|yam|iyam",
    "week": "semaines?|weeks?|semanas?|اسبوعا?|اسابيع|سيمانه|سيمانات|simana|simanat",
    "month": "mois|months?|mes|meses|شهرا?|اشهر|شهور",
    "year": "ans?|annees?|years?|anos?|سنه|سنوات|عام|اعوام",
}
_UNIT_OF: Final = {key: re.compile(rf"(?:{words})") for key, words in _UNITS.items()}
_ANY_UNIT: Final = "|".join(_UNITS.values())
_BUSINESS: Final = r"ouvre?s?|ouvrables?|working|business|habiles|laborables|عمل"
_COUNT: Final = r"\d+(?:[.,]\d+)?|un|une|one|an?|una|half an?|demi|واحد"
_DURATION: Final = re.compile(
    rf"(?<![\w.,/-])(?P<n>{_COUNT})(?:\s*(?:-|a|to|ou|or|et|o|و|الى|ل)\s*(?P<m>\d+))?[\s-]*"
    rf"(?P<before>(?:{_BUSINESS})\s+)?(?P<unit>{_ANY_UNIT})(?!\w)(?P<after>\s+(?:{_BUSINESS})(?!\w))?"
)
_FEW: Final = re.compile(
    r"(?<!\w)(?P<few>quelques|plusieurs|a few|few|several|a couple of|couple of|unos|unas|varios"
    rf"|varias|algunos|بضعه|عده|شي)\s+(?:{_BUSINESS}\s+)?(?P<unit>{_ANY_UNIT})(?!\w)"
)
_DUAL: Final = {
    "يومين": (2, "day"),
    "يومان": (2, "day"),
    "يوماين": (2, "day"),
    "نهارين": (2, "day"),
    "اسبوعين": (2, "week"),
    "اسبوعان": (2, "week"),
    "شهرين": (2, "month"),
    "ساعتين": (2, "hour"),
    "سنتين": (2, "year"),
    "عامين": (2, "year"),
    "fortnight": (14, "day"),
    "huitaine": (8, "day"),
    "semestre": (6, "month"),
    "trimestre": (3, "month"),
}
_DUAL_WORD: Final = re.compile(rf"(?<!\w)(?:{'|'.join(_DUAL)})(?!\w)")


def _unit(words: str) -> str:
    return next(key for key, pattern in _UNIT_OF.items() if pattern.fullmatch(words))


def _duration(match: re.Match[str]) -> Iterator[Claim]:
    # "un an" is a year, "a h" and "un j" are none.
    if match["unit"] in {"h", "j"} and not match["n"][0].isdecimal():
        return
    count = match["n"]
    amount = (
        float(count.replace(",", "."))
        if count[0].isdecimal()
        else 0.5 * (1 + ("half" not in count and count != "demi"))
    )
    is_business = bool(match["before"] or match["after"])
    for value in filter(None, (amount, float(match["m"] or 0))):
        yield Claim("duration", (value, _unit(match["unit"]), is_business), match.group())


def _few(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("duration", ("few", _unit(match["unit"]), False), match.group())


def _dual(match: re.Match[str]) -> Iterator[Claim]:
    count, unit = _DUAL[match.group()]
    yield Claim("duration", (float(count), unit, False), match.group())


# --- amounts, percentages, numbers ----------------------------------------------------------
_PERCENT: Final = re.compile(
    r"(?<![\w.,])(?P<sign>[-+])?\s?(?P<n>\d+(?:[.,]\d+)?)\s*(?:%|٪|pour\s*(?:cent|100)|pourcents?|per\s?cent"
    r"|percent|por\s*(?:ciento|100)|(?:في |ب)ال(?:مئه|مائه|ميه)|ف لميه)"
)
_HALF: Final = re.compile(
    r"moitie prix|half[- ]price|mitad de precio|half off|نصف (?:ال)?(?:ثمن|سعر)|la moitie|half of"
)
_QUANTITY: Final = re.compile(r"(?<![\w.,-])(\d{1,6})\s?x\s+([^\W\d_]{2,})")
_NUMBERED: Final = re.compile(r"^[ \t]*\d{1,2}[.)](?=\s)", re.MULTILINE)
_TOKEN: Final = re.compile(
    rf"(?<![\w])(?P<sign>[-+](?=\d))?(?P<token>{money.FIGURE}(?![\w/-])|[\w/-]*\d[\w/-]*)"
)


def _percent(match: re.Match[str]) -> Iterator[Claim]:
    value = float(match["n"].replace(",", "."))
    yield Claim("percent", (-value if match["sign"] == "-" else value,), match.group())


def _half(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("percent", (50.0,), match.group())


def _amounts(text: str, _language: str, claims: list[Claim]) -> str:
    pieces, position = [], 0
    for amount in money.find(text):
        before = text[: amount.start].rstrip()
        is_negative = before.endswith("-") and not re.search(r"(?:^|\n)\s*-$|\w\s-$", before)
        is_negative = is_negative or text[amount.start - 1 : amount.start] == "-"
        value = -amount.value if is_negative else amount.value
        words = text[amount.start : amount.end]
        claims.append(Claim("amount", (value.normalize(), amount.currency), words))
        pieces += [text[position : amount.start], " \x1f "]
        position = amount.end
    return "".join([*pieces, text[position:]])


def _quantity(match: re.Match[str]) -> Iterator[Claim]:
    yield Claim("quantity", (int(match[1]), match[2]), match.group())


def _numbers(text: str, _language: str, claims: list[Claim]) -> str:
    for match in _TOKEN.finditer(_NUMBERED.sub(" ", text)):
        token = match["token"].strip("/-_")
        value: object = token
        if re.fullmatch(money.FIGURE, token):
            value = money.readings(token)[0].normalize()
        is_negative = match["sign"] == "-" and isinstance(value, type(money.readings("1")[0]))
        claims.append(Claim("number", ("-" if is_negative else "", value), match.group()))
    return text


_READERS: Final = (
    _each(_MAIL, _mail),
    _each(_LINK, _link),
    _each(_ISO, _iso),
    _each(_DAY_MONTH, _day_month),
    _each(_MONTH_DAY, _month_day),
    _each(_NUMERIC, _numeric),
    _each(_IN_MONTH, _in_month),
    _weekdays,
    _each(_PERCENT, _percent),
    _each(_HALF, _half),
    _amounts,
    _each(_PHONE, _phone),
    _each(_DURATION, _duration),
    _each(_FEW, _few),
    _each(_DUAL_WORD, _dual),
    _each(_DAY_ALONE, _day_alone),
    _each(_QUANTITY, _quantity),
    _numbers,
)


def is_given(claim: Claim, given: list[Claim]) -> bool:
    """Whether one of the given claims says the same."""
    same = [other.value for other in given if other.kind == claim.kind]
    if claim.kind == "date":
        month, day, year = claim.value
        return any(
            (theirs[0], theirs[1]) == (month, day) and (not year or theirs[2] in {0, year})
            for theirs in same
        )
    if claim.kind == "weekday":
        return claim.value in same or claim.value in {
            (_weekday(other.value),) for other in given if other.kind == "date" and other.value[2]
        }
    return claim.value in same


def _weekday(value: tuple[object, ...]) -> int:
    month, day, year = (int(str(part)) for part in value)
    try:
        return dt.date(year, month, day).weekday()
    except ValueError:
        return -1
