"""Messages that say next to nothing: "Bj 10402" is like many others, and means none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from support.understanding.clauses import Reading

# The confidence in the category of such a message: staff are asked to look.
HARDLY: Final = 0.4
# What stands in any message about an order, and tells nothing apart.
_FRAME: Final = frozenset(
    [
        "bonjour",
        "bonsoir",
        "salut",
        "merci",
        "cordialement",
        "svp",
        "stp",
        "hello",
        "thanks",
        "please",
        "regards",
        "hola",
        "gracias",
        "salam",
        "slt",
        "bjr",
        "bsr",
        "commande",
        "cmd",
        "cde",
        "numero",
        "num",
        "colis",
        "order",
        "parcel",
        "pedido",
        "number",
        "reference",
        "ref",
        "ordernumber",
        "سلام",
        "السلام",
        "عليكم",
        "شكرا",
        "طلبيه",
        "طلب",
        "رقم",
    ]
)
_FRAME_CONCEPTS: Final = frozenset({"order_number", "my_order", "goods_ordered"})
# Letters in all: "hs", "CV" and "ou" may be anything.
_FEWEST_LETTERS: Final = 4
# Words where none of the concepts is known.
_FEWEST_WORDS: Final = 3
_SHORTEST: Final = 3


def says_something(reading: Reading) -> bool:
    """Whether there is more than greeting, order number and a syllable."""
    words = {word for clause in reading.clauses for word in clause.words if word.isalpha()}
    telling = words - _FRAME
    if sum(map(len, telling)) < _FEWEST_LETTERS:
        return False
    named = {concept.name for clause in reading.clauses for concept in clause.concepts}
    return bool(named - _FRAME_CONCEPTS) or (
        sum(len(word) >= _SHORTEST for word in telling) >= _FEWEST_WORDS
    )
