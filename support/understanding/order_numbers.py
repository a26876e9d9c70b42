"""Order numbers in what customers write: "#123", "n°4587", "CMD-2026-00045", "cmd10423".

Telephone numbers, amounts, dates, postcodes and the numbers of parcels, invoices, returns,
articles and customers are none. What stands before a number decides; where nothing does, a
number of the usual length is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from backoffice.core import phones
from backoffice.core.text import Folded, fold, folded
from backoffice.messaging.documents import replies
from support.understanding.words import numbers as words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from backoffice.messaging.content import Span

LONGEST: Final = 20_000


def _one_of(table: str) -> str:
    return "|".join(table.split())


_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_ORDER_WORD: Final = re.compile(rf"{_B}(?:{_one_of(words.ORDER)}){_E}")
_JOINED: Final = (
    r"[\s:.°#(\"-]{0,3}"
    r"(?:(?:n[°o]?|no|num(?:ero)?|number|is|est(?:\s(?:le|la))?|رقم)[\s:.°#(\"-]{1,3}){0,2}"
)
_OTHER_WORD: Final = re.compile(
    rf"{_B}(?:{_one_of(words.OTHER)})(?!\w){_JOINED}$"
    rf"|{_B}(?:{_one_of(words.OTHER_NUMBERED)})"
    rf"\s?(?:[:#]|n[°o.]|no\b|num(?:ero)?\b|number\b){_JOINED}$"
)
_MAYBE_OTHER: Final = re.compile(rf"{_B}(?:{_one_of(words.OTHER_NUMBERED)})\s$")
# "Votre réf. 11152", "Réf : 50252" on a line of its own.
_OUR_REFERENCE: Final = re.compile(
    r"(?:^|\n)\s*ref(?:erence)?\.?\s?:\s*$"
    r"|\b(?:votre|vos|notre|nos|your|our|su)\s(?:ref(?:erence)?|referencia|dossier)\b[\s:.n°#]*$"
)
_UNIT: Final = re.compile(rf"[ \t]?(?:{_one_of(words.UNITS)})(?![\w'’])")
_REFERENCE: Final = re.compile(
    r"(?<![^\W_])(?:cmd|cmde|cde|commande|order|pedido|طلب)[\s:.#n°_-]{0,5}"
    r"(?P<year>20\d\d)(?:[\s./_-]{0,3}(?P<serial>\d(?:[ -]?\d){3,5})|[./_-](?P<serial_c>\d{1,3}))"
    r"(?![\d])(?![./-]\d)"
    r"|(?<![\w/.-])(?P<year_b>20\d\d)[-_/](?P<serial_b>\d{5,6})(?![\w/-])"
)
_GLUED: Final = rf"(?:{_one_of(words.ORDER)}|n[°o]?|no|num|numero)[.:#_-]?"
_PLAIN: Final = re.compile(
    rf"(?<![\w.,/+-])(?P<glue>{_GLUED})?(?P<number>\d{{3,8}})(?![\w]|[-/.,'’:]\d|[-/]\w)"
)
# "1 0 4 1 2", "10 412", "10.412": only where an order word stands right before.
# "macommande10712", "la10713", "n°10714le vase", "order10717still".
_STUCK: Final = re.compile(
    rf"(?<![^\W_])(?P<glue>[^\W\d_]{{0,12}}?(?:{_one_of(words.ORDER)})|l[ae]|n[°o]?|no|num|numero|ref)?"
    r"[.:#_°-]?(?P<number>\d{4,6})(?P<after>[^\W\d_]{2,})?(?![\d]|[-/.,'’:]\d|[-/]\w)"
)
_SIGN_ALONE: Final = re.compile(r"n[°o]?|no|num|numero|ref")
_SPACED: Final = re.compile(
    rf"{_B}(?:{_one_of(words.ORDER)})[\s:.#-]{{0,3}}(?:(?:{words.JOINING})[\s:.°#-]{{0,3}}){{0,2}}"
    r"(?P<number>\d{1,3}(?:[ .-]\d{1,3}){1,6})(?![\d/]|[.,]\d)"
)
_HASH: Final = re.compile(r"#\s?$")
_NUMBER_SIGN: Final = re.compile(r"(?:\bn\s?[°.]\s?|\bno\.?\s|\bnumero\s|\bnum\.?\s?|رقم\s)[:\s]*$")
_ADJACENT: Final = re.compile(
    rf"{_B}(?:{_one_of(words.ORDER)}|{_one_of(words.ORDER_ADJACENT)})[\s:.#()n°\"-]{{0,4}}"
    rf"(?:(?:{words.JOINING})[\s:.°#()\"-]{{0,4}}){{0,3}}$"
)
_BREAK: Final = re.compile(
    r"[.!?](?=\s)(?<!\bn\.)(?<!\bno\.)(?<!\bref\.)(?<!\bcmd\.)(?<!\bcde\.)|\n"
)
_STREET: Final = re.compile(
    r"\b(?:rue|avenue|av|bd|boulevard|route|place|chemin|allee|quai|impasse|cours|lotissement"
    r"|calle|street|road|lane|derb|hay|زنقه|شارع)\b"
)
_TOWN: Final = re.compile(r"\s+\(?[A-ZÀ-Ý][\w'’-]{2,}|\s*\((?:[A-ZÀ-Ý][\w'’-]+)\)|\s+CEDEX")
_LIVING: Final = re.compile(
    r"\b(?:habite|vis|suis|sommes|reside\w*|loge\w*|situe\w*|domicilie\w*"
    r"|agence de|livre[rz] au|live in|magasin du|dans le|en el|postal)"
    r"\s(?:au |(?:a|in|en)\s(?:[^\W\d_]+[\s-]){0,3})?$"
)
_IS_SOMETHING_ELSE: Final = re.compile(rf"\s?\((?:{_one_of(words.OTHER)})(?!\w)")
_NOT_THIS: Final = re.compile(
    r"(?<!mais )(?<!but )\b(?:pas|non|not|no|sauf|excepte)\s"
    r"(?:de |pour |sur )?(?:la|le|the|el|l)?\s?"
    r"(?:commande|order|pedido|n)?\W{0,3}$"
)
# Of two orders that one is not the matter: "la 10799 bien reçue, et la 10801".
_IS_DONE: Final = re.compile(
    r"\s?[,(:]?\s?(?:(?:est|a ete|elle est|je l'ai|c'est|is|has|was|arrived|all)\s)?"
    r"(?:(?:bien|deja|deja bien|tout|ok et bien)\s)?"
    r"(?:recue?s?|arrivee?s?|livree?s?|ok|nickel|parfaite?|received|arrived|fine|good|llego)\b"
)
# "une commande de 1500 euros": what is counted is no number, though the word stands before it.
_OF: Final = re.compile(r"\b(?:de|d'|of|por|pour)\s?$")
_ADDRESS: Final = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+")
_DATE: Final = re.compile(
    r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d\d)(?!\d)|(?<!\d)\d{4}-\d\d-\d\d(?!\d)"
)
_PHONE: Final = re.compile(
    r"(?<![\w])(?:\+|00)?\d{2,3}(?:[ .-]?\d\d){4,5}(?!\d)|(?<!\d)0\d(?:[ .-]?\d\d){4}(?!\d)"
)
_MONTHS: Final = re.compile(rf"\b(?:{_one_of(words.BEFORE_YEARS)})\s+$")
# "6C 1234 5098 771" is one number, "1240 route de la Plaine" a house.
_IN_A_ROW: Final = re.compile(r"(?:^|[\s:])[a-z]?\d+[a-z]? $|\d[.,]$")
_GOES_ON: Final = re.compile(r" \d{3}")
_HOUSE: Final = re.compile(rf"\s?,?\s?(?:bis |ter )?{_STREET.pattern}")
_WINDOW: Final = 42
_SHORTEST_BARE, _LONGEST_BARE = 4, 6
_YEARS: Final = range(1900, 2100)
_POSTCODE_LENGTH: Final = 5

# Points; a candidate above zero is an order number.
_NAMED, _NEAR, _HASHED, _NUMBERED, _BARE, _DOUBTFUL = 6.0, 4.0, 4.0, 3.0, 2.0, 1.5
_OTHER, _POSTCODE, _YEAR, _DENIED = -5.0, -5.0, -4.0, -1.5
_DONE, _LEAST = -3.5, 1.5
_IN_SIGNATURE, _IN_QUOTE = -2.5, -1.0
_CONFIRMED = 10.0
# Of something else than an order: nothing that anybody else says changes that.
RULED_OUT: Final = _YEAR


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may name an order, at ``start``-``end`` of the message.

    ``score`` above zero means that it is taken for one; ``is_known`` that the
    customer has such an order.
    """

    number: str
    start: int
    end: int
    score: float
    is_known: bool = False


