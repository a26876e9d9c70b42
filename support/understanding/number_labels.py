"""What the words around a number say it is the number of, in points.

The nearest label owns the number. The order word may stand some words away; those of other
things mostly stand right before. Without any a number of the usual length is an order's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from support.understanding import number_contrasts
from support.understanding.number_places import is_house, is_postcode
from support.understanding.number_shapes import USUAL, Kind
from support.understanding.words import numbers as words

if TYPE_CHECKING:
    from backoffice.core.text import Folded
    from support.understanding.number_shapes import Shape

# Points; a candidate above zero is an order number.
NAMED, NEAR, HASHED, POINTED, NUMBERED, BARE, DOUBTFUL = 6.0, 4.0, 4.0, 3.0, 2.5, 2.0, 1.5
OTHER, YEAR = -5.0, -4.0
_WHOLE: Final = 7.0

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_ORDER: Final = words.one_of(words.ORDER)
_ORDER_WORD: Final = re.compile(rf"{_B}(?:{_ORDER}){_E}")
_ADJACENT: Final = re.compile(
    rf"{_B}(?:{_ORDER}|{words.one_of(words.ORDER_ADJACENT)})[\s:.#()n°,\"-]{{0,4}}"
    rf"(?:(?:{words.JOINING})[\s:.°#(),\"-]{{1,4}}){{0,5}}$"
)
_JOINED: Final = (
    r"[\s:.°#(\"-]{0,3}"
    r"(?:(?:n[°o]?|no|num(?:ero)?|number|is|es|c'est|est(?:\s(?:le|la))?|رقم)[\s:.°#(\"-]{1,3}){0,2}"
)
_NUMBER: Final = r"\s?(?:[:#]|n[°o.]|no\b|num(?:ero)?\b|number\b)"
_OTHER_WORD: Final = re.compile(
    rf"{_B}(?:{words.one_of(words.OTHER)}){_E}{_JOINED}$"
    rf"|{_B}(?:{words.one_of(words.OTHER_NUMBERED)}){_NUMBER}{_JOINED}$"
)
_OTHER_AFAR: Final = re.compile(rf"{_B}(?:{words.one_of(words.OTHER_AFAR)}){_E}")
_MAYBE_OTHER: Final = re.compile(rf"{_B}(?:{words.one_of(words.OTHER_NUMBERED)})\s$")
_MAYBE_STRANGERS: Final = re.compile(
    rf"{_B}(?:{words.one_of(words.OTHER_OF_STRANGERS)}){_E}{_JOINED}$"
)
_STRANGERS: Final = re.compile(rf"{_B}(?:{words.one_of(words.STRANGERS)}){_E}")
_ELSEWHERE: Final = re.compile(rf"{_B}(?:{words.one_of(words.ELSEWHERE)}){_E}")
_NO_ORDER: Final = rf"(?!(?:{words.one_of(words.NUMBER_OF_ORDER)}|{_ORDER}){_E})"
_NUMBER_OF_ANY: Final = re.compile(
    rf"{_B}(?:(?:n[°o]?|num(?:ero)?|number|nombre|code)\s(?:de\s|d'|du\s|of\s)"
    rf"(?:l[ae]\s|l'|m[oy]n?\s|ma\s|the\s)?{_NO_ORDER}\w{{3,}}|{_NO_ORDER}[^\W\d_]{{3,}}\snumber"
    rf"|رقم\sال{_NO_ORDER}\w+){_JOINED}$"
)
_LAST_DIGITS: Final = re.compile(r"(?:[*•]{2,}|x{3,})\s?$")
# "Votre réf. 11152", "Réf : 50252" where a line or a sentence begins.
_OUR_REFERENCE: Final = re.compile(
    r"\b(?:votre|vos|your|su)\s(?:ref(?:erence)?|referencia|dossier)\b[\s:.n°#]*$"
)
_MY_REFERENCE: Final = re.compile(
    r"\b(?:mon|ma|my|mi|notre|nos|our|nuestra)\s(?:ref(?:erence)?|referencia)\b(?:\s(?:est|is|es))?[\s:.n°#]*$"
)
_REFERENCE_FIRST: Final = re.compile(
    r"(?:^|[\n,;:(.!?-])\s*(?:ref|reference|referencia)\.?[\s:n°#]*$"
)
_REFERENCE_ON_TOP: Final = re.compile(r"(?:^|\n)\s*ref(?:erence)?\.?[\s:n°#]*$")
_ABOUT_ORDERS: Final = re.compile(rf"{_B}(?:{words.one_of(words.ABOUT_ORDERS)}){_E}")
_ABOUT_GOODS: Final = re.compile(rf"{_B}(?:{words.one_of(words.ABOUT_GOODS)}){_E}")
_HASH: Final = re.compile(r"#\s?$")
_NUMBER_SIGN: Final = re.compile(
    r"(?:\bn\s?[°.]\s?|\bno\.?\s|\bnumero\s|\bnum\.?\s?|\bnumber\s|رقم\s)"
    r"(?:(?:c'est|est|is|es|euh|suivant|le|la)\s)*[:\s]*$"
)
_IS: Final = re.compile(r"\b(?:c'?est|is|es|howa|huwa|hiya|هو|هي)\s(?:(?:le|la|el|the)\s)?$")
# "la 10412" is an order, whatever is spoken of; so is what one has a question about.
_POINTED: Final = re.compile(r"\b(?:(?P<article>la)|sur|pour|for|dans|about|para|dyal)\s?$")
_SENTENCE: Final = re.compile(
    r"[.!?](?=\s)(?<!\bn\.)(?<!\bno\.)(?<!\bref\.)(?<!\bcmd\.)(?<!\bcde\.)"
)
# "10 402 c'est mon numéro de commande", "10402 pour la commande des rideaux"
_NAMED_AFTER: Final = re.compile(
    r"\s?[,:(-]?\s?(?:c'?est|est|c|is|es|it's|howa|hiya|هو|pour|for|para)\s"
    r"(?:(?:mon|ma|le|la|notre|my|our|the|mi|el)\s)?"
    r"(?:(?:n[°o]?|numero|num|number|ra9m|رقم)\s(?:de\s|d\s|dyal\s|of\s)?(?:ma\s|my\s)?)?"
    rf"(?:{_ORDER}){_E}(?!\W{{0,4}}(?:n\W*)?\d)"
)
# "448190 est votre code"
_OTHER_AFTER: Final = re.compile(
    r"\s(?:c'?est|est|is|es)\s(?:votre|mon|ma|le|la|your|my|the|su|mi|el)\s"
    rf"(?:{words.one_of(words.OTHER_AFAR)}|{words.one_of(words.OTHER)}){_E}"
)
_ORDER_STUCK: Final = re.compile(rf"[^\W\d_]{{0,12}}?(?:{_ORDER})[.:#_°-]?")
_SIGN_STUCK: Final = re.compile(r"(?:n[°o]?|no|num|numero|ref)[.:#_°-]?|[._°]")
_KNOWN_STUCK: Final = re.compile(rf"(?:{words.one_of(words.STUCK_BEFORE)})[.:#_°]?")
# "numéro de suivi10402" is a parcel's, "suivi10402" asks how an order is getting on.
_NUMBER_OF: Final = re.compile(r"\b(?:n[°o]?|numero|num|number|code)\s(?:d[e']|of)\s?\w+$")
_SAYING: Final = re.compile(rf"(?:{words.one_of(words.SAYING)})")
_UNIT: Final = re.compile(rf"[ \t]?(?:{words.one_of(words.UNITS)})(?![\w'’])")
# "10402 (facture)", but "commande 10402 (facture 30551)"
_IS_SOMETHING_ELSE: Final = re.compile(
    rf"\s?\((?:{words.one_of(words.OTHER)})(?!\w)(?!\W{{0,3}}(?:n\W*)?\d)"
)
# "une commande de 5000 sachets", "environ 1500 assiettes"
_OF: Final = re.compile(r"\b(?:d[e']?|of|for|por|pour|dyal|من|ديال)\s?$")
_ABOUT: Final = re.compile(rf"{_B}(?:{words.one_of(words.ABOUT)})\s$")
_BUYING: Final = re.compile(rf"{_B}(?:{words.one_of(words.BUYING)})\s$")
_NOUN: Final = re.compile(r" ([^\W_]{3,})")
_MONTHS: Final = re.compile(rf"\b(?:{words.one_of(words.BEFORE_YEARS)})\s+$")
# "6C 1234 5098 771" is one number; "r1" is "rien".
_IN_A_ROW: Final = re.compile(r"(?:^|[\s:])(?!r1 )[a-z]?\d+[a-z]? $|\d[.,]$")
_GOES_ON: Final = re.compile(r" \d{3}")
_LEAST_GROUPED: Final = {Kind.THOUSANDS: NUMBERED, Kind.DIGITS: NEAR, Kind.PIECES: NAMED}
_WINDOW, _CLOSE, _REACH = 90, 54, 42
_YEARS: Final = range(1900, 2100)


class Weight(NamedTuple):
    """What speaks for an order number; ``is_alone`` where no word says what it is."""

    points: float
    is_alone: bool = False


def weigh(text: Folded, masked: str, shape: Shape) -> Weight:
    """Return how much speaks for an order number, below zero where something rules it out."""
    before = masked[max(0, shape.start - _WINDOW) : shape.start]
    if shape.kind is Kind.REFERENCE:
        return Weight(number_contrasts.weigh(masked, shape, before, _WHOLE))
    found = _stuck(before, masked, shape) if shape.glue or shape.after else 0.0
    found = found or _label(before, masked, shape)
    found = _unless_else(text, masked, shape, before, found)
    return Weight(number_contrasts.weigh(masked, shape, before, found), found <= NUMBERED)


def weigh_prefixed(masked: str, shape: Shape) -> float:
    """Return how much calls a number with letters before it an order's, below zero if nothing."""
    before = masked[max(0, shape.start - _WINDOW) : shape.start]
    sentence = _SENTENCE.split(before)[-1]
    close = sentence[-_CLOSE:]
    if _ADJACENT.search(close) or _OUR_REFERENCE.search(before):
        return NAMED
    if _is_others(close, masked):
        return OTHER
    if _NAMED_AFTER.match(masked, shape.end):
        return NAMED
    is_called = _HASH.search(before) or _NUMBER_SIGN.search(before) or _IS.search(before)
    return NEAR if is_called and _ORDER_WORD.search(sentence) else OTHER


