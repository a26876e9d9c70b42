"""Numbers that are written in words, made digits: "quinze jours" says 15."""

from __future__ import annotations

import re
from typing import Final

_FRENCH: Final = {
    **dict(
        zip(
            "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze"
            " seize".split(),
            range(2, 17),
            strict=True,
        )
    ),
    **{"un": 1, "une": 1, "zero": 0, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40},
    **{"cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "nonante": 90},
    **{"cent": 100, "cents": 100, "mille": 1000, "dizaine": 10, "douzaine": 12, "quinzaine": 15},
    **{"vingtaine": 20, "trentaine": 30, "quarantaine": 40, "cinquantaine": 50, "centaine": 100},
}
_ENGLISH: Final = {
    **dict(
        zip(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
            " fifteen sixteen seventeen eighteen nineteen".split(),
            range(20),
            strict=True,
        )
    ),
    **{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70},
    **{"eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000, "dozen": 12},
}
_SPANISH: Final = {
    **dict(
        zip(
            "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce"
            " quince dieciseis diecisiete dieciocho diecinueve veinte veintiuno veintidos"
            " veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho"
            " veintinueve".split(),
            range(30),
            strict=True,
        )
    ),
    **{"un": 1, "una": 1, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60},
    **{"setenta": 70, "ochenta": 80, "noventa": 90, "cien": 100, "ciento": 100},
    **{"doscientos": 200, "trescientos": 300, "quinientos": 500, "mil": 1000, "docena": 12},
    "quincena": 15,
}
_ARABIC: Final = {
    **{"واحد": 1, "واحده": 1, "اثنان": 2, "اثنين": 2, "اثنتين": 2, "جوج": 2, "زوج": 2},
    **{"ثلاثه": 3, "ثلاث": 3, "تلاته": 3, "تلات": 3, "اربعه": 4, "اربع": 4, "ربعه": 4},
    **{"خمسه": 5, "خمس": 5, "سته": 6, "ست": 6, "ستا": 6, "سبعه": 7, "سبع": 7},
    **{"ثمانيه": 8, "ثماني": 8, "تمنيه": 8, "تسعه": 9, "تسع": 9, "عشره": 10, "عشر": 10},
    **{"عشرون": 20, "عشرين": 20, "ثلاثون": 30, "ثلاثين": 30, "تلاتين": 30, "اربعون": 40},
    **{"اربعين": 40, "خمسون": 50, "خمسين": 50, "ستين": 60, "سبعين": 70, "ثمانين": 80},
    **{"تسعين": 90, "مئه": 100, "مائه": 100, "ميه": 100, "مئتين": 200, "الف": 1000},
    **{"خمسطاش": 15, "خمستاش": 15, "طناش": 12, "حداش": 11},
}
_TABLES: Final = {"fr": _FRENCH, "en": _ENGLISH, "es": _SPANISH, "ar": _ARABIC}
_JOINED_BY: Final = {"fr": {"et"}, "en": {"and"}, "es": {"y"}, "ar": {"و"}}
# Alone these are articles, or "new".
_ALONE_NO_NUMBER: Final = frozenset({"un", "une", "one", "una", "uno", "واحد", "واحده"})
_NEW: Final = frozenset({"neuf"})
_AFTER_NINE: Final = frozenset(
    "heures jours semaines mois euros articles produits chaises pieces fois".split()
)
_THANKS: Final = re.compile(r"\s(?:mercis?|excuses|thanks|gracias|apologies)\b")
_WORD: Final = re.compile(r"[^\W\d_]+")
_GAP: Final = re.compile(r"[ \t\u00a0-]+")
_SCORE, _HUNDRED, _THOUSAND = 20, 100, 1000


def in_digits(text: str, language: str) -> str:
    """Folded ``text`` with its spelled numbers as digits: "vingt-et-un" is "21"."""
    table = _TABLES.get(language, _FRENCH)
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