def best(message: str, known: Collection[str] = ()) -> str | None:
    """Return the order number of the message, or nothing when it names none.

    ``known`` are the numbers of the customer's own orders: one of them that
    stands in the message wins, and is returned as it is written there.
    """
    found = find(message, known)
    return found[0].number if found and found[0].score > 0 else None


def find(message: str, known: Collection[str] = ()) -> list[Candidate]:
    """Return the candidates of the message, likeliest first; those below zero were ruled out."""
    text = fold(message[:LONGEST])
    own = {_normal(number): number for number in known}
    found = [_confirm(one, own) for one in _weighed(text)]
    found += _spelled_otherwise(text, own, found)
    unique: dict[str, Candidate] = {}
    for one in sorted(found, key=lambda one: (-one.score, one.start)):
        unique.setdefault(one.number, one)
    return list(unique.values())


def _weighed(text: Folded) -> Iterator[Candidate]:
    parts = replies.split(text.original)
    masked = _masked(text)
    for number, start, end, named in _shapes(masked):
        first, last = text.source(start, end)
        score = named or _score(text, masked, number, start, end)
        if _inside(parts.signature, first):
            score += _IN_SIGNATURE
        elif _inside(parts.quoted, first):
            score += _IN_QUOTE
        yield Candidate(number, first, last, score)