def _unless_else(text: Folded, masked: str, shape: Shape, before: str, found: float) -> float:
    """Return the points, or those of what a number is for all that is said before it."""
    if not _is_grouped_order(shape, found) or _counts(before, masked, shape, found):
        return OTHER
    if found < HASHED and is_postcode(text, masked, shape):
        return OTHER
    if shape.number.isdigit() and int(shape.number) in _YEARS:
        is_dated = found <= POINTED and bool(_MONTHS.search(before))
        if found <= BARE or is_dated:
            return YEAR
    return found


def _stuck(before: str, masked: str, shape: Shape) -> float:
    """Return the points of a number without blanks around it, 0 to look at it as at any other."""
    if shape.after and _UNIT.match(masked, shape.end):
        return OTHER
    is_sign = _SIGN_STUCK.fullmatch(shape.glue)
    if is_sign and not shape.after:
        return 0.0
    is_order = _ORDER_STUCK.fullmatch(shape.glue)
    if len(shape.number) not in USUAL or int(shape.number) in _YEARS:
        return 0.0 if is_order else OTHER
    if shape.glue:
        is_known = _KNOWN_STUCK.fullmatch(shape.glue) and not _NUMBER_OF.search(before)
        return NAMED if is_order or is_sign or is_known else OTHER
    is_said = _ADJACENT.search(before) or _SAYING.fullmatch(shape.after)
    return NAMED if is_said and not _OTHER_WORD.search(before) else OTHER


