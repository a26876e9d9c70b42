"""Words for days and months in French, English, Darija and Arabic, all folded."""

from __future__ import annotations

from babel.dates import get_day_names, get_month_names
from rapidfuzz import fuzz, process

from backoffice.core.text import folded

_FUZZY_SCORE = 84
# "manche" is not "dimanche" nor "Samadi" "samedi".
_FUZZY_WEEKDAY = 87
_LONG_WORD = 5
_LOCALES = ("fr", "en", "ar", "ar_MA")

# What babel does not know: abbreviations in the wild, Darija, spelling mistakes.
_MORE_MONTHS: dict[int, str] = {
    1: "janv jan yanayer ynayer كانون",
    2: "fev fevr feb febrayer fbrayer",
    3: "mar mrs",
    4: "avr apr abril avrile",
    5: "mai may mayo ماي",
    6: "jun yunyu younyou يونيه",
    7: "juil jul yulyuz youlyouz juillets يوليوز",
    8: "aou aug ghucht ghocht out غشت",
    9: "sept sep chutanbir chotanbir شتنبر",
    10: "oct oktobr octobr",
    11: "nov nouvembre nuwanbir نونبر",
    12: "dec dujanbir دجنبر",
}
# Monday is 0. Darija is written with and without the article.
_MORE_DAYS: dict[int, str] = {
    0: "lun ludi lunid lendi "
    "mon tnin ltnin letnin tnine ltnine tnayn ltnayn etnin ttnin اثنين التنين لتنين لاثنين",
    1: "mrdi mardy "
    "tue tues tlat ltlat tlata ttlat tlet ttlata etlat الثلاثا التلات تلات الثلاث لتلات",
    2: "mer wed larb3a lerb3a arb3a larba3 l2arbi3a larbe3 lareb3a larb3 الاربعا لاربع لاربعا",
    3: "jeu jedi judi jeudy jeudis thu thur thurs lkhmis khmis lekhmis elkhmis lkhemis خميس لخميس",
    4: "ven vendr fri firday "
    "jem3a ljem3a jm3a ljm3a joum3a ljoum3a ljomo3a jemaa ljemaa جمعه لجمعه الجمعة",
    5: "sam sat sebt ssebt essebt sabt lsebt assabt سبت السبث لسبت",
    6: "dim sun lhed l7ed lhad l7ad el7ed elhed lahad الحد لحد",
}


def _table(kind: str) -> dict[str, int]:
    table: dict[str, int] = {}
    for locale in _LOCALES:
        if kind == "months":
            names = get_month_names("wide", locale=locale)
        else:
            names = get_day_names("wide", locale=locale)
        table.update({folded(str(name)): int(number) for number, name in names.items()})
    for number, words in (_MORE_MONTHS if kind == "months" else _MORE_DAYS).items():
        table.update({folded(word): number for word in words.split()})
    return table


MONTHS: dict[str, int] = _table("months")
WEEKDAYS: dict[str, int] = _table("days")

# Long enough to be known by most of their letters.
LONG_WEEKDAYS: tuple[str, ...] = tuple(
    word
    for word in WEEKDAYS
    if len(word) > 5 and word.isascii() and word.endswith(("di", "day", "che"))  # noqa: PLR2004
)

# Words that are day names only after "nhar" (day), a preposition or before a date: "tlata" is
# also three, "mar" a name, "sam" a first name.
_WEAK = "lun mar mer jeu ven sam dim mon tue wed thu fri sat sun tlat tlata ttlat ttlata tlet تلات"
WEAK_WEEKDAYS = frozenset(_WEAK.split())

# Days from today.
RELATIVE: dict[str, int] = {
    "aujourd'hui": 0,
    "aujourdhui": 0,
    "ajd": 0,
    "auj": 0,
    "today": 0,
    "lyoum": 0,
    "lyouma": 0,
    "lyum": 0,
    "اليوم": 0,
    "demain": 1,
    "2main": 1,
    "dem1": 1,
    "tomorrow": 1,
    "tmrw": 1,
    "ghedda": 1,
    "gheda": 1,
    "ghda": 1,
    "ghdda": 1,
    "ghedwa": 1,
    "rda": 1,
    "redda": 1,
    "غدا": 1,
    "غد": 1,
    "غدوا": 1,
    "غده": 1,
    "غدوه": 1,
}

COUNT_WORDS: dict[str, int] = {
    "un": 1,
    "une": 1,
    "a": 1,
    "one": 1,
    "deux": 2,
    "two": 2,
    "jouj": 2,
    "joj": 2,
    "trois": 3,
    "three": 3,
    "tlata": 3,
    "quatre": 4,
    "four": 4,
    "cinq": 5,
    "five": 5,
    "khamsa": 5,
    "six": 6,
    "sept": 7,
    "seven": 7,
    "huit": 8,
    "dix": 10,
    "ten": 10,
    "quinze": 15,
    "vingt": 20,
    "trente": 30,
}
DAY_WORDS: dict[str, int] = {
    **COUNT_WORDS,
    "premier": 1,
    "five": 5,
    "neuf": 9,
    "onze": 11,
    "douze": 12,
    "treize": 13,
    "quatorze": 14,
    "seize": 16,
    "dix-sept": 17,
    "dix-huit": 18,
    "dix-neuf": 19,
    "vingt et un": 21,
    "vingt-et-un": 21,
    "vingt-deux": 22,
    "vingt-trois": 23,
    "vingt-quatre": 24,
    "vingt-cinq": 25,
    "vingt-six": 26,
    "vingt-sept": 27,
    "vingt-huit": 28,
    "vingt-neuf": 29,
    "trente et un": 31,
    "trente-et-un": 31,
}


def month_number(word: str) -> int | None:
    """Return the month that a folded word names, spelling mistakes forgiven."""
    word = word.strip(".")
    if word in MONTHS:
        return MONTHS[word]
    if len(word) < _LONG_WORD - 1:
        return None
    best = process.extractOne(word, MONTHS.keys(), scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE)
    return MONTHS[best[0]] if best else None


def weekday_number(word: str) -> int | None:
    """Return the day (Monday is 0) that a folded word names, spelling mistakes forgiven."""
    if word in WEEKDAYS:
        return WEEKDAYS[word]
    best = process.extractOne(word, LONG_WEEKDAYS, scorer=fuzz.ratio, score_cutoff=_FUZZY_WEEKDAY)
    return WEEKDAYS[best[0]] if best else None
