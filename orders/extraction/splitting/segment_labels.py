"""Where a text may hold several orders without numbering them: labels, tables, "et une autre".

As :mod:`orders.extraction.splitting.segments` nothing is decided here; what these ways find is only
taken where each part orders and none of the lines of the message is lost.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from backoffice.core import dates
from orders.extraction.kind.cue import B, E
from orders.extraction.lines.products import sign_of
from orders.extraction.splitting.places import ANYWHERE, known_as
from orders.extraction.splitting.segments import Heading, Segment, between, own, words_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from backoffice.core.text import Folded
    from backoffice.messaging.content import ReadDocument

_ORDER = (
    r"(?:l?com+and[ea]?s?|l?cmds?|cde|bdc|bc|bons?\s+de\s+com+ande|purchase\s+orders?|orders?|po|"
    r"l?koman\w+|"
    r"(?:ال)?طلبي[هة]|(?:ال)?كوم[اا]?ند\w*)"
)
_BULLET = r"(?:^|(?<=\n)|(?<=[.;] ))[^\w\n]*(?:(?:\d{1,2}|[ivx]{1,4}|[a-d])\s*[.)/:–—-]\s*)?"
# "Commande du magasin :", "Commande urgente (avant vendredi)", "Nouvelle commande : …"
_ORDER_LED = re.compile(
    rf"{_BULLET}(?:(?:la|ma|notre|une|our|my|the)\s+)?(?:nouvelle\s+|new\s+)?{_ORDER}{E}"
    r"(?P<label>[^\n:|]{0,60}?)\s*(?P<end>:|\n|(?=\s[–—-]\s))"
)
# "Client final Café Atlas :", "Mme Alaoui :", "Agence de Fès —": for whom.
_WHOSE = re.compile(
    rf"{_BULLET}(?:pour\s+|for\s+|l\s?)?(?P<label>(?:(?:client\w*(?:\s+final\w*)?|customer|"
    rf"societe|ste|mr?\.?|mme|mlle|mrs|ms|"
    rf"notre\s+(?:client|site|magasin|agence|depot))\s+[^\n:|–—]{{2,50}}?|"
    rf"[^\n:|–—\d()]{{2,30}}\([^\n)\d]{{2,30}}\)|"
    rf"[^\n:|–—\d]{{0,40}}?{ANYWHERE}[^\n:|–—\d]{{0,40}}?))"
    r"\s*(?::|\n|\s[–—-]\s)"
)
# "Commande passée par :", "Commande du jour :", "Commande précédente bien reçue"
_OF_PAPER = re.compile(
    rf"{B}(?:par|by|passee?|placed|recue?|received|dates?|total|contact|merci|precedente|derniere|"
    rf"jour|today|suivante|ci-dessous){E}"
)
_COUNTS = {
    "deux": 2,
    "two": 2,
    "jouj": 2,
    "joj": 2,
    "jooj": 2,
    "trois": 3,
    "three": 3,
    "tlata": 3,
    "quatre": 4,
}
_ANNOUNCED = re.compile(
    rf"{B}(?P<count>[2-6]|{'|'.join(_COUNTS)})\s+(?:\w+\s+)?{_ORDER}{E}(?!\s+(?:deja|passee?s|"
    rf"precedent|livre|recue|d'avant|en\s+cours|already|last|so\s+far))"
)
_ITEM = re.compile(
    r"(?<![\d/.,-])\d[\d ]*(?:[.,]\d{3})*(?=\s+[^\W\d])(?!\s*(?:com+and|cmd|orders?|factur|"
    r"invoice))"
)
# "… et une autre de 500 plates", "Et une deuxième commande à part : …"
_OTHER = re.compile(
    rf"{B}(?:(?:une?\s+|an?\s+|the\s+|la\s+)?(?:autre|other|another|deuxieme|seconde?|2e(?:me)?|"
    rf"second)\s+{_ORDER}|"
    rf"une\s+autre\s+(?:de|pour)|the\s+other\s+(?:one\s+)?(?:is|for|of)|(?:l?o?khra|lokhra|"
    rf"l'autre)(?=\s+\d)|"
    rf"(?:dans|par|en|sur|in)\s+(?:une?\s+|an?\s+)?{_ORDER}\s+(?:separee?s?|a\s+part|distincte)|"
    rf"(?:in\s+)?an?\s+separate\s+{_ORDER}|{_ORDER}\s+(?:separee|a\s+part|okhra|اخرى)){E}"
)
_SITE = re.compile(
    rf"{B}(?:sites?|agences?|destination\w*|lieu\w*|magasins?|depots?|boutiques?|succursale\w*|"
    rf"branch\w*|stores?|ship\s+to|"
    rf"deliver(?:y|ed)?(?:\s+(?:to|date|place))?|livraison\w*|livrer|ville\w*|city|client\w*|"
    rf"date\s+de\s+livraison){E}"
)
_DELIVERS = re.compile(
    rf"{B}(?:livr\w*|deliver\w*|expedi\w*|envoy\w*|adresse|ship\w*|tawsil|توصيل)"
)
_WEEK = re.compile(
    rf"{_BULLET}(?:(?:pour|livraison)\s+)?(?:la\s+)?(?:semaine|week|sem\.?|"
    rf"s)\s*(?:n°\s*)?(?P<week>\d{{1,2}})\s*:?[ \t]*(?=\n)"
)


def by_label(document: ReadDocument) -> list[Segment]:
    """Parts under headings that speak of an order, or say for whom the goods are."""
    text = own(document)
    for pattern in (_ORDER_LED, _WHOSE):
        found = [
            Heading(match.start(), f"{index} {match['label'].strip()}", _label(text, match))
            for index, match in enumerate(pattern.finditer(text.text))
            if _has_goods_below(text.text, match.end())
            and not _is_goods(match["label"])
            and not _OF_PAPER.search(match["label"])
        ]
        labels = {heading.key.partition(" ")[2] for heading in found}
        repeats = len(labels) == 1 and pattern is _ORDER_LED
        if len(found) > 1 and repeats:
            return between(text, [_counted(place, one) for place, one in enumerate(found, 1)])
        if len(found) > 1 and len(labels) == len(found):
            return between(text, found)
    return []


def by_week(document: ReadDocument) -> list[Segment]:
    """Lists under the week of their delivery."""
    text = own(document)
    return between(
        text,
        [
            Heading(match.start(), match["week"], words_of(text, *match.span()))
            for match in _WEEK.finditer(text.text)
        ],
    )


def by_other(document: ReadDocument) -> list[Segment]:
    """An order, and "another one" behind it."""
    text = own(document)
    found = list(_OTHER.finditer(text.text))
    if len(found) != 1 or not re.search(r"\d", text.text[: found[0].start()]):
        return []
    cut = _clause_start(text.text, found[0])
    first = re.search(r"\S", text.text)
    start = first.start() if first else 0
    label = words_of(text, *found[0].span())
    return between(text, [Heading(start, "1", "1"), Heading(cut, "2", label)])


def by_announced(document: ReadDocument) -> list[Segment]:
    """As many counted goods as the message says it makes orders."""
    text = own(document)
    announced = _ANNOUNCED.search(text.text)
    if announced is None:
        return []
    count = _COUNTS.get(announced["count"]) or int(announced["count"])
    items = list(_ITEM.finditer(text.text, announced.end()))
    if len(items) != count:
        return []
    starts = [_item_start(text.text, item, announced.end()) for item in items]
    if len(set(starts)) < len(starts):
        starts = [item.start() for item in items]
    return between(
        text, [Heading(start, str(index), f"{index}") for index, start in enumerate(starts, 1)]
    )


def by_column(document: ReadDocument) -> list[Segment]:
    """Rows of a table that has a column for the place, the customer or the day of delivery."""
    text = own(document)
    rows = [line for line in re.finditer(r"[^\n]+", text.text) if "|" in line.group()]
    for position, row in enumerate(rows):
        cells = row.group().split("|")
        columns = [i for i, cell in enumerate(cells) if _SITE.search(cell)]
        if len(columns) != 1 or re.search(r"\d", row.group()):
            continue
        found = []
        for other in rows[position + 1 :]:
            values = other.group().split("|")
            if len(values) != len(cells) or not values[columns[0]].strip():
                break
            key = values[columns[0]].strip()
            found.append(Heading(other.start(), known_as(key), key))
        segments = between(text, found)
        last = next((r.end() for r in rows if found and r.start() == found[-1].start), None)
        return _until(text, segments, last)
    return []


def by_paragraph(document: ReadDocument) -> list[Segment]:
    """Paragraphs that each count goods and name one place of delivery of their own."""
    text = own(document)
    found = []
    for paragraph in re.finditer(r"(?:[^\n]|\n(?!\s*\n))+", text.text):
        if not _DELIVERS.search(paragraph.group()) or not _ITEM.search(paragraph.group()):
            continue
        towns = {known_as(town.group()) for town in re.finditer(ANYWHERE, paragraph.group())}
        if len(towns) == 1:
            town = towns.pop()
            found.append(Heading(paragraph.start(), town, town.title()))
    return between(text, found)


def by_day_led(document: ReadDocument, today: dt.date) -> list[Segment]:
    """Lines or clauses that begin with their day: "À livrer le 28/04 : 2000 sachets"."""
    text = own(document)
    found = []
    for day in dates.find(text.text, today):
        start = max(text.text.rfind(mark, 0, day.start) for mark in "\n;") + 1
        lead = text.text[start : day.start].strip(" -•*")
        behind = re.match(r"[ \t]*\d{0,2}[ \t]*:\s*\d", text.text[day.end :])
        if behind and re.fullmatch(
            r"(?:\W*(?:a|le|la|pour|livr\w*|liv|deliver\w*|on|for|du|nhar)\b)*\W*", lead
        ):
            found.append(Heading(start, day.value.isoformat(), words_of(text, start, day.end)))
    return between(text, found)


def _counted(place: int, heading: Heading) -> Heading:
    return replace(heading, label=f"{heading.label} {place}")


def _is_goods(label: str) -> bool:
    """Whether a label names what is below it: "Sachets :"."""
    return any(sign_of(word) in {"S", "B", "T"} for word in re.findall(r"[^\W_]+", label))


def _label(text: Folded, match: re.Match[str]) -> str:
    return words_of(text, *match.span()) or match.group().strip()


def _has_goods_below(text: str, start: int) -> bool:
    """Whether something is counted on the line of the heading, or on the next one."""
    lines = text[max(0, start - 1) :].lstrip("\n").split("\n")[:2]
    return any(re.search(r"\d", line) for line in lines)


def _clause_start(text: str, match: re.Match[str]) -> int:
    """Where the clause of "another order" begins, or its words where goods stand before them."""
    before = max(text.rfind(mark, 0, match.start()) for mark in ".;\n") + 1
    words = text[before : match.start()]
    return match.start() if re.search(r"\d", words) else before


def _item_start(text: str, item: re.Match[str], least: int) -> int:
    """Where the words for one counted thing begin: its line, or behind the comma before it."""
    before: Iterator[int] = (text.rfind(mark, least, item.start()) for mark in "\n,;:.")
    return max(max(before) + 1, least)


def _until(text: Folded, segments: list[Segment], last: int | None) -> list[Segment]:
    """The rows alone: what stands below the table is said of all."""
    if not segments or last is None:
        return segments
    end = text.source(0, last)[1]
    return [*segments[:-1], Segment(segments[-1].start, end, segments[-1].label)]