def _label(before: str, masked: str, shape: Shape) -> float:
    """Return the points for the words before a number: the nearest label owns it."""
    sentence = _SENTENCE.split(before)[-1]
    close = sentence[-_CLOSE:]
    if _ADJACENT.search(close):
        return NAMED
    reference = _reference(before, masked)
    if reference:
        return reference
    is_hashed = bool(_HASH.search(before))
    if _is_others(close, masked) or not (len(_digits(shape)) in USUAL or is_hashed):
        return OTHER
    if is_hashed:
        return HASHED
    if _NAMED_AFTER.match(masked, shape.end):
        return NAMED
    found = _from_afar(re.split(r"[\d\n]", sentence)[-1], before)
    is_elsewhere = found <= BARE and not _POINTED.search(before) and _ELSEWHERE.search(masked)
    return OTHER if is_elsewhere and not _ORDER_WORD.search(masked) else found


def _from_afar(near: str, before: str) -> float:
    """Return the points for what stands some words away, but in the same sentence."""
    pointed, is_numbered = _POINTED.search(before), bool(_NUMBER_SIGN.search(before))
    reach = near if is_numbered else near[-_REACH:]
    order = max((match.end() for match in _ORDER_WORD.finditer(reach)), default=-1)
    afar = max((match.end() for match in _OTHER_AFAR.finditer(near)), default=-1)
    if afar > order + len(near) - len(reach) and not pointed:
        return OTHER
    if order >= 0:
        return NAMED if _IS.search(before) else NEAR
    if pointed and pointed["article"]:
        return POINTED
    if is_numbered:
        return NUMBERED
    return DOUBTFUL if _MAYBE_OTHER.search(before) else BARE


