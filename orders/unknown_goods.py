"""A quantity beside words that nobody knows yet: "3000 zif" may well be an order.

For short messages that say nothing else. Once somebody wrote the order and validated it, the
words are learned and the next such message is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core.text import folded, word_set, words
from orders.extraction.lines.products import sign_of
from orders.extraction.text import numbers
from orders.extraction.text.units import UNITS
from orders.learning.phrases import phrase_after

if TYPE_CHECKING:
    from decimal import Decimal

    from backoffice.messaging.content import MessageContent

# Long messages speak of many things; so many words order or greet.
MOST_WORDS = 15
# Fewer are hours, floors and children.
FEWEST, MOST = 50, 10_000_000
_YEARS = range(1990, 2041)
# What stands before the number of a paper, a street or a page.
_REFERENCES = word_set(
    "facture factures n no num numero code bl bon ref reference cmd commande page ice rc if compte "
    "rib cheque devis avenue rue lot appt etage tel gsm whatsapp invoice order رقم فاتوره"
)


def said_in(content: MessageContent) -> str:
    """The quantity with its words as the message has them; empty where there is none."""
    for document in content.documents:
        text = folded(document.own_text()) if document.key == "body" else ""
        if 0 < len(words(text)) <= MOST_WORDS and (found := _first(text)):
            return found
    return ""


def _first(text: str) -> str:
    for number in numbers.find(text):
        before = words(text[: number.start])[-1:]
        if not _is_quantity(number.value) or _REFERENCES & set(before):
            continue
        following = words(text[number.end :])[:1]
        goods = phrase_after(number.end, text)
        if any(map(sign_of, goods.split())):
            # Bags are known: who speaks of them was understood to order none.
            continue
        if goods or UNITS.keys() & set(following):
            return " ".join([text[number.start : number.end], goods or following[0]])
    return ""


def _is_quantity(value: Decimal) -> bool:
    return FEWEST <= value <= MOST and value not in _YEARS
