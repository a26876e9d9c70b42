"""Condition, box, papers, movement, year, size and authenticity of one piece of text."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from listings.extraction.items import Found

if TYPE_CHECKING:
    from listings.extraction.items import Authenticity, Condition, Movement
    from listings.extraction.message import Message
    from listings.extraction.tokens import Match

_CLAIMS: tuple[Authenticity, ...] = ("replica", "verified", "authentic")


def condition(message: Message, start: int, end: int) -> Found[Condition]:
    """Return the grade said; a better said one beats "worn", "vintage" beats all."""
    if dated := _NEW_OF_MONTH.search(message.low, start, end):
        return Found("new", 0.9, (message.evidence(*dated.span()),))
    matches = message.phrases.of("condition", start, end)
    matches = [m for m in matches if not denied(message, m) and not _verb(message, m)]
    if not matches:
        return Found()
    chosen = next((match for match in matches if match.value == "vintage"), None)
    if chosen is None:
        graded = [match for match in matches if match.value != "used"] or matches
        chosen = graded[0]
    clear = len({match.value for match in matches}) == 1
    return Found(
        cast("Condition", chosen.value),
        0.95 if clear else 0.75,
        (message.evidence(chosen.start, chosen.end),),
    )


# "N5", "N11/24": new, with a card of that month, as dealers of Hong Kong write.
_NEW_OF_MONTH = re.compile(
    r"(?<![\w.,/°-])n(?:1[0-2]|[1-9])(?:[/'-]?2\d|[/'-]?202\d)?(?![\w°-]|[.,]\d)"
)


def denied(message: Message, match: Match[str]) -> bool:
    """Tell whether a word of denial stands right before ("no replica", "sans rayures")."""
    before = message.low[max(0, match.start - 12) : match.start]
    return _DENIAL.search(before) is not None


_DENIAL = re.compile(
    r"\b(?:pas(?: d[eu']| une?)?|not|non|nicht|kein|keine|no|isn't|sans|aucune?|without|zero|ohne"
    r"|senza|nessun[oa]?|sin|ningun[oa]?)\s?$"
)


def _verb(message: Message, match: Match[str]) -> bool:
    """Tell "it can't be" from "BE", a French grade."""
    return message.folded.source_text(match.start, match.end) == "be"


# "mécanique" alone is wound by hand; "mécanique automatique" is not.
_MECHANICAL = re.compile(r"m(?:ecani|eccani|echanis)\w*(?! man)")


def movement(message: Message, start: int, end: int) -> Found[Movement]:
    matches = message.phrases.of("movement", start, end)
    if not matches:
        return Found()
    told = [match for match in matches if not _MECHANICAL.match(message.low, match.start)]
    chosen = next((match for match in matches if match.value == "quartz"), (told or matches)[0])
    evidence = (message.evidence(chosen.start, chosen.end),)
    return Found(cast("Movement", chosen.value), 0.95, evidence)


def authenticity(message: Message, start: int, end: int) -> Found[Authenticity]:
    """Return what is claimed; "replica" is said to warn, so it wins."""
    matches = message.phrases.of("authenticity", start, end)
    for value in _CLAIMS:
        for match in matches:
            if match.value == value and not (value == "replica" and denied(message, match)):
                evidence = (message.evidence(match.start, match.end),)
                return Found(value, 0.8, evidence)
    return Found()


_ONLY = {"box only": (True, False), "papers only": (False, True)}
_CELL_BEFORE = re.compile(r"[|;,/\t]\s*$")
_CELL_AFTER = re.compile(r"\s*(?:[|;,/\t\n]|$)")


def _lone_cell(message: Message, match: Match[str]) -> bool:
    """Tell whether "none" is a word of a sentence, and no cell of its own in a table."""
    if message.low[match.start : match.end] != "none":
        return False
    before = message.low[max(0, match.start - 4) : match.start]
    return not (_CELL_BEFORE.search(before) and _CELL_AFTER.match(message.low, match.end))


def _for_sale(message: Message, match: Match[str]) -> bool:
    """Tell "FS" at the head of a line ("for sale") and "full gold" from a full set."""
    text = message.low[match.start : match.end]
    if text == "full":  # as a detail of its own only: "2019, full, 3.150 €"
        return re.match(r"\s?(?:[,.;/\n€$£-]|$)", message.low[match.end : match.end + 2]) is None
    if text != "fs":
        return False
    line = message.low.rfind("\n", 0, match.start) + 1
    around = message.low[max(0, match.start - 1) : match.end + 1]
    above = message.low[message.low.rfind("\n", 0, max(0, line - 1)) + 1 : line]
    if above.strip() and message.low.startswith("\n", match.end):
        return False  # a line of its own below the watch it belongs to
    return "/" in around or not re.search(r"[a-z0-9]", message.low[line : match.start])


_PAIR = re.compile(
    r"[ ,]*(?:(?:et|and|und|ou|or|oder|e|o|y|u|ni|noch|nor|ne)\b|[&/+,])[ ]*(?:(?:la|les|le"
    r"|the|die|i|gli|los|las|de|d'|original|originale|warranty|garantie)[ ]?){0,2}"
)


def box_and_papers(message: Message, start: int, end: int) -> tuple[Found[bool], Found[bool]]:
    """Return whether box and papers are there; a word of one denies or grants it."""
    box: Found[bool] = Found()
    papers: Found[bool] = Found()
    for match in message.phrases.of("set", start, end):
        if _lone_cell(message, match):
            continue
        evidence = (message.evidence(match.start, match.end),)
        if match.value in _ONLY:
            box, papers = (Found(there, 0.9, evidence) for there in _ONLY[match.value])
            continue
        there = match.value == "both"
        if there and (denied(message, match) or _for_sale(message, match)):
            continue
        box = papers = Found(there, 0.93, evidence)
        if not there:
            break
    nouns = [
        (kind, match)
        for kind in ("box", "papers")
        for match in message.phrases.of(kind, start, end)
        if not _other_meaning(message, match)
    ]
    nouns.sort(key=lambda pair: pair[1].start)
    said: dict[str, Found[bool]] = {}
    previous: tuple[int, bool] | None = None
    for index, (kind, match) in enumerate(nouns):
        there = _there(
            message, match, previous, nouns[index + 1][1].start if index + 1 < len(nouns) else end
        )
        previous = (match.end, there)
        if kind not in said or not there:
            said[kind] = Found(there, 0.92, (message.evidence(match.start, match.end),))
        if there and _alone(message, match, start):
            other = "papers" if kind == "box" else "box"
            said.setdefault(other, Found(False, 0.8, (message.evidence(match.start, match.end),)))  # noqa: FBT003 - a value
    return said.get("box", box), said.get("papers", papers)


def _other_meaning(message: Message, match: Match[str]) -> bool:
    """A case of gold is no box, and "une carte" of a bank no paper."""
    text = message.low[match.start : match.end]
    after = message.low[match.end : match.end + 14]
    if text in {"caja", "boite", "boites"}:
        return (
            re.match(
                r"\s(?:(?:en|de|d')\s?)?(?:\d\d(?:[.,]\d)?\s?mm|acier|or\b|oro|acero|titan"
                r"|bronze|plaque|polie|d'?acier)",
                after,
            )
            is not None
        )
    if text in {"carta", "card", "carte"}:
        return (
            re.match(r"\s(?:bancaire|bleue|credit|di credito|payment|sd|sim|cadeau)", after)
            is not None
        )
    return False


def _there(
    message: Message, match: Match[str], previous: tuple[int, bool] | None, end: int
) -> bool:
    low = message.low
    line = low.rfind("\n", 0, match.start) + 1
    before = low[max(line, match.start - 28) : match.start]
    if _YES_AFTER.match(low, match.end):
        return True
    if previous and not previous[1]:
        between = low[previous[0] : match.start]
        if between.strip() == "," and _DATED.match(low, match.end):
            return True
        if len(between) < 30 and _PAIR.fullmatch(between):  # noqa: PLR2004 - a few words
            return False
    if _NOT_BEFORE.search(before):
        return False
    after = low[match.end : min(end if end > match.end else match.end + 30, match.end + 30)]
    return _NOT_AFTER.match(after) is None or _NOUN_NEXT.match(low, match.end) is not None


# "no box, card 2020": what has a date is there.
_DATED = re.compile(
    r"[ ]?(?:(?:from|dated|de|du|del|von|vom|dal) )?(?:\d{1,2}[/.])?(?:19|20)\d\d\b"
)
_NOT_BEFORE = re.compile(
    r"\b(?:sans|no|without|ohne|senza|sin|pas d[e']|pas les|ni|non|not|kein(?:e|en)?|missing"
    r"|manque|w/o|s/|o\.|nessuna?|ningun|ninguna|aucune?|nor|neither|weder|plus d[e'])"
    r"\s?(?:(?:la|les|le|the|sa|ses|its|any|original|originale|originales|d'origine|ha|ho|hay"
    r"|tengo|con|de|warranty|garantie)\s?){0,2}$"
)
_NOT_AFTER = re.compile(
    r"(?:\s(?:d'origine|originale?|original))?[ :(=]{0,3}(?:is |are |est |sont |ist |sind )?"
    r"(?:missing|manquante?s?|manquent|manque|perdue?s?|fehl(?:t|en)|manca(?:no|nti?)?|no\b"
    r"|non\b(?=\s*(?:[\n,;.)]|$))|nein|not\b|lost|nicht|falta[n]?|absente?s?|x\b|❌|smarrit)"
)
_YES_AFTER = re.compile(
    r"[ :(=]{0,3}(?:(?:is|are|est|ist|sind) )?"
    r"(?:vorhanden|dabei|present|presente?s?|yes|included|oui|si\b|ja\b|✅|✔)"
    r"(?!\s?(?:not|pas|no\b|nicht|missing|manqu|fehl|lost|perdu))"
)
_NOUN_NEXT = re.compile(  # "card only, no box": the denial is the next one's
    r"[ ]no (?:box|boxes|papers?|card|scatola|garanzia|caja|papeles)\b(?!\s?(?::|no\b|yes\b|si\b))"
)


def _alone(message: Message, match: Match[str], start: int) -> bool:
    """Tell whether this is said to be all there is ("papers only", "nur Box")."""
    after = message.low[match.end : match.end + 16]
    before = message.low[max(start, match.start - 14) : match.start]
    if re.match(r"\s(?:only|seule?s?|uniquement|seulement|nur|solo|soltanto|solamente)\b", after):
        return True
    return (
        re.search(
            r"\b(?:only|nur|solo|soltanto|uniquement|seulement|just)\s(?:(?:la|the)\s)?$", before
        )
        is not None
    )


_SIZE = re.compile(
    r"(?<![\d.,/-])(?<!\dx)(?<!\dx )(?P<size>[2-6]\d(?:[.,]\d{1,2})?)\s?(?:mm\b|millimet)"
)
_NOT_CASE = re.compile(
    r"(?:bracelet|strap|entre.?corne|lug|band|anstoss|cinturino|correa|epaisseur|thick"
    r"|thickness|dick|wrist|poignet|polso|muneca|handgelenk|maillon)s?\W{0,3}(?:\w+\W){0,2}$"
)
_NOT_CASE_AFTER = re.compile(
    r"\s?(?:strap|lug|band\b|bracelet|entre|thick|d'epaisseur|hoch|wrist|de poignet)"
)


def size(message: Message, start: int, end: int) -> Found[Decimal]:
    """Return the diameter in millimetres; widths of straps and lugs are none."""
    for match in _SIZE.finditer(message.low, start, end):
        before = message.low[max(start, match.start() - 24) : match.start()]
        after = message.low[match.end() : match.end() + 12]
        if _NOT_CASE.search(before) or _NOT_CASE_AFTER.match(after):
            continue
        value = Decimal(match["size"].replace(",", "."))
        if value <= 60:  # noqa: PLR2004 - the largest wrist watches
            return Found(value, 0.96, (message.evidence(match.start(), match.end()),))
    return Found()
