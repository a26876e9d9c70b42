"""Numbers that are told, not asked: stock, past deliveries, weights a bag is made for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orders.extraction.text.mentions import Mention, Quantity
    from orders.extraction.text.scan import Scan

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
# A clause ends where another may begin to ask.
_CLAUSE = re.compile(
    rf"[.!?;\n]|,(?!\s?\d)|{_B}(?:donc|mais|alors|du\s+coup|cette\s+fois|so|but|walakin|iwa|"
    rf"و?لكن|(?:et|and|w)\s+(?:je|on|nous|il|i|we|bghit|khass?ni|envoy\w+|met\w+))(?![^\W_])"
)
_IN_STOCK = re.compile(
    rf"{_B}(?:(?:on|nous|j|ns|i|we|en)\W*(?:en\s+)?(?:a|avons|ai|have)\s+(?:encore|toujours|deja)|"
    r"avons\s+encore|(?:still|already)\s+have|have\s+(?:still|already)|"
    r"il\s*(?:(?:m|n|ns|nous|me|vous)\W*)?(?:en\s+)?rest(?:e|ent|ait|aient)(?!\s+a\s)|(?:are|is)\s+left|"
    r"stock\s+(?:actuel|restant|de|(?:est|etait)\s+(?:de|a)|is|at)|"
    r"(?:manque|reste|resten?t?|ai|a|avons)\s+plus\s+(?:que|qu)|only\s+[^\n]{0,12}\s+left|"
    r"(?:on|nous|ns|j|we|i)\W+(?:a|avons|ai|have|got)\b[^\d]{0,25}\d[^\n]*\b(?:en|in)\s+stock|"
    r"(?:ba[9q]i\w*|ba9y\w*|b9a\w*|mazal\w*)\s+(?:\w+\s+){0,2}?(?:3ndi|3ndna|lia|liya|lina)|"
    r"(?:3ndi|3ndna)\s+(?:ba9i\w*|mazal\w*|deja)|(?:3ndi|3ndna)\b[^\n]*\bf\s?s?l?-?stock|"
    r"(?:باقي\w*|بقا\w*|بقات|مازال\w*)\s+(?:\w+\s+){0,2}?(?:عندي|عندنا|ليا|لينا)|"
    rf"(?:عندي|عندنا)\s+(?:باقي\w*|مازال\w*)|(?:عندي|عندنا)\b[^\n]*(?:ستوك|سطوك|مخزون)){_E}"
)
_DONE = re.compile(
    rf"{_B}(?:(?:avions|avais|aviez|avait|avons|avez|ai|ont|a|had|have)\s+(?:(?:deja|bien|nous)\s+)?"
    r"(?:pris|prises?|commandee?s?|recue?s?|livree?s?|envoyee?s?|achetee?s?|eu|"
    r"delivered|sent|ordered|bought|received|taken|got)|"
    r"(?:you|we|i)\s+(?:delivered|sent|ordered|bought|received|took)|etait|etaient|c'etait|was|"
    r"kh?dina|kh?dit|chrina|chrit|wsl(?:at|et|ou|o)?n[ai]|خدينا|خديت|شريت|شرينا|وصلاتنا|وصلاتني)"
    r"(?:\s+(?!devis|offre|mail|message|tarif|prix|pour|quote|price|et\s|and\s)[^\W\d]+){0,3}\s*$"
)
# "tu te souviens des 1000 sacs de juillet ?", "the 500 bags you made", "vous aviez fait 3000 sacs"
_REMEMBERED = re.compile(
    rf"{_B}(?:(?:te|vous|se|me)\s+(?:souv[ie]+\w+|rappel\w+)|remember|recall|"
    r"(?:vous\s+(?:(?:nous|m)\W*)?(?:aviez|avez)|tu\s+(?:(?:nous|m)\W*)?(?:avais|as)|you(?:\s+(?:had|have))?)\s+"
    r"(?:(?:deja|bien|already|nous)\s+)?(?:faite?s?|imprimee?s?|produite?s?|fabrique\w*|preparee?s?|"
    rf"made|printed|produced)){_E}[^\d.?!]{{0,40}}$"
)
_MADE_BEFORE = re.compile(
    rf"[^\d.,;?!\n]{{0,50}}?{_B}(?:(?:que\s+)?vous\s+(?:(?:nous|m)\W*)?(?:aviez|avez)|"
    rf"(?:that\s+|which\s+)?you\s+(?:had\s+)?(?:made|printed|delivered|sent|did)){_E}"
)
_LAST_TIME = re.compile(
    rf"(?<!comme )(?<!que )(?<!qu'a )(?<!as ){_B}(?:la\s+derniere\s+fois|"
    r"la\s+fois\s+(?:derniere|passee)|"
    r"le\s+mois\s+(?:dernier|passe)|l'an\s+(?:dernier|passe)|last\s+(?:time|month|year)|"
    r"(?:l?me?rra|lmara)\s+(?:li\s+fat\w+|lfayta)|المره\s+(?:اللي\s+فاتت|الفايته))[^\d\n:,]{0,30}$"
)
_REFUSED = re.compile(
    rf"{_B}(?:(?:pas|sauf|hors|excepte)\s+(?:besoin\s+)?(?:de\s+|d'|les?\s+|des\s+|cette\s+fois\s+)*|"
    r"(?:no|not|don't\s+need|except)\s+(?:the\s+|any\s+)?|ma\s?bgh?i\w*ch\s+(?:l\s?|dyal\s+)?|"
    r"(?:ما\s?بغي\w*ش|بلا)\s+)(?:sacs?\s+(?:a\s+)?)?$"
)
# "ah non, oubliez les torsadés", "7iyed les plates": said of goods asked for before.
_TAKEN_BACK = re.compile(
    rf"{_B}(?:oubli(?:e[rsz]?|ons)|laiss\w+\s+tomber|enlev\w+|retir\w+|annul\w+|supprim\w+|laissez|"
    r"forget|drop|scrap|remove|skip|cancel|leave\s+out|no\s+need\s+for|pas\s+(?:la\s+peine|besoin)\s+pour|"
    r"(?:plus|pas)\s+besoin\s+(?:de|d')|7i?[ae]?y+[ei]?d\w*|nsa\w*|lghi\w*|ne\s+(?:mettez|faites)\s+pas|"
    r"(?:ن|ا)?حيد\w*|نسا?[يى]?\w*|الغ\w+)"
    r"\s+(?:pas\s+)?(?:les?\s+|la\s+|l'|des\s+|the\s+|had\s+|dok\s+|dik\s+|ces\s+|l-?)*"
    r"(?:sacs?\s+(?:a\s+)?)?$"
)
_HEAVIEST_MODEL = 25
_LONGEST_CLAUSE = 300


def clause_at(scan: Scan, position: int) -> tuple[int, int]:
    """Return start and end of the clause that ``position`` stands in."""
    start = max(0, position - _LONGEST_CLAUSE)
    end = min(len(scan.masked), position + _LONGEST_CLAUSE)
    for stop in _CLAUSE.finditer(scan.masked, start, end):
        if stop.end() <= position:
            start = stop.end()
        elif stop.start() >= position:
            end = stop.start()
            break
    return start, end


def is_told(scan: Scan, quantity: Quantity) -> bool:
    """Whether a quantity is what they have, or what they had before."""
    start, end = clause_at(scan, quantity.start)
    before = scan.masked[start : quantity.start]
    if _DONE.search(before) or _LAST_TIME.search(before) or _REMEMBERED.search(before):
        return True
    if _MADE_BEFORE.match(scan.masked, quantity.end):
        return True
    return any(
        m.start() + start <= quantity.start or "stock" in m.group()
        for m in _IN_STOCK.finditer(scan.masked[start:end])
    )


def is_refused(scan: Scan, mention: Mention, counts: list[Quantity]) -> bool:
    """Whether a bag is named to leave it out: "pas de poignées plates", "sauf les sachets"."""
    if not _REFUSED.search(scan.masked[max(0, mention.start - 40) : mention.start]):
        return False
    end = re.compile(r"[.!?;\n]|$").search(scan.masked, mention.end)
    limit = end.start() if end else mention.end
    return not any(mention.end <= q.start < limit for q in counts)


def is_taken_back(scan: Scan, mention: Mention, counts: list[Quantity]) -> bool:
    """Whether goods are given up after all: "ah non, oubliez les torsadés"."""
    if not _TAKEN_BACK.search(scan.masked[max(0, mention.start - 50) : mention.start]):
        return False
    end = _CLAUSE.search(scan.masked, mention.end)
    limit = end.start() if end else len(scan.masked)
    return not any(mention.end <= q.start < limit for q in counts)


def is_model(scan: Scan, quantity: Quantity, following: Quantity, found: list[Mention]) -> bool:
    """Whether a weight tells which bag: "sachets fond plat 1 kg : 20 mille"."""
    if quantity.unit != "kg" or quantity.value > _HEAVIEST_MODEL or following.unit == "kg":
        return False
    between = scan.masked[quantity.end : following.start]
    if re.fullmatch(r"\s*[:=]\s*", between):
        return True
    if re.search(rf"[\n;(]|[^\W\d]{{5}}\.\s|{_B}(?:soit|et|w|and|plus){_E}", between):
        return False
    if any(quantity.end <= m.start < following.start for m in found):
        return False
    named = [m for m in found if m.end <= quantity.start]
    gap = scan.masked[named[-1].end : quantity.start] if named else "\n"
    counts = bool(following.unit_word) or following.value >= 50  # noqa: PLR2004 - no small order
    return counts and re.fullmatch(r"[^\d\n;.:,+]{0,40}", gap) is not None
