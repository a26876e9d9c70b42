"""Numbers that are written in words, made digits: "quinze jours" says 15."""

from __future__ import annotations

import re
from typing import Final

from backoffice.core.text import word_set

# "4 quatre" pairs, blank-separated: numbers and the folded words for them.
_FRENCH: Final = """
    0 zero 1 un 1 une 2 deux 3 trois 4 quatre 5 cinq 6 six 7 sept 8 huit 9 neuf 10 dix 11 onze
    12 douze 13 treize 14 quatorze 15 quinze 16 seize 20 vingt 20 vingts 30 trente 40 quarante
    50 cinquante 60 soixante 70 septante 80 huitante 90 nonante 100 cent 100 cents 1000 mille
    10 dizaine 12 douzaine 15 quinzaine 20 vingtaine 30 trentaine 40 quarantaine 50 cinquantaine
    100 centaine"""
_ENGLISH: Final = """
    0 zero 1 one 2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine 10 ten 11 eleven
    12 twelve 13 thirteen 14 fourteen 15 fifteen 16 sixteen 17 seventeen 18 eighteen 19 nineteen
    20 twenty 30 thirty 40 forty 50 fifty 60 sixty 70 seventy 80 eighty 90 ninety 100 hundred
    1000 thousand 12 dozen"""
_SPANISH: Final = """
    0 cero 1 uno 1 un 1 una 2 dos 3 tres 4 cuatro 5 cinco 6 seis 7 siete 8 ocho 9 nueve 10 diez
    11 once 12 doce 13 trece 14 catorce 15 quince 16 dieciseis 17 diecisiete 18 dieciocho
    19 diecinueve 20 veinte 21 veintiuno 22 veintidos 23 veintitres 24 veinticuatro
    25 veinticinco 26 veintiseis 27 veintisiete 28 veintiocho 29 veintinueve 30 treinta
    40 cuarenta 50 cincuenta 60 sesenta 70 setenta 80 ochenta 90 noventa 100 cien 100 ciento
    200 doscientos 300 trescientos 500 quinientos 1000 mil 12 docena 15 quincena"""
_ARABIC: Final = """
    1 واحد 1 واحده 2 اثنان 2 اثنين 2 اثنتين 2 جوج 2 زوج 3 ثلاثه 3 ثلاث 3 تلاته 3 تلات 4 اربعه
    4 اربع 4 ربعه 5 خمسه 5 خمس 6 سته 6 ست 6 ستا 7 سبعه 7 سبع 8 ثمانيه 8 ثماني 8 تمنيه 9 تسعه
    9 تسع 10 عشره 10 عشر 11 حداش 12 طناش 15 خمسطاش 15 خمستاش 20 عشرون 20 عشرين 30 ثلاثون
    30 ثلاثين 30 تلاتين 40 اربعون 40 اربعين 50 خمسون 50 خمسين 60 ستين 70 سبعين 80 ثمانين
    90 تسعين 100 مئه 100 مائه 100 ميه 200 مئتين 1000 الف"""


def _table(pairs: str) -> dict[str, int]:
    words = pairs.split()
    return {word: int(number) for number, word in zip(words[::2], words[1::2], strict=True)}


_TABLES: Final = {
    "fr": _table(_FRENCH),
    "en": _table(_ENGLISH),
    "es": _table(_SPANISH),
    "ar": _table(_ARABIC),
}
_JOINED_BY: Final = {"fr": {"et"}, "en": {"and"}, "es": {"y"}, "ar": {"و"}}
# Alone these are articles, or "new".
_ALONE_NO_NUMBER: Final = frozenset({"un", "une", "one", "una", "uno", "واحد", "واحده"})
_NEW: Final = frozenset({"neuf"})
_AFTER_NINE: Final = word_set(
    "heures jours semaines mois euros articles produits chaises pieces fois"
)
_THANKS: Final = re.compile(r"\s(?:mercis?|excuses|thanks|gracias|apologies)\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_GAP: Final = re.compile(r"[ \t\u00a0-]+")
_SCORE, _HUNDRED, _THOUSAND = 20, 100, 1000


def in_digits(text: str, language: str) -> str:
    """Folded ``text`` with its spelled numbers as digits: "vingt-et-un" is "21"."""
    table = _TABLES.get(language, _TABLES["fr"])
    joined_by = _JOINED_BY.get(language, set())
    pieces: list[str] = []
    run: list[re.Match[str]] = []
    position = 0
    words = list(_WORD.finditer(text))
    for place, word in enumerate(words):
        if _number(word[0], table, language) is not None and (
            not run or _touch(text, run[-1], word)
        ):
            run.append(word)
            continue
        is_joint = run and word[0] in joined_by and _touch(text, run[-1], word)
        following = words[place + 1] if place + 1 < len(words) else None
        if (
            is_joint
            and following
            and _is_tens(run, table, language)
            and _number(following[0], table, language) is not None
        ):
            run.append(word)
            continue
        position = _end_run(text, run, pieces, position, table, language)
        run = [word] if _number(word[0], table, language) is not None else []
    position = _end_run(text, run, pieces, position, table, language)
    return "".join([*pieces, text[position:]])


def _number(word: str, table: dict[str, int], language: str) -> int | None:
    if language == "ar" and word not in table:
        # "and twenty" is written in one word.
        return table.get(word.removeprefix("و"))
    return table.get(word)


def _touch(text: str, before: re.Match[str], after: re.Match[str]) -> bool:
    return bool(_GAP.fullmatch(text, before.end(), after.start()))


def _is_tens(run: list[re.Match[str]], table: dict[str, int], language: str) -> bool:
    return (_number(run[-1][0], table, language) or 0) >= _SCORE


def _end_run(  # noqa: PLR0913 - the state of one pass
    text: str,
    run: list[re.Match[str]],
    pieces: list[str],
    position: int,
    table: dict[str, int],
    language: str,
) -> int:
    """Write what was gathered as digits; returns up to where the text is written."""
    if not run or not _counts(text, run):
        return position
    values = [_number(word[0], table, language) for word in run]
    total = _sum([value for value in values if value is not None])
    pieces += [text[position : run[0].start()], str(total)]
    return run[-1].end()


def _counts(text: str, run: list[re.Match[str]]) -> bool:
    if len(run) > 1:
        return True
    word, rest = run[0][0], text[run[0].end() :]
    if word in _NEW:
        following = _WORD.search(rest)
        return bool(following and following[0] in _AFTER_NINE)
    return word not in _ALONE_NO_NUMBER and not _THANKS.match(rest)


def _sum(values: list[int]) -> int:
    total = current = 0
    for value in values:
        if value == _THOUSAND:
            total, current = total + max(current, 1) * _THOUSAND, 0
        elif value == _HUNDRED:
            current = max(current, 1) * _HUNDRED
        elif value == _SCORE and current % 10 == 4 and current % 100 < _SCORE:  # noqa: PLR2004 - quatre-vingts
            current += 76
        else:
            current += value
    return total + current
