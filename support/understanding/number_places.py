"""Numbers that are part of an address: postcodes and houses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from backoffice.core.text import Folded
    from support.understanding.number_shapes import Shape

_STREET: Final = re.compile(
    r"\b(?:rue|avenue|av|bd|boulevard|route|place|chemin|allee|quai|impasse|cours|lotissement"
    r"|calle|street|road|lane|derb|hay|زنقه|شارع)\b"
)
_TOWN: Final = re.compile(r"\s+\(?[A-ZÀ-Ý][\w'’-]{2,}|\s*\((?:[A-ZÀ-Ý][\w'’-]+)\)|\s+CEDEX")
_TOWN_IN_BRACKETS: Final = re.compile(r"\s*\([A-ZÀ-Ý]")
_LIVING: Final = re.compile(
    r"\b(?:habite|vis|suis|sommes|etes|reside\w*|loge\w*|situe\w*|domicilie\w*"
    r"|agence de|livre[rz] au|live in|magasin du|dans le|en el|postal)"
    r"\s(?:au |(?:a|in|en)\s(?:[^\W\d_]+[\s-]){0,3})?$"
)
# "1240 route de la Plaine"
_HOUSE: Final = re.compile(rf"\s?,?\s?(?:bis |ter )?{_STREET.pattern}")
_BEFORE_TOWN: Final = re.compile(r"(?:[,-]|\b(?:a|au|in|en|vers))\s*$|^\s*$")
_POSTCODE_LENGTH: Final = 5
_LINE, _WINDOW = 60, 42


def is_house(masked: str, shape: Shape) -> bool:
    """Tell whether a street follows the number."""
    return _HOUSE.match(masked, shape.end) is not None


def is_postcode(text: Folded, masked: str, shape: Shape) -> bool:
    """Tell whether a number of five digits stands before its town, or after a street."""
    if len(shape.number) != _POSTCODE_LENGTH:
        return False
    after = text.original[text.source(shape.start, shape.end)[1] :][:_WINDOW]
    if _TOWN_IN_BRACKETS.match(after):
        return True
    if _LIVING.search(masked[max(0, shape.start - _WINDOW) : shape.start]):
        return True
    line = masked[masked.rfind("\n", 0, shape.start) + 1 : shape.start][-_LINE:]
    if _STREET.search(line) and not after.strip(" .")[:1].islower():
        return True
    return bool(_TOWN.match(after) and _BEFORE_TOWN.search(line))
