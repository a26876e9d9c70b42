"""Where one text may hold several orders: numbered ones, sheets, places or days of delivery.

Nothing is decided here: :mod:`orders.extraction.splitting.several` reads each part and judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backoffice.core import dates
from backoffice.core.text import fold
from orders.extraction.kind.cue import B, E
from orders.extraction.splitting.places import DESTINATION, known_as
from orders.extraction.splitting.places import HEADING as PLACE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from backoffice.core.text import Folded
    from backoffice.messaging.content import ReadDocument

_PAPER = (
    r"(?:bons?\s+de\s+com+ande|com+andes?|purchase\s+order|order|bdc|bc|po|cmd|cde|"
    r"l?com+ande?|l?commanda|(?:ال)?طلبيه|سند\s+طلب|(?:ال)?كوموند\w*)"
)
_MARK = r"(?:n°|n\s?°|nr|no\.?|num(?:ero)?\.?|number|ref\w*\.?|#|رقم)"
_ID = r"[a-z]{0,6}[-/]?\d[\w/.-]*"
_START = (
    r"(?:^|(?<=[\n;.,:])|(?<= / ))[^\w\n]*(?:(?:et|puis|and|w|و)\s+)?"
    r"(?:(?:ma|notre|la|une|my|our)\s+)?"
)
_FIRST = (
    r"(?:1(?:ere?|re|st)|premiere?|first|one|2(?:eme|e|nde?|nd)|deuxieme|seconde?|second|"
    r"3(?:eme|e|rd)|troisieme|third|4(?:eme|e|th)|quatrieme|fourth|lawla|lwla|tan[iy]a|talta|"
    r"الاولي|الاولى|الثانيه|الثالثه)"
)
# "Bon de commande n° 4521", "Commande 2 :", "2ème commande", "lcommande lwla".
_NUMBERED = re.compile(
    _START
    + rf"(?:{_PAPER}\s*[|:]?\s*(?:{_MARK}\s*[:|]?\s*(?P<marked>{_ID}|[a-d]{E})"
    + rf"|(?P<bare>\d{{1,2}}|[a-d])\s*(?=[:\n()|,-]|$|pour{E}|for{E})"
    + r"|(?P<serial>\d{2,4}/\d{1,5}(?!\d)|\d{3,6}(?=\s*[:\n]))"
    + rf"|(?P<after>{_FIRST}){E}"
    + rf"|(?P<part>\d)\s*(?:of|sur|de|/)\s*\d{E}"
    + r"|-?(?P<code>[a-z]{1,6}[-/]?\d[\w/.-]*)(?=\s*[:\n(–—-]))"
    + r"|(?:v/|n/|votre\s+|notre\s+)?ref\w*\.?\s*:?\s*(?P<year>20\d\d[-/]\d{1,5})(?=\s*[:\n])"
    + rf"|(?P<before>{_FIRST})\s+{_PAPER}{E})"
)
_REFERENCE = re.compile(
    rf"{B}{_PAPER}\s*(?:fournisseur|d'achat|client)?[\s|:]*(?:{_MARK}[\s|:]*)?(?P<id>{_ID})"
)
_IN_NAME = re.compile(rf"(?<![a-z])(?:{_PAPER})[-_ ]*(?:n°?|no)?[-_ ]*(?P<id>\d[\w-]*)")
_HEAD = 800
_FORWARD = re.compile(
    r"(?:^|(?<=\n))-{3,}\s*(?:forwarded\s+message|message\s+transfere|"
    r"debut\s+du\s+message\s+(?:re)?transfere)"
)
_SHEET = re.compile(r"(?:^|(?<=\n))\[sheet: (?P<name>[^\n]*)\]")
_RECAP = re.compile(
    r"(?:^|(?<=[\n.]))[^\w\n]*(?:recap\w*|(?:en\s+)?resume|total\s+general|au\s+total|en\s+tout|"
    r"summary|in\s+total|synthese|l?majmou3|fl?majmou3|المجموع)(?![^\W_])"
)
_DAY_LEAD = re.compile(
    r"\W*(?:(?:et|puis|and)\s+)?(?:(?:pour|livraison|livrer|a\s+livrer|delivery|for|nhar|deliver)"
    r"\W*){1,2}(?:le\s+|on\s+|du\s+|:\s*)*$"
)
# Choices between which the customer has not decided, or one order in several goes.
APART_NO = re.compile(
    rf"{B}(?:ou\s+(?:bien|alors|sinon)|au\s+choix|options?\s+(?:\d|[a-c])|variantes?|alternatives?|"
    r"soit\s[^.\n]{3,80}\ssoit|either|wla|wela|awla|ولا|او\s+(?:لا)?|"
    r"tranches?|echelonn\w+|en\s+(?:deux|trois|plusieurs|\d)\s+(?:fois|livraisons|envois|temps)|"
    r"instal+ments?|in\s+(?:two|three|several|\d)\s+(?:deliveries|shipments|parts|goes)|"
    rf"(?:{_FIRST}|derniere)\s+(?:livraison|delivery|shipment)|(?:livraison|delivery)\s+{_FIRST}|"
    rf"3la\s+(?:joj|jouj|2)\s+(?:d|dyal)?\s*(?:lmrat|merrat|dfou3at)|على\s+دفعتين){E}"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters ``start``-``end`` of a document's text that may be an order of its own."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a part begins; parts of one ``key`` are one order."""

    start: int
    key: str
    label: str


