"""Is a watch offered, wanted, asked about or swapped?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from listings.extraction.prices import CURRENCY

if TYPE_CHECKING:
    from listings.extraction.items import Kind
    from listings.extraction.message import Message
    from listings.extraction.splitting import Part
    from listings.extraction.tokens import Match

Span = tuple[int, int]
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)|\n")
_HEAD = 12  # a question begins its sentence, after a greeting at most
_INTO = re.compile(
    r"\b(?:contre|gegen|against|towards|swap for|trade for|swap it for|for your|for my"
    r"|contre m[ao]n?|gegen meine?n?|zum tausch"
    r"|echange contre|a cambio de|o permuto por|or swap|or trade)\b"
)


_MINE = re.compile(r"\W*(?:my|ma|mon|meine?|meinen|il mio|la mia|mi)\s")
_FOR_YOURS = re.compile(
    r"\b(?:for|contre|gegen|con|por)"
    r" (?:your|ta|ton|votre|deine?n?|eure?n?|il tuo|la tua|tu|vuestr[oa])\b"
)


@dataclass(frozen=True, slots=True)
class KindFound:
    """The kind, how sure, and where it is said (None when it only follows)."""

    kind: Kind | None
    confidence: float = 0.0
    span: Span | None = None


def decide(
    message: Message, part: Part, *, evidence: bool, plenty: bool, before: KindFound | None
) -> KindFound:
    """Return the kind of one part; ``before`` is that of the part before it.

    ``evidence``: the part has a price or other details of an offer, so that it
    is a sale when nothing else is said. Without them kind is None. ``plenty``:
    so many that a question mark without a question does not matter.
    """
    low, start = message.low, part.mention.start
    first, last = sentence(low, start)
    cues = _cues(message, part, first, last)
    if _is_swap(low, part, before, (first, last), alone=not cues):
        return KindFound("trade", 0.9)
    if not evidence and _is_gone(message, part, first):
        return KindFound(None)
    questions = message.phrases.of("question", first, last)
    if _asked(low, first, last) and (questions or not plenty):
        return _in_question(message, part, cues, first, last)
    bid = _bid(message, part, first)
    if bid or cues:
        return bid or _of(message, cues)
    for match in questions:
        if not evidence or match.start - first < _HEAD:
            return KindFound("question", 0.85, (match.start, match.end))
    return _from_around(message, part, before) or _unsaid(message, part, evidence=evidence)


def _is_swap(low: str, part: Part, before: KindFound | None, where: Span, *, alone: bool) -> bool:
    """Tell whether the watch is named as the other half of a swap ("my A for your B")."""
    start = part.mention.start
    if before and before.kind in {"trade", "sale"} and _INTO.search(low, max(0, start - 30), start):
        return True
    return (
        alone
        and _MINE.match(low, where[0]) is not None
        and _FOR_YOURS.search(low, part.mention.end, where[1]) is not None
    )


def _is_gone(message: Message, part: Part, first: int) -> bool:
    """Tell whether the watch is named as one just sold ("Sold the Datejust, who's next?")."""
    start = part.mention.start
    for match in message.phrases.of("talk", max(first, part.floor), start):
        words = message.low[match.start : match.end].split()
        if words[0] in _GONE and not message.low[match.end : start].strip():
            return True
    return False


_GONE = frozenset({"sold", "vendu", "vendue", "venduta", "venduto", "vendida", "vendido"})


def _from_around(message: Message, part: Part, before: KindFound | None) -> KindFound | None:
    """The kind said in a heading, for the watch before, or later in the part."""
    shared = [cue for low, high in part.shared for cue in _types(message, low, high)]
    if shared:
        return _of(message, shared, 0.88)
    if before and before.kind:
        return KindFound(before.kind, before.confidence * 0.95, None)
    later = _types(message, part.start, part.end)
    return _of(message, later, 0.8) if later else None


def _unsaid(message: Message, part: Part, *, evidence: bool) -> KindFound:
    """An offer needs no word for it; without details it is a question, or nothing."""
    _first, end = sentence(message.low, part.mention.start)
    wanted = [cue for cue in _types(message, part.end, end) if cue.value == "wanted"]
    bare = not re.search(r"\w", message.low[part.mention.end : part.end])
    if evidence and not (wanted and bare):
        return KindFound("sale", 0.7)
    if message.phrases.of("sold", part.start, part.end):
        return KindFound(None)
    if wanted:  # "Hulk / Kermit wanted", "Hulk / Kermit wanted, 14k / 13k"
        return KindFound("wanted", 0.8, (wanted[0].start, wanted[0].end))
    questions = message.phrases.of("question", part.start, part.end)
    first, _last = sentence(message.low, part.mention.start)
    if questions or _asked(message.low, max(part.start, first), part.end):
        span = (questions[0].start, questions[0].end) if questions else None
        return KindFound("question", 0.75, span)
    return KindFound(None)


def sentence(low: str, position: int) -> Span:
    """Where the sentence around ``position`` starts and ends."""
    start = 0
    for match in _SENTENCE_END.finditer(low, max(0, position - 400), position):
        start = match.end()
    following = _SENTENCE_END.search(low, position)
    return (start, following.end() if following else len(low))


def _asked(low: str, start: int, end: int) -> bool:
    return "?" in low[start:end] or "¿" in low[start:end]


def _types(message: Message, start: int, end: int) -> list[Match[str]]:
    return [match for match in message.phrases.of("type", start, end) if _real(message, match)]


_PARTICIPLES = frozenset({"wanted", "gesucht", "cercasi", "wtb", "iso", "se busca"})
_HEAD_ONLY = frozenset({"achat", "av", "buy", "lf", "lotto", "such", "stock"})
_SUM = re.compile(rf"\s(?:{CURRENCY}\s?)?\d[\d.,' ]*\s?(?:k\b|{CURRENCY})|\s{CURRENCY}\s?\d")


_POSSIBLE = re.compile(
    r"s? (?:possibles?|possibile|posible|moglich|denkbar|etudiee?s?|welcome|considered|ok)\b"
)


def _real(message: Message, match: Match[str]) -> bool:
    """Tell whether a type word is one: "FS" heads a line, "looking for 1250 €" is a price."""
    text = message.low[match.start : match.end]
    line = message.low.rfind("\n", 0, match.start) + 1
    head = not re.search(r"[a-z0-9]", message.low[line : match.start])
    if text in {"fs", "ft"}:
        around = message.low[match.start - 1 : match.start] + message.low[match.end : match.end + 1]
        return head or "/" in around
    if text in _HEAD_ONLY or (text == "trade" and message.low.startswith(" only", match.end)):
        return head
    if match.value == "trade" and not head and _POSSIBLE.match(message.low, match.end):
        return False
    if text in _PARTICIPLES:  # "Snowflake wanted 2.5k"
        return True
    return not (match.value == "wanted" and _SUM.match(message.low, match.end))


def _cues(message: Message, part: Part, first: int, last: int) -> list[Match[str]]:
    """Type words of the sentence of the mention, inside its part or leading up to it."""
    found = _types(message, max(first, part.floor), min(last, part.end))
    if not found and part.start < first:
        found = _types(message, part.start, first)
    return found


_OFFERS = frozenset(
    {"biete", "biete an", "propose", "je propose", "offering", "ofrezco", "angebot"}
)
_EXCHANGE = re.compile(
    r"(?:(?:im|zum) tausch|en echange d|in exchange for|in (?:cambio|scambio)|a cambio (?:de|por))"
)


def _swapped(message: Message, cues: list[Match[str]]) -> bool:
    """Tell whether what is offered is offered for another watch ("biete A im Tausch gegen B")."""
    return (
        len(cues) > 1
        and message.low[cues[0].start : cues[0].end] in _OFFERS
        and _EXCHANGE.match(message.low, cues[1].start) is not None
    )


_BIDDING = (
    r"(?:(?:ich )?biete|offro|ofrezco|pago|(?:j' ?|j |je )?(?:offre|propose|paie|paye|mets|donne)"
    r"|(?:i |we |can )?(?:offer|offering|pay|paying|bid|bidding)|zahle|pagherei|pagaria)"
)
_BID = re.compile(
    rf"\b{_BIDDING} (?:(?:bis(?: zu)?|up to|jusqu'a|hasta|fino a|maximal|max) )?(?:{CURRENCY} ?)?"
    rf"\d[\d.,' ]{{0,9}}(?:k\d{{0,2}})? ?(?:{CURRENCY} ?)?(?:cash |bar )?"
    r"(?:fur|for|per|por|pour|sur|on|auf) "
    r"(?!(?:the |die |la |le |el |il )?(?:shipping|versand|envoi|port|envio|spedizione))"
)


def _bid(message: Message, part: Part, first: int) -> KindFound | None:
    """A sum offered for a watch ("biete 11k5 für eine BLRO") is what a buyer pays."""
    start = max(first, part.floor)
    match = _BID.search(message.low, start, part.mention.start)
    return KindFound("wanted", 0.88, match.span()) if match else None


def _of(message: Message, cues: list[Match[str]], confidence: float = 0.95) -> KindFound:
    """The word that counts among several: a sale that also takes swaps is a sale."""
    kinds = [cue.value for cue in cues]
    chosen = cues[0]
    if kinds[0] == "sale" and _swapped(message, cues):
        return KindFound("trade", confidence, (cues[1].start, cues[1].end))
    if kinds[0] == "trade" and kinds[1:2] == ["sale"] and cues[1].first - cues[0].last <= 1:
        chosen = cues[1]  # "trade or sale", "FT/FS"
    kind: Kind = chosen.value  # type: ignore[assignment]
    return KindFound(kind, confidence, (chosen.start, chosen.end))


_BUDGET = frozenset({"budget", "presupuesto", "max budget", "budget max", "plafond", "tope"})
_OFFERING = frozenset(
    {"vends", "je vends", "vd", "vds", "vendo", "verkaufe", "selling", "fs", "wts"}
)


def _in_question(
    message: Message, part: Part, cues: list[Match[str]], first: int, last: int
) -> KindFound:
    """What a sentence with a question mark is about."""
    seek = message.phrases.of("seek", first, last)
    for_sale = any(cue.value == "sale" for cue in cues)
    wanted = [cue for cue in _types(message, first, last) if cue.value == "wanted"]
    question = message.phrases.of("question", first, last)
    if wanted:
        return KindFound("wanted", 0.92, (wanted[0].start, wanted[0].end))
    budgets = [
        cue for cue in message.phrases.of("cue", part.start, part.end) if cue.value == "budget"
    ]
    if not question and any(message.low[c.start : c.end] in _BUDGET for c in budgets):
        return KindFound("wanted", 0.85)
    if seek and (for_sale or budgets):
        return KindFound("wanted", 0.92, (seek[0].start, seek[0].end))
    if any(cue.value == "trade" for cue in cues):
        trade = next(cue for cue in cues if cue.value == "trade")
        return KindFound("trade", 0.9, (trade.start, trade.end))
    if cues and cues[0].value == "sale" and not question and first == 0 and len(cues) == 1:
        text = message.low[cues[0].start : cues[0].end]
        if text in _OFFERING or "interes" in text:  # "any interest in my ...?"
            return _of(message, cues, 0.85)
    span = (question[0].start, question[0].end) if question else None
    return KindFound("question", 0.9 if question else 0.8, span)
