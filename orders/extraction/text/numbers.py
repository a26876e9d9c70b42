"""Numbers in words and figures: "5 000", "1,5k", "cinq mille", "alf w khamsmya", "خمسة آلاف"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from backoffice.core.money import FIGURE, readings

_NAMES: dict[int, str] = {
    1: "un une one wahed wa7ed wa7d wahd واحد واحده وحده",
    2: "deux two jouj joj juj zouj جوج زوج اثنين",
    3: "trois three tlata tleta tlt telt tlet ثلاثه ثلاث تلاته تلات تلت",
    4: "quatre four rb3a reb3a arba3a reb3 rb3 rba3 اربعه اربع ربع ربعه",
    5: "cinq five khamsa khmsa khemsa khams khms khmes khems خمسه خمس",
    6: "six setta stta sett ستا سته ست",
    7: "sept seven seb3a sb3a seb3 سبعه سبع سبعا",
    8: "huit eight tmnya tmenya tmen tmn تمنيه ثمانيه تمن ثماني ثمان",
    9: "neuf nine tes3oud tes3a ts3oud tes3 ts3 تسعود تسعه تسع",
    10: "dix ten 3achra 3chra 3chr 3chrt 3acher 3echra عشره عشر",
    11: "onze eleven 7dach حداش",
    12: "douze twelve tnach tnachr طناش اتناش",
    13: "treize thirteen",
    14: "quatorze fourteen",
    15: "quinze fifteen khamstach khmstach خمستاش خمسطاش",
    16: "seize sixteen",
    17: "dix-sept",
    18: "dix-huit",
    19: "dix-neuf",
    20: "vingt vingts twenty 3chrin 3achrin عشرين",
    30: "trente thirty tlatin ثلاثين تلاتين",
    40: "quarante forty rb3in اربعين ربعين",
    50: "cinquante fifty khamsin khmsin خمسين",
    60: "soixante sixty settin ستين",
    70: "septante seventy seb3in سبعين",
    80: "octante huitante eighty tmanin ثمانين تمانين",
    90: "nonante ninety tes3in تسعين",
    200: "myatayn miatayn mitin miteyn ميتين مايتين",
    300: "tltmya teltmya tletmya tltmia teltmia تلتميه ثلاثميه ثلاثمايه",
    400: "rb3mya reb3mya rba3mya rb3mia reb3mia ربعميه اربعميه اربعمايه",
    600: "stmya sttmya settmya sttmia settmia ستميه ستمايه",
    700: "sb3mya seb3mya sb3mia seb3mia سبعميه سبعمايه",
    800: "tmnmya tmenmya temnmya tmnmia tmenmia تمنميه ثمانميه ثمانمايه",
    900: "ts3mya tes3mya ts3mia tes3mia تسعميه تسعمايه",
    500: "khamsmya khamsmia khmsmya khmsmia khemsmya khmesmya خمسميه خمسمايه خمسميا",
    2000: "alfayn alfin alfein الفين",
}
_TIMES: dict[int, str] = {
    100: "cent cents hundred mya mia miya myat ميه مايه مايات",
    1000: "mille milles mil mile alf alaf alef elf alaaf thousand الف الاف الالاف k",
    1_000_000: "million millions melyoun مليون",
}
PLAIN: dict[str, int] = {word: n for n, words in _NAMES.items() for word in words.split()}
TIMES: dict[str, int] = {word: n for n, words in _TIMES.items() for word in words.split()}
# As a number only before a unit or a multiplier ("une palette", not "une commande").
ARTICLES = frozenset({"un", "une", "one", "wahed", "wa7ed", "wahd", "واحد", "واحده", "وحده"})
_JOINTS = frozenset({"et", "and", "w", "o", "و", "-"})
# "tlata d alaf": between a number and what multiplies it.
_PARTICLES = frozenset({"d", "dyal", "ديال", "د"})

_DIGITS = re.compile(
    rf"(?:(?<![\w.,/°])|(?<=\s[وبل])|(?<=(?<!\d)\d[x*])(?=\d{{3}}))(?P<figure>{FIGURE})"
    r"(?:\s?(?:(?:d|dyal|ديال)\s)?(?P<times>k|mille|milles|mil|alf|alaf|alaaf|thousand|millions?|الف|الاف)(?![^\W_]))?"
    r"(?![\d/]|[.,]\d)"
)
# "2k5", "11k2": the figures behind the k are what is left of the next thousand.
_SPLIT_BY_K = re.compile(r"(?<![\w.,/])(?P<thousands>\d{1,3})k(?P<rest>\d{1,3})(?![\w/]|[.,]\d)")
_WORD = re.compile(r"[^\W_]+(?:-(?:sept|huit|neuf)\b)?|-")
# Letters that may be glued to a figure; others make it a word ("3afak", "9rib", "7ta").
_GLUED = re.compile(
    r"(?:k|x(?:\d{3,})?|u|un|uni\w*|pcs?|pces?|pieces?|kgs?|kilos?|g|gr|cm|mm|dhs?|mad|eur|h|j|%|e|"
    r"s?achets?|sacs?|cartons?|ctns?|palettes?|plt|mille|alf|boites?|rouleaux|pcs\w*)(?![^\W_])"
)
_UNITS_ABOVE_TEN = 20


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``start``-``end``; ``readings`` holds its meanings, likeliest first."""

    start: int
    end: int
    readings: tuple[Decimal, ...]
    in_words: bool = False
    thousands: bool = False  # written with a word for thousand: "12 mille"

    @property
    def value(self) -> Decimal:
        return self.readings[0]


