"""How far an order is, told from the shop's own words for its status."""

from __future__ import annotations

from typing import Final, Literal

from backoffice.core.text import folded

# "unknown": the words say nothing of it.
Stage = Literal["open", "delivered", "ended", "unknown"]

# Beginnings of words, without accents; the first line with one of them wins: "non livrée".
_WORDS: Final[tuple[tuple[Stage, str], ...]] = (
    ("open", "non livr, pas livr, not deliver, undeliver, no entreg, partiel, partial"),
    ("open", "out for deliver, being deliver, to be deliver, a livrer, en reparto"),
    ("ended", "rembours, refund, reembols, annul, cancel, retourn, return, devuelt, rejet, refus"),
    ("delivered", "livre, deliver, entregad, recu, received, recibid, retire, collect, picked"),
    ("open", "pay, prepar, exped, transit, livraison, ship, sent, envoy, enviad, dispatch, camino"),
    ("open", "attente, pending, process, cours, confirm, valid, nouve, new, open, commande"),
    ("ended", "ملغ, الغ, استرد, ارجاع"),
    ("delivered", "تم التسليم, تم التوصيل, مسلم"),
    ("open", "قيد, شحن, في الطريق, مدفوع, انتظار, تحضير"),
    ("open", "retard, delay, bloqu, hold, fabric, product"),
)
_TABLE: Final = tuple(
    (stage, tuple(word.strip() for word in words.split(","))) for stage, words in _WORDS
)


def of(status: str) -> Stage:
    """The stage that a status in the shop's words means."""
    text = f" {folded(status)}"
    for stage, words in _TABLE:
        if any(f" {word}" in text for word in words):
            return stage
    return "unknown"