def _digits(shape: Shape) -> str:
    return shape.number[-5:] if shape.kind is Kind.DATED else shape.number


def _reference(before: str, masked: str) -> float:
    """Return the points of "réf." where it names the order: ours by its word, or alone; else 0.

    Where a line begins with it, nothing else need speak of an order.
    """
    if _OUR_REFERENCE.search(before):
        return NEAR
    is_alone = _REFERENCE_FIRST.search(before) or _MY_REFERENCE.search(before)
    if not is_alone or _ABOUT_GOODS.search(masked):
        return 0.0
    if _ABOUT_ORDERS.search(masked):
        return NEAR
    return NUMBERED if _REFERENCE_ON_TOP.search(before) else 0.0


def _is_others(close: str, masked: str) -> bool:
    """Tell whether the number belongs to what is named right before it."""
    if any(one.search(close) for one in (_OTHER_WORD, _NUMBER_OF_ANY, _LAST_DIGITS)):
        return True
    return bool(_MAYBE_STRANGERS.search(close) and _STRANGERS.search(masked))


def _is_grouped_order(shape: Shape, found: float) -> bool:
    """Tell whether digits in groups are one number; any number is, that is written in one."""
    return found >= _LEAST_GROUPED.get(shape.kind, found)


def _counts(before: str, masked: str, shape: Shape, found: float) -> bool:
    """Tell whether a number counts something, or is part of a longer one."""
    is_round = shape.number.endswith("00") and not _NUMBER_SIGN.search(before)
    is_grouped = shape.kind is not Kind.PLAIN
    may_count = found < NAMED or is_round or is_grouped or _OF.search(before)
    if may_count and _UNIT.match(masked, shape.end):
        return True
    if not shape.number.strip("0"):
        return True
    if any(one.match(masked, shape.end) for one in (_IS_SOMETHING_ELSE, _OTHER_AFTER)):
        return True
    if _is_quantity(before, masked, shape, found):
        return True
    in_a_row = _IN_A_ROW.search(before) or _GOES_ON.match(masked, shape.end)
    return found < NEAR and (in_a_row is not None or is_house(masked, shape))


def _is_quantity(before: str, masked: str, shape: Shape, found: float) -> bool:
    """Tell whether the number says how many of what follows: "commande de 5000 sachets"."""
    is_round = shape.number.endswith("00")
    if is_round and (_ABOUT.search(before) or _BUYING.search(before)):
        return True
    noun = _NOUN.match(masked, shape.end)
    if not noun or _SAYING.fullmatch(noun[1]):
        return False
    is_plural = noun[1].endswith(("s", "x"))
    if not (is_round or is_plural):
        return False
    if any(one.search(before) for one in (_OF, _ABOUT, _BUYING)):
        return True
    # A plural cannot be told in Arabic letters; there a round number has to do.
    is_many = is_plural or not noun[1].isascii()
    return is_round and found <= (NEAR if is_many else BARE)