def find(text: str) -> list[Number]:
    """Return the numbers of a folded text, in order."""
    found = [_from_thousands(match) for match in _SPLIT_BY_K.finditer(text)]
    split = {n.start for n in found}
    found += [
        n
        for match in _DIGITS.finditer(text)
        if match.start() not in split and (n := _from_digits(match, text))
    ]
    taken = [(n.start, n.end) for n in found]
    found += [
        number
        for number in _in_words(text)
        if all(number.end <= start or end <= number.start for start, end in taken)
    ]
    return _with_rests(text, sorted(found, key=lambda n: n.start))


_REST = re.compile(r"\s*(?:w|o|et|and|و)\s*")
_THOUSAND = 1000
_WORD_FOR_THOUSAND = re.compile(
    r"(?:k|milles?|mil|mile|ala?a?f|alef|elf|thousand|الف|الاف|الالاف)$"
)
# "mille et demi", "3 alaf w noss", "الف ونص"
_HALF = re.compile(
    r"\s*(?:(?:et|w|o|and|&)\s+(?:une?\s+|a\s+|l)?|و\s?)"
    r"(?:demie?|nou?s{1,2}|nes{1,2}|ns{1,2}|half|نص|نصف)(?![^\W_])"
)


def _with_rests(text: str, found: list[Number]) -> list[Number]:
    """Make one of "2 alaf w 500": thousands, and hundreds that nothing else parts from them."""
    joined: list[Number] = []
    for number in (_with_half(text, one) for one in found):
        last = joined[-1] if joined else None
        between = text[last.end : number.start] if last else ""
        if (
            last
            and last.thousands
            and not last.value % _THOUSAND
            and 0 < number.value < _THOUSAND
            and not number.value % 1
            and _REST.fullmatch(between)
        ):
            total = last.value + number.value
            joined[-1] = Number(last.start, number.end, (total,))
        else:
            joined.append(number)
    return joined