def by_number(document: ReadDocument) -> list[Segment]:
    """Parts under headings that number the orders, differently."""
    text = own(document)
    found = [
        Heading(match.start(), _key(match), words_of(text, *match.span()))
        for match in _NUMBERED.finditer(text.text)
    ]
    return between(text, found)


def by_sheet(document: ReadDocument) -> list[Segment]:
    """The sheets of a workbook whose names say that each is an order."""
    text = own(document)
    sheets = list(_SHEET.finditer(text.text))
    named = [(sheet, _NUMBERED.match(sheet["name"].strip() + "\n")) for sheet in sheets]
    placed = [(sheet, PLACE.match(sheet["name"].strip())) for sheet in sheets]
    for pairs in (named, placed):
        found = [
            Heading(sheet.start(), sheet["name"].strip(), words_of(text, *sheet.span("name")))
            for sheet, match in pairs
            if match
        ]
        # A sheet beside them that is none of them belongs to none: it ends the one before.
        others = [sheet.start() for sheet, match in pairs if not match]
        if len(found) > 1:
            return between(text, found, stops=others)
    return []


def by_place(document: ReadDocument) -> list[Segment]:
    """Parts that begin with the place their goods go to, or lines that each end with one."""
    text = own(document)
    found = []
    for match in PLACE.finditer(text.text):
        name = match["town"] or match["branch"]
        label = words_of(text, match.end() - len(name), match.end())
        found.append(Heading(match.start(), known_as(name), label))
    return between(text, found) or _lines_with_place(text)


def _lines_with_place(text: Folded) -> list[Segment]:
    """Lines of which each says once where its goods go."""
    found = []
    for line in re.finditer(r"[^\n;]+", text.text):
        places = list(DESTINATION.finditer(text.text, *line.span()))
        if len(places) == 1 and re.search(r"\d", line.group()):
            label = words_of(text, *places[0].span("town"))
            found.append(Heading(line.start(), known_as(places[0]["town"]), label))
    return between(text, found)


def places_named(document: ReadDocument) -> list[str]:
    """The towns that the text sends goods to, each once."""
    text = own(document)
    found = {
        known_as(match["town"]): words_of(text, *match.span("town"))
        for match in reversed(list(DESTINATION.finditer(text.text)))
    }
    return list(reversed(found.values()))


def by_day(document: ReadDocument, today: dt.date) -> list[Segment]:
    """Lists that each stand under a line which names their day of delivery."""
    text = own(document)
    found = []
    for date in dates.find(text.text, today):
        start = text.text.rfind("\n", 0, date.start) + 1
        rest = text.text[date.end :].split("\n", 1)[0]
        lead = text.text[start : date.start]
        # A rule for dates may take "pour le" into the date itself.
        leads = _DAY_LEAD.match(lead) or (not lead.strip(" -•*") and "\n" in text.text[date.end :])
        if leads and rest.strip(" .") in {"", ":", "-"}:
            found.append(Heading(start, date.value.isoformat(), words_of(text, start, date.end)))
    return between(text, found)


def reference(document: ReadDocument) -> str:
    """The number an order form bears at its head, else in its file's name; empty where none."""
    match = _REFERENCE.search(fold(document.text[:_HEAD]).text)
    if match is None:
        match = _IN_NAME.search(fold(document.filename).text.rpartition(".")[0])
    return match["id"].strip(".-/") if match else ""


def recaps(document: ReadDocument) -> list[tuple[int, int]]:
    """Where the text only sums up what it said: to the end of the paragraph."""
    text = own(document)
    spans = []
    for match in _RECAP.finditer(text.text):
        end = text.text.find("\n\n", match.end())
        spans.append(text.source(match.start(), end if end >= 0 else len(text.text)))
    return spans


def forwards(document: ReadDocument) -> int:
    """How many messages the text forwards, one below the other."""
    return len(_FORWARD.findall(fold(document.text).text))


def own(document: ReadDocument) -> Folded:
    """The document's text, folded, with all but the author's new words blanked out."""
    if not document.fresh:
        return fold(document.text)
    spans = [(span.start, span.end) for span in document.fresh]
    return fold(only(document.text, spans))


def only(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """``text`` with blanks outside ``spans``; every place stays where it is."""
    kept: list[str] = []
    position = 0
    for start, end in sorted(spans):
        first = max(start, position)
        kept += [_blank(text[position:first]), text[first:end]]
        position = max(position, end)
    return "".join([*kept, _blank(text[position:])])


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """``text`` with ``spans`` turned to blanks."""
    for start, end in spans:
        text = text[:start] + _blank(text[start:end]) + text[end:]
    return text


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def words_of(text: Folded, start: int, end: int) -> str:
    return " ".join(text.source_text(start, end).split()).strip(" .;:,|-•*([")


def _key(match: re.Match[str]) -> str:
    groups = match.groupdict()
    kinds = ("marked", "bare", "serial", "after", "before", "code", "part", "year")
    found = next(groups[kind] for kind in kinds if groups[kind])
    return found.strip(".-/")


def between(text: Folded, headings: list[Heading], stops: Iterable[int] = ()) -> list[Segment]:
    """From each heading to the next one that says something else; none where all say the same."""
    if len({heading.key for heading in headings}) < 2:  # noqa: PLR2004 - one order
        return []
    segments: list[Segment] = []
    starts = [*(heading.start for heading in headings[1:]), len(text.text)]
    labels = {heading.key: heading.label for heading in reversed(headings)}
    for heading, following in zip(headings, starts, strict=True):
        end = min([following, *(stop for stop in stops if stop > heading.start)])
        first, last = text.source(heading.start, end)
        segments.append(Segment(first, last, labels[heading.key]))
    return segments
