"""Of several order numbers those that are not the matter: denied, or arrived all right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from support.understanding.words import numbers as words

if TYPE_CHECKING:
    from support.understanding.number_shapes import Shape

_DENIED, _DONE, _LEAST = -1.5, -3.5, 1.5
# Less than any number has that may be an order's: it is one still, if no other is named.
_LEAST_DENIED: Final = 1.0
# Characters before and after, within which another number is looked for.
_AROUND: Final = 400

_CALLED: Final = (
    rf"(?:(?:la|le|ma|mon|the|my|el|al|l|mi)\s)?(?:(?:{words.one_of(words.ORDER)})\s)?"
    r"(?:n[°o]?|no|numero|number|num|رقم)?\W{0,3}$"
)
# "pas la 10412, la 10413", but not "je n'ai pas la 10412" nor "mais pas la 10413".
_NOT_THIS: Final = re.compile(
    r"(?<!mais )(?<!but )(?<!pero )(?<!walakin )(?<!ai )(?<!avons )(?<!have )(?<!tengo )"
    r"(?:\b(?:pas|non|not|no|sauf|excepte|machi|mashi|ماشي|ليس|ليست|no me refiero)|n't)\s"
    rf"(?:(?:pas|de|pour|sur|about|for|es|del|sobre|para)\s){{0,2}}{_CALLED}"
)
_NOT_RIGHT: Final = (
    r"(?!\W+(?:(?:tout[es]*|tres|completely|all|toda)\s)?(?:cass|abim|endommag|incompl|vide|ouvert"
    r"|brise|fendu|fele|broken|damaged|smashed|empty|late|en retard|tarde|rot[oa]|mherr|mhers"
    r"|مكسور|ناقص|متاخر))"
)
# "la 10799 bien reçue, et la 10801"
_IS_DONE: Final = re.compile(
    r"\s?[,(:]?\s?(?:(?:est|etait|a ete|elle est|je l'ai|j'ai|c'est|is|has|was|arrived|all)\s)?"
    r"(?:(?:bien|deja|deja bien|tout|ok et bien)\s)?"
    r"(?:recue?s?|(?<=ai )eue?s?|arrivee?s?|livree?s?|ok|nickel|parfaite?|received|arrived|came"
    r"|fine|good|llego"
    rf"|wslat(?:ni)?|wsel(?:ni)?|وصل(?:ت|ني|تني)?)\b{_NOT_RIGHT}"
)
# "j'ai bien reçu la commande 10402, mais pas la 10403"
_DONE_BEFORE: Final = re.compile(
    r"(?:(?<!pas )\b(?:bien|deja)\s(?:bien\s)?recue?s?"
    r"|(?<!have )\bi(?:'ve| have)?\s(?:already\s)?(?:got|received)|\bya\s(?:he\s)?recibi(?:do)?"
    r"|(?<!ma )(?<!wach )(?<!ما )(?<!هل )(?<!واش )\b(?:wslatni|wselni|وصلني|وصلتني|وصلاتني))"
    rf"\s{_CALLED}"
)


def weigh(masked: str, shape: Shape, before: str, points: float) -> float:
    """Return the points of an order number, fewer where the words deny it or call it settled.

    Where another number of as many digits stands in the message, that one is the matter
    however little speaks for it.
    """
    if points <= 0:
        return points
    if _IS_DONE.match(masked, shape.end) or _DONE_BEFORE.search(before):
        points = max(points + _DONE, _LEAST)
        most = _LEAST
    elif _NOT_THIS.search(before):
        points += _DENIED
        most = _LEAST_DENIED
    else:
        return points
    return min(points, most) if _has_another(masked, shape) else points


def _has_another(masked: str, shape: Shape) -> bool:
    around = masked[max(0, shape.start - _AROUND) : shape.end + _AROUND]
    own = re.findall(r"\d+", masked[shape.start : shape.end])[-1]
    return any(one != own for one in re.findall(rf"(?<!\d)\d{{{len(own)}}}(?!\d)", around))