def _with_half(text: str, number: Number) -> Number:
    """A thousand and a half: five hundred more."""
    half = _HALF.match(text, number.end)
    if half is None or number.value % _THOUSAND:
        return number
    if not _WORD_FOR_THOUSAND.search(text, number.start, number.end):
        return number
    return Number(number.start, half.end(), (number.value + _THOUSAND // 2,))


def _from_thousands(match: re.Match[str]) -> Number:
    value = int(match["thousands"]) * 1000 + int(match["rest"].ljust(3, "0"))
    return Number(match.start(), match.end(), (Decimal(value),))


def _from_digits(match: re.Match[str], text: str) -> Number | None:
    values = readings(match["figure"])
    times = match["times"]
    if times:
        factor = 1_000_000 if times.startswith("million") else 1000
        # "1,5k", and "1.500k" cannot be a million and a half.
        value = values[-1] * factor
        return Number(match.start(), match.end(), (value,), thousands=len(times) > 1)
    rest = text[match.end() : match.end() + 12]
    if rest[:1].isalpha() and not _GLUED.match(rest):
        return None
    return Number(match.start(), match.end(), values)


def _bare(match: re.Match[str]) -> str:
    """The word without the Arabic "and" glued to it: "وخمسة"."""
    word = match.group()
    rest = word[1:]
    return rest if word.startswith("و") and (rest in PLAIN or rest in TIMES) else word


def _in_words(text: str) -> list[Number]:
    found: list[Number] = []
    run: list[re.Match[str]] = []
    position = 0
    for match in _WORD.finditer(text):
        word = _bare(match)
        known = word in PLAIN or word in TIMES or (bool(run) and word in _JOINTS)
        known = known or (bool(run) and word in _PARTICLES and _bare(run[-1]) in PLAIN)
        near = not run or not text[position : match.start()].strip()
        if known and near:
            run.append(match)
        else:
            found.extend(_close(run, text))
            run = [match] if word in PLAIN or word in TIMES else []
        position = match.end()
    found.extend(_close(run, text))
    return found


def _close(run: list[re.Match[str]], text: str) -> list[Number]:
    """Make numbers of a run of number words: one, or two where they do not add up."""
    while run and _bare(run[-1]) in _JOINTS | _PARTICLES:
        run = run[:-1]
    if not run or all(_bare(match) == "k" for match in run):
        return []
    total, current, last = 0, 0, 10**9
    for index, match in enumerate(run):
        word = _bare(match)
        if word in TIMES:
            factor = TIMES[word]
            current = (current or 1) * factor
            if factor >= 1000:  # noqa: PLR2004 - thousands close a group
                total, current = total + current, 0
            last = factor
        elif word in PLAIN:
            value = PLAIN[word]
            # "deux mille cent", "soixante dix", but "trois cinq" are two numbers.
            if current and value >= last and not (last == 4 and value == 20):  # noqa: PLR2004
                return [*_close(run[:index], text), *_close(run[index:], text)]
            current = current * 20 if (current, value) == (4, 20) else current + value
            last = value
    value = total + current
    first = _bare(run[0])
    if len(run) == 1 and (first in ARTICLES or first in TIMES) and not _counts(run[0], text):
        return []
    return [Number(run[0].start(), run[-1].end(), (Decimal(value),), in_words=True)]


_BEFORE_PRICE_UNIT = re.compile(r"(?:\b(?:le|la|l'|par|per|du|au|les)|/|لكل)\s*$")
_AFTER_ARTICLE = re.compile(
    r"\s+(?:demi-)?(?:d\s+)?(?:l|el\s|ال)?(?:cartons?|ctns?|palet\w*|pallets?|colis|douzaine|centaine|millier|dizaine|tonne|"
    r"kilo\w*|kg|rouleau\w*|boite|paquet|lot|kar?ton\w*|krton\w*|كرطون\w*|كرتون\w*|بال\w*|باليط\w*|بليط\w*|طبلي\w*|[bp]alit\w*|plita\w*|cartona|cartouna)\b"
)


def _counts(match: re.Match[str], text: str) -> bool:
    """Tell "mille sachets" from "le mille", and "un carton" from "un devis"."""
    if _bare(match) in TIMES:
        return not _BEFORE_PRICE_UNIT.search(text[: match.start()])
    return bool(_AFTER_ARTICLE.match(text[match.end() :]))
