"""Where watches are named: brand, model and reference words joined to mentions.

Words that stand together and agree ("Tudor BB58 79030N") are one mention. What
a word means depends on the brands about: "Submariner" is Tudor's beside
"Tudor", "sport" is a model of Grand Seiko beside its brand only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from listings.extraction import references
from listings.extraction.mention import Mention, nickname

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listings.extraction.catalogue import Catalogue, Name, Sense
    from listings.extraction.message import Message
    from listings.extraction.references import Candidate
    from listings.extraction.tokens import Match

Span = tuple[int, int]


_ORDINARY = frozenset({"at", "ro"})  # names in capitals only
_ARTICLE = re.compile(
    r"(?:\b(?:la|une|the|die|eine|il|un|el|vs|ou|oder|or|o|e|et|and|und|y) |[/,&] ?)$"
)
_NAMING = frozenset(
    {"vends", "vend", "vd", "vds", "vendo", "verkaufe", "biete", "selling", "fs", "wts", "rolex"}
    | {"ma", "la", "une", "my", "the", "a", "un", "il", "mi"}
)
_MONTH_AFTER = re.compile(r"(?:0[1-9]|1[0-2])[/.](?:19|20)?\d\d")
_FILLER = 3  # words between two parts of one name
_PARTING = re.compile(
    r"[\n;•|→]|[.!?]\s|\d\s?(?:€|eur|chf|usd|gbp|\$|£|k\b)|(?:€|\$|£)\s?\d"
    r"|[ ,](?:et|and|und|ou|or|oder|y|contre|gegen|against|towards|vs|for|con|e|o|\+|por)[ ]"
)


class Reader:
    """Reads the mentions of one message."""

    def __init__(self, message: Message, catalogue: Catalogue) -> None:
        self._message = message
        self._tokens = catalogue.spelt(message.tokens)
        blocked = {
            index
            for match in message.phrases.by_kind.get("name", ())
            for index in range(match.first, match.last)
        }
        self._names = [
            match
            for match in catalogue.names.find(self._tokens).get("name", ())
            if match.first not in blocked
        ]
        self._candidates = references.find(message, catalogue)
        self._brands = self._brands_about()
        self._found: list[Mention] = []

    def read(self) -> list[Mention]:
        """Return the mentions in order; overlapping words of one watch are joined."""
        words: list[tuple[int, int, Match[tuple[Name, ...]] | Candidate]] = [
            (match.start, 0, match) for match in self._names
        ]
        words += [(one.start, 1, one) for one in self._candidates]
        for _start, is_reference, word in sorted(words, key=lambda entry: entry[:2]):
            mention = self._of_reference(word) if is_reference else self._of_name(word)  # type: ignore[arg-type]
            if mention is not None:
                self._add(mention)
        return [mention for mention in self._found if mention.brand]

    def _brands_about(self) -> list[tuple[int, int, str]]:
        """Brands named anywhere, with position and line."""
        return [
            (match.start, self._message.line_of(match.start), name.brand)
            for match in self._names
            for name in match.value
            if not name.model and (not name.weak or self._proper(match))
        ]

    def _proper(self, match: Match[tuple[Name, ...]]) -> bool:
        """Tell whether a weak brand word is written as a name."""
        original = self._message.folded.source_text(match.start, match.end)
        if len(original) <= 3:  # noqa: PLR2004 - initials
            return original.isupper()
        return original[:1].isupper() and bool(original.strip())

    def _context(self, position: int) -> list[str]:
        """Brands that a word at ``position`` may belong to, nearest first."""
        line = self._message.line_of(position)
        last = [self._found[-1].brand] if self._found and self._found[-1].brand else []
        near = self._found[-1] if self._found else None
        if near and self._message.line_of(near.start) == line:
            return last + [
                brand for start, where, brand in self._brands if where == line and start > position
            ]
        same = [brand for _start, where, brand in self._brands if where == line]
        return same + last + [brand for _start, _where, brand in self._brands]

    def _of_name(self, match: Match[tuple[Name, ...]]) -> Mention | None:
        names = match.value
        span = {"name": (match.start, match.end)}
        brands = [name for name in names if not name.model]
        if brands:
            name = brands[0]
            if name.weak and not self._brand_word(match, name):
                return None
            return Mention(match.start, match.end, name.brand, spans={"brand": span["name"]})
        context = self._context(match.start)
        chosen = self._by_reference(match)
        chosen = chosen or next(
            (n for brand in context[:1] for n in names if n.brand == brand), None
        )
        chosen = chosen or next((name for name in names if not name.weak), None)
        chosen = chosen or next((n for brand in context for n in names if n.brand == brand), None)
        if chosen is None or self._not_a_name(match, chosen):
            return None
        size: float = chosen.size or self._size_after(match)
        end = match.end
        if match.last - match.first > 1 and _MONTH_AFTER.match(self._message.low, end - 2):
            end = self._tokens[match.last - 2].end  # "Navitimer 01/2017" is no Navitimer 01
            span = {"name": (match.start, end)}
        return Mention(
            match.start,
            end,
            chosen.brand,
            chosen.model,
            size=size,
            generic=chosen.weak,
            nickname=nickname(self._message.low[match.start : match.end], chosen.model),
            spans={"model": span["name"]},
        )

    def _by_reference(self, match: Match[tuple[Name, ...]]) -> Name | None:
        """The name whose brand lists the reference right after: "Sub 114060" is no Tudor."""
        for one in self._candidates:
            if 0 < one.start - match.end <= 2:  # noqa: PLR2004 - a blank, a dash
                listed = {sense.brand for sense in one.senses if sense.known}
                of_brand = [name for name in match.value if name.brand in listed]
                return of_brand[0] if len(of_brand) == 1 else None
        return None

    def _brand_word(self, match: Match[tuple[Name, ...]], name: Name) -> bool:
        """A weak brand word counts beside a model or a reference of it, or as a proper name."""
        for other in self._names:
            if (
                other is not match
                and 0 <= other.first - match.last <= 1
                and any(one.brand == name.brand and one.model for one in other.value)
            ):
                return True
        for one in self._candidates:
            if 0 < one.start - match.end <= 12 and any(  # noqa: PLR2004 - "AP ref. 15400"
                sense.brand == name.brand for sense in one.senses
            ):
                return True
        return self._proper(match) and not self._message.phrases.of("object")

    def _not_a_name(self, match: Match[tuple[Name, ...]], name: Name) -> bool:
        """Tell "sub 10k" (a price) from a model; a bare figure needs its brand before it."""
        text = self._message.low[match.start : match.end]
        if text in _ORDINARY:
            return self._message.folded.source_text(match.start, match.end) != text.upper()
        if text.isdigit():
            last = self._found[-1] if self._found else None
            beside = last and last.brand == name.brand and not last.reference
            near = last and match.start - last.end <= 2  # noqa: PLR2004 - one blank, one dash
            return not ((beside and near) or self._listed_with(name, match))
        before = self._tokens[match.first - 1].text if match.first else ""
        return (
            text == "sub"
            and before not in _NAMING
            and re.match(r"\s\d{1,3}(?:[.,]\d)?\s?k\b", self._message.low[match.end :][:10])
            is not None
        )

    def _listed_with(self, name: Name, match: Match[tuple[Name, ...]]) -> bool:
        """Tell whether the second figure of "Sinn 104 oder 856" follows the first."""
        last = self._found[-1] if self._found else None
        if last is None or last.brand != name.brand or not last.model.isdigit():
            return False
        between = self._message.low[last.end : match.start]
        return re.fullmatch(r"\s?(?:,|/|oder|ou|or|o\.?|et|and|und|e|y)\s?", between) is not None

    _BESIDE = frozenset(
        [
            "b",
            "chronograph",
            "chrono",
            "chronographe",
            "cronografo",
            "automatic",
            "auto",
            "automatik",
            "date",
            "gmt",
            "xl",
            "ii",
            "iii",
            "titanium",
            "steel",
            "acier",
            "ceramic",
            "professional",
            "classic",
            "01",
            "08",
            "09",
        ]
    )

    def _size_after(self, match: Match[tuple[Name, ...]]) -> float:
        """The size that follows a model at once: "Tangente 38", "Navitimer B01 Chronograph 43"."""
        for token in self._tokens[match.last : match.last + 4]:
            if token.text.isdigit() and len(token.text) == 2 and 26 <= int(token.text) <= 50:  # noqa: PLR2004 - wrist watches
                after = self._message.low[token.end : token.end + 6]
                near = self._message.low[token.start - 1 : token.start]
                if re.match(r"[.,]5(?![\d.,])(?!\s?(?:k\b|€|eur|chf|\$|£|usd|/))", after):
                    return int(token.text) + 0.5 if near in " -" else 0
                whole = near in " -" and not re.match(
                    r"[.,'/\d]|(?!mm)[a-z]|\s?(?:k\b|€|eur|chf|\$|£|usd|%)|\s\d{3}(?![\d./])", after
                )
                return int(token.text) if whole or re.match(r"[,.]\s|[,.]$", after) else 0
            if token.broken or token.text not in self._BESIDE:
                return 0
        return 0

    def _of_reference(self, one: Candidate) -> Mention | None:
        sense = self._sense(one)
        if sense is None and not (one.cued and self._found):
            return None
        brand = sense.brand if sense else self._found[-1].brand
        model = sense.model if sense else ""
        text = self._message.folded.source_text(one.start, one.end)
        return Mention(
            one.start,
            one.end,
            brand,
            reference=text,
            known=bool(sense and sense.known),
            reference_model=model,
            spans={"reference": (one.start, one.end)},
        )

    def _sense(self, one: Candidate) -> Sense | None:
        """What a candidate means here; None when it is no reference here."""
        context = self._context(one.start)
        for brand in context[: 1 if one.plain else None]:
            for sense in one.senses:
                if sense.brand != brand or self._outranked(one, sense):
                    continue
                if self._believable(one, sense):
                    return sense
        if not (one.certain or one.cued or self._iconic(one)):
            return None
        for wanted in ("known", "alone"):
            for sense in one.senses:
                if getattr(sense, wanted):
                    return sense
        return one.senses[0] if one.senses and one.cued else None

    def _outranked(self, one: Candidate, sense: Sense) -> bool:
        """A brand of lines above yields to one that lists "15400ST" among its references."""
        if sense.known or one.plain:
            return False
        if not any(other.known or (other.alone and not sense.alone) for other in one.senses):
            return False
        line = self._message.line_of(one.start)
        return all(where != line or brand != sense.brand for _at, where, brand in self._brands)

    def _believable(self, one: Candidate, sense: Sense) -> bool:  # noqa: PLR0911 - one rule a line
        """Beside its brand: not a price, and a short figure stands right after a name."""
        if one.certain or one.cued:
            return True
        last = self._found[-1] if self._found else None
        near = last is not None and 0 <= one.start - last.end <= 2  # noqa: PLR2004 - a blank, a dash
        if not one.plain and any(char.isalpha() for char in one.text):
            return True
        if not one.plain:  # "2531.80", "101.039": a price would have stood apart
            return near or sense.known or not re.fullmatch(r"\d{1,3}[.]\d{3}", one.text)
        if self._priced(one):
            return False
        if self._iconic(one):
            return sense.known
        if len(one.text) > 5:  # noqa: PLR2004 - prices of six figures end with noughts
            return not one.text.endswith("000")
        if near and not (last and last.reference):
            return sense.known or not one.text.endswith("00")
        if self._listed(one):
            return sense.known
        return sense.known and not one.text.endswith("0") and len(one.text) > 3  # noqa: PLR2004

    def _listed(self, one: Candidate) -> bool:
        """After an article or beside another reference: "la 15300 ou la 15400"."""
        before = self._message.low[max(0, one.start - 10) : one.start]
        return _ARTICLE.search(before) is not None and any(
            mention.reference for mention in self._found
        )

    def _priced(self, one: Candidate) -> bool:
        before = self._message.low[max(0, one.start - 16) : one.start]
        return (
            re.search(
                r"\b(?:prix|price|preis|prezzo|precio|budget|max\w*|asking|bis|hasta|fino a)\W*$",
                before,
            )
            is not None
        )

    def _iconic(self, one: Candidate) -> bool:
        """A listed reference after an article or at the start of a line ("une 5711")."""
        if not one.plain or not any(sense.known for sense in one.senses) or self._priced(one):
            return False
        line = self._message.low.rfind("\n", 0, one.start) + 1
        head = not re.search(r"\w", self._message.low[line : one.start])
        if head and len(one.text) == 5:  # noqa: PLR2004 - "16200 36mm 1999 4300€"
            return re.match(r" \w", self._message.low[one.end : one.end + 2]) is not None
        if len(one.text) != 4 or one.text[-1] in "05":  # noqa: PLR2004
            return False
        before = self._message.low[max(0, one.start - 8) : one.start]
        return (
            re.search(
                r"(?:^|\n\W*|\b(?:la|une|the|my|your|ta|votre|tua|deine|tu|ma|die|eine|meine|il|un|una|el|le|mon|rolex"
                r"|is|ist|of|patek|iso|wtb|cherche|suche|cerco|busco|fs|wts) )$",
                before,
            )
            is not None
        )

    def _add(self, mention: Mention) -> None:
        last = self._found[-1] if self._found else None
        if last and self._together(last, mention):
            last.take(mention)
        elif not (last and mention.start < last.end):
            self._found.append(mention)

    def _together(self, last: Mention, new: Mention) -> bool:
        if new.start < last.end:
            return last.agrees(new)
        between = self._message.low[last.end : new.start]
        if len(between) > 40 or _PARTING.search(between):  # noqa: PLR2004 - a few words
            return False
        if len(re.findall(r"\w+", between)) > _FILLER or last.is_listed_with(new, between):
            return False
        if self._heads_another(last, new, between):
            return False
        if last.agrees(new):
            return True
        # "Chronomaster El Primero": two families of one brand side by side.
        return bool(
            last.brand == new.brand
            and last.model
            and new.model
            and not new.reference
            and not between.strip()
        )

    def _heads_another(self, last: Mention, new: Mention, between: str) -> bool:
        """Tell whether a model begins the next of a row: "SNZH57, Turtle SRP777"."""
        if not last.reference or last.model or not new.model or "," not in between:
            return False
        return any(
            0 < one.start - new.end <= 2 and one.senses  # noqa: PLR2004 - a blank, a dash
            for one in self._candidates
        )


def find(message: Message, catalogue: Catalogue) -> Sequence[Mention]:
    """Return the watches named in a message, in order."""
    return Reader(message, catalogue).read()
