"""The firm in a message whose name the sender's e-mail domain gives away.

"Samir snack atlas 0661..." from samir@snack-atlas.example: the words that spell the
domain are the firm, however small they are written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backoffice.core.text import folded, word_set

if TYPE_CHECKING:
    from orders.extraction.drafts import Span
    from orders.extraction.text.scan import Scan

_PUBLIC = word_set(
    "gmail googlemail yahoo ymail hotmail outlook live msn icloud me mac aol gmx proton "
    "protonmail orange wanadoo free sfr laposte bbox neuf numericable menara iam inwi caramail "
    "yandex mail email"
)
_SHORTEST, _SHORTEST_SENDER = 5, 6
_MOST_WORDS = 5
_WORD = re.compile(r"[^\W_]+")
_SMALL = word_set("de du des la le les et and the of d l & aux au")
# What may follow as part of the name: "Spice Route" + "Trading".
_MORE = re.compile(
    r"[ ]+(?P<word>(?!SARL|SAS?\b|EURL|SNC)[A-ZÀ-Ý][\w'’.-]*|&|et|and|de|du|des|d')(?=[\s,;:|/]|$)"
)
_GAP = re.compile(r"[ '’&.-]{1,3}")
_LEAST_SHARE = 0.6


def label_of(email: str) -> str:
    """The telling part of an address's domain, letters and figures only; empty if anybody's."""
    domain = folded(email.partition("@")[2])
    parts = domain.split(".")[:-1]
    while len(parts) > 1 and parts[-1] in {"co", "com", "net", "org", "ac", "gov"}:
        parts.pop()
    name = parts[-1] if parts else ""
    return "" if name in _PUBLIC else re.sub(r"[^a-z0-9]", "", name)


def bears_name(name: str, email: str) -> bool:
    """Whether an address bears the name: newsletter@packmachines.example, "PackMachines Europe"."""
    local, _, domain = email.lower().partition("@")
    label = re.sub(r"[^a-z0-9]", "", domain.partition(".")[0])
    words = [re.sub(r"[^a-z0-9]", "", word) for word in folded(name).split()]
    if len(label) < _SHORTEST_SENDER or any(len(w) > 2 and w in local for w in words):  # noqa: PLR2004 - "el"
        return False
    return label == "".join(words) or (len(words) > 1 and label == words[0])


def says_more(signed: Span | None, spelled: Span, scan: Scan, person: str) -> bool:
    """Whether the firm of a signature holds the words the domain spells, and more of the name."""
    if signed is None or not (signed[0] < spelled[1] and spelled[0] < signed[1]):
        return False
    before = folded(scan.document.text[signed[0] : max(signed[0], spelled[0])]).split()
    return not before or not set(before) <= set(folded(person).split())


def find(scan: Scan, email: str, person: str) -> Span | None:
    """Where the author's own text (signature included) names the firm of ``email``'s domain.

    Positions are in the document's text. ``person`` is the sender's own name, which
    a domain may bear as well and which is no firm.
    """
    label = label_of(email)
    if len(label) < _SHORTEST:
        return None
    known = set(folded(person).split())
    best: Span | None = None
    for start, end in _own_lines(scan):
        words = list(_WORD.finditer(scan.masked, start, end))
        for first in range(len(words)):
            last = _spelled(scan.text, words[first : first + _MOST_WORDS], label)
            if last is None or {w.group() for w in words[first : first + last]} <= known:
                continue
            # The last place is nearest to a signature.
            best = (words[first].start(), words[first + last - 1].end())
    if best is None:
        return None
    begin, stop = scan.folded.source(*best)
    return begin, _extended(scan.document.text, stop)


def _own_lines(scan: Scan) -> list[Span]:
    document = scan.document
    spans = [*document.fresh, *document.signature]
    if not spans:
        return [(0, len(scan.text))]
    return [(scan.folded.position(s.start), scan.folded.position(s.end)) for s in spans]


def _spelled(text: str, words: list[re.Match[str]], label: str) -> int | None:
    """How many of these words, one after the other, spell the label; None when they do not."""
    joined, bare = "", ""
    found: int | None = None
    for count, word in enumerate(words, start=1):
        if count > 1 and not _GAP.fullmatch(text, words[count - 2].end(), word.start()):
            break
        joined += word.group()
        bare += "" if word.group() in _SMALL else word.group()
        if label in {joined, bare}:
            return count
        if not (label.startswith((joined, bare)) and bare):
            break
        # "Moulins Doukkala" of moulinsdoukkalamaroc.example
        if count > 1 and len(joined) >= _LEAST_SHARE * len(label):
            found = count
    return found


def _extended(text: str, end: int) -> int:
    """Take in the capitalised words that go on with the name."""
    stop = end
    while match := _MORE.match(text, stop):
        stop = match.end()
        if match["word"][:1].isupper():
            end = stop
    return end
