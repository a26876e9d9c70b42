"""What a cue is: words in folded text that speak, with a weight, for a kind of message.

Each cue counts once per message. An order cue marked ``needs_goods`` counts
only in a clause (or list) that names goods, or speaks of an order: "merci de nous
envoyer" asks for bags or for a credit note alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orders.reading import MessageKind

B, E = r"(?<![^\W_])", r"(?![^\W_])"
ORDER_WORD = r"(?:l?com+and\w*|cmd|cde|bdc|bc|order|koman\w+|l?command|طلبيه|الطلبيه|طلب|كوموند\w*)"
PRICE_WORD = (
    r"(?:devis|cotations?|offres?|tarifs?|prix|catalogue|quotations?|quote|prices?|"
    r"taman\w*|"
    r"t?aman|proforma|pro forma|ثمن|السعر|اسعار|الثمن|عرض)"
)


@dataclass(frozen=True, slots=True)
class Cue:
    kind: MessageKind
    weight: float
    pattern: re.Pattern[str]
    needs_goods: bool = False


def cues(kind: MessageKind, *pairs: tuple[float, str], needs_goods: bool = False) -> list[Cue]:
    return [
        Cue(kind, weight, re.compile(f"{B}(?:{pattern}){E}"), needs_goods)
        for weight, pattern in pairs
    ]
