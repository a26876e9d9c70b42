"""How far an order is, told from the shop's own words for its status."""

from __future__ import annotations

from typing import Final, Literal

from backoffice.core.text import folded

# "stuck": it arrives only if somebody sees to it; "unknown": the words say nothing of it.
Stage = Literal["open", "stuck", "delivered", "ended", "unknown"]

# Beginnings of words, without accents; the first line with one of them wins: "non livrée".
_WORDS: Final[tuple[tuple[Stage, str], ...]] = (
    ("ended", "retour, return, npai, devuelt, devoluc, ارجاع, مرتجع, مرجع"),
    (
        "stuck",
        "problem, adresse in, address in, incorrect, incompl, erron, wrong, invalid, inconnu",
    ),
    (
        "stuck",
        "litig, disput, reclam, claim, incid, anomal, exception, alert, verif, customs, douan",
    ),
    (
        "stuck",
        "perdu, lost, missing, egar, extravi, perdid, introuvab, vole, stolen, endommag, damag",
    ),
    (
        "stuck",
        "bloqu, bloc, hold, held, souffrance, suspend, reten, retain, undeliverab, non distrib",
    ),
    (
        "stuck",
        "echec, echou, fail, fallid, absent, avise, avis de pass, retard, delay, retras, late",
    ),
    ("stuck", "مشكل, عنوان خاط, نزاع, مفقود, ضائع, محجوز, معلق, متاخر, تاخر, تعذر, فشل, محظور"),
    ("open", "non livr, pas livr, not deliver, undeliver, no entreg, partiel, partial"),
    ("open", "out for deliver, being deliver, to be deliver, a livrer, en reparto"),
    ("ended", "rembours, refund, reembols, annul, cancel, rejet, refus"),
    ("delivered", "livre, deliver, entregad, recu, received, recibid, retire, collect, picked"),
    ("open", "pay, prepar, exped, transit, livraison, ship, sent, envoy, enviad, dispatch, camino"),
    ("ended", "termin, complet, clotur, clos, archiv, expir, abandon, perim"),
    ("open", "attente, pending, process, cours, confirm, valid, nouve, new, open, commande"),
    ("ended", "ملغ, الغ, استرد"),
    ("delivered", "تم التسليم, تم التوصيل, مسلم"),
    ("open", "قيد, شحن, في الطريق, مدفوع, انتظار, تحضير"),
    ("open", "fabric, product"),
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