def _masked(text: Folded) -> str:
    """Return the folded text without addresses, telephone numbers and dates."""
    masked = text.text
    spans = [
        match.span() for pattern in (_ADDRESS, _DATE, _PHONE) for match in pattern.finditer(masked)
    ]
    spans += [
        (text.position(phone.start), text.position(phone.end))
        for phone in phones.find(text.original)
    ]
    for start, end in spans:
        masked = masked[:start] + re.sub(r"\S", "\x00", masked[start:end]) + masked[end:]
    return masked


def _shapes(masked: str) -> Iterator[tuple[str, int, int, float]]:
    """Yield number, start, end, and its points where the shape says enough."""
    taken: list[tuple[int, int]] = []
    for match in _REFERENCE.finditer(masked):
        year, serial = (
            match["year"] or match["year_b"],
            match["serial"] or match["serial_b"] or match["serial_c"],
        )
        serial = re.sub(r"\D", "", serial)
        taken.append(match.span())
        yield f"CMD-{year}-{serial.zfill(5)}", *match.span(), _NAMED + 1
    for match in _SPACED.finditer(masked):
        number = re.sub(r"\D", "", match["number"])
        is_usual = _SHORTEST_BARE <= len(number) <= _LONGEST_BARE
        is_counted = _UNIT.match(masked, match.end())
        if is_usual and not is_counted and _free(match.span("number"), taken):
            taken.append(match.span("number"))
            yield number, *match.span("number"), _NAMED
    for match in _STUCK.finditer(masked):
        if _is_stuck_order(masked, match) and _free(match.span("number"), taken):
            taken.append(match.span("number"))
            yield match["number"], *match.span("number"), _NAMED
    for match in _PLAIN.finditer(masked):
        if _free(match.span("number"), taken):
            yield match["number"], *match.span("number"), 0.0


def _is_stuck_order(masked: str, match: re.Match[str]) -> bool:
    """Tell whether a number without blanks around it is an order's, and counts nothing."""
    if match["after"] and _UNIT.match(masked, match.end("number")):
        return False
    before = masked[max(0, match.start("number") - _WINDOW) : match.start("number")]
    if _OTHER_WORD.search(before) or int(match["number"]) in _YEARS:
        return False
    if match["after"]:
        return bool(match["glue"] or _ADJACENT.search(before))
    return bool(match["glue"]) and not _SIGN_ALONE.fullmatch(match["glue"])


def _free(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> bool:
    return all(span[1] <= start or span[0] >= end for start, end in taken)


def _score(text: Folded, masked: str, number: str, start: int, end: int) -> float:
    """Return the points of a plain number by what stands around it."""
    before = masked[max(0, start - _WINDOW) : start]
    points = _label(before, number)
    if _measures(masked, number, start, end, points):
        return _OTHER
    if points < _HASHED and _is_postcode(text, masked, number, start, end):
        return _POSTCODE
    is_dated = points <= _NUMBERED and bool(_MONTHS.search(before))
    if int(number) in _YEARS and (points <= _BARE or is_dated):
        return _YEAR
    if points > 0 and _IS_DONE.match(masked, end):
        # Still an order, if no other is named.
        return max(points + _DONE, _LEAST)
    return points + _DENIED if _NOT_THIS.search(before) else points


def _measures(masked: str, number: str, start: int, end: int, points: float) -> bool:
    """Tell whether a number counts something, or is part of a longer one or an address."""
    is_counted = points < _NAMED or _OF.search(masked[max(0, start - 4) : start])
    if is_counted and _UNIT.match(masked, end):
        return True
    if not number.strip("0") or _IS_SOMETHING_ELSE.match(masked, end):
        return True
    around = (
        _IN_A_ROW.search(masked[max(0, start - _WINDOW) : start])
        or _GOES_ON.match(masked, end)
        or _HOUSE.match(masked, end)
    )
    return points < _NEAR and around is not None


def _label(before: str, number: str) -> float:
    """Return the points for the words before a number."""
    if _ADJACENT.search(before):
        return _NAMED
    if _OUR_REFERENCE.search(before):
        return _NEAR
    is_usual = _SHORTEST_BARE <= len(number) <= _LONGEST_BARE
    is_hashed = bool(_HASH.search(before))
    if _OTHER_WORD.search(before) or not (is_usual or is_hashed):
        return _OTHER
    if is_hashed:
        return _HASHED
    # The order word may stand a few words away, but in the same sentence and the nearest.
    near = re.split(r"\d", _BREAK.split(before)[-1])[-1]
    if _ORDER_WORD.search(near):
        return _NEAR
    return _NUMBERED if _NUMBER_SIGN.search(before) else _bare(before)


def _bare(before: str) -> float:
    """Return the points of a number of which nothing says what it is."""
    return _DOUBTFUL if _MAYBE_OTHER.search(before) else _BARE


def _is_postcode(text: Folded, masked: str, number: str, start: int, end: int) -> bool:
    if len(number) != _POSTCODE_LENGTH:
        return False
    after = text.original[text.source(start, end)[1] :][:40]
    line = masked[masked.rfind("\n", 0, start) + 1 : start][-60:]
    if re.match(r"\s*\([A-ZÀ-Ý]", after):
        return True
    if _LIVING.search(masked[max(0, start - _WINDOW) : start]):
        return True
    return bool(
        (_STREET.search(line) and not after.strip(" .")[:1].islower())
        or (_TOWN.match(after) and (not line.strip() or line.rstrip().endswith((",", "-", "à"))))
    )


def _inside(spans: Sequence[Span], position: int) -> bool:
    return any(span.start <= position < span.end for span in spans)


def _normal(number: str) -> str:
    return re.sub(r"[\W_]", "", folded(number))


def _confirm(one: Candidate, own: dict[str, str]) -> Candidate:
    """Mark a candidate that is one of the customer's orders, also by its last part alone."""
    number = own.get(_normal(one.number))
    if number is None and one.score > 0:
        serial = one.number.lstrip("0")
        endings = [k for n, k in own.items() if re.search(rf"\D0*{serial}$", k)]
        number = endings[0] if len(endings) == 1 else None
    if number is None:
        return one
    return replace(one, number=number, score=one.score + _CONFIRMED, is_known=True)


def _spelled_otherwise(
    text: Folded, own: dict[str, str], found: Sequence[Candidate]
) -> Iterator[Candidate]:
    """Yield the customer's numbers that stand in the text in a shape of their own."""
    seen = {one.number for one in found}
    for normal, number in own.items():
        if number in seen or len(normal) < _SHORTEST_BARE:
            continue
        pattern = r"[\W_]{0,2}".join(map(re.escape, normal))
        match = re.search(rf"(?<![^\W_]){pattern}(?![^\W_])", text.text)
        if match:
            first, last = text.source(*match.span())
            yield Candidate(number, first, last, _CONFIRMED, is_known=True)
