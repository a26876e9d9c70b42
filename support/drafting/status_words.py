"""The status of an order in the customer's language: the shop's own words where it is theirs."""

from __future__ import annotations

import re
from typing import Final

from backoffice.core.text import folded

# What shops say, in the language of each column; words after a comma mean the same.
_TABLE: Final = (
    # French, English, Spanish, Arabic
    ("nouvelle, reçue par nos services, enregistrée", "received", "recibido", "مسجلة"),
    ("confirmée, validée, acceptée", "confirmed, validated", "confirmado", "مؤكدة"),
    ("payée, paiement accepté, réglée", "paid", "pagado", "مدفوعة"),
    (
        "en attente de paiement, paiement en attente, impayée",
        "awaiting payment, pending payment, unpaid",
        "pendiente de pago",
        "في انتظار الدفع",
    ),
    ("en attente, à traiter", "pending, on hold", "pendiente, en espera", "في الانتظار"),
    (
        "en préparation, en cours de préparation, en cours de traitement, en cours, en traitement",
        "being prepared, processing, in preparation, in progress",
        "en preparación, procesando",
        "قيد التحضير",
    ),
    ("prête à être expédiée, prête", "ready to ship, ready", "listo para enviar", "جاهزة للشحن"),
    (
        "expédiée, envoyée, remise au transporteur",
        "shipped, dispatched, sent, fulfilled",
        "enviado",
        "تم شحنها",
    ),
    (
        "partiellement expédiée, expédiée partiellement",
        "partially shipped, partly shipped",
        "enviado parcialmente",
        "تم شحن جزء منها",
    ),
    (
        "en transit, en cours d'acheminement, en route",
        "in transit, on its way",
        "en tránsito, en camino",
        "في الطريق",
    ),
    (
        "en cours de livraison, en livraison",
        "out for delivery, being delivered",
        "en reparto",
        "قيد التوصيل",
    ),
    (
        "disponible en point relais, en point relais, à retirer, prête à être retirée",
        "ready for collection, ready for pickup, at the pick-up point",
        "listo para recoger, en el punto de recogida",
        "جاهزة للاستلام",
    ),
    ("retardée, en retard", "delayed", "retrasado", "متأخرة"),
    ("livrée, distribuée, remise", "delivered", "entregado", "تم توصيلها"),
    ("terminée, clôturée", "completed, complete, closed", "completado", "مكتملة"),
    ("retour en cours", "return in progress", "devolución en curso", "قيد الإرجاع"),
    ("retournée, renvoyée", "returned", "devuelto", "مرجعة"),
    (
        "remboursement en cours, en cours de remboursement",
        "refund in progress, refund pending",
        "reembolso en curso",
        "قيد الاسترداد",
    ),
    (
        "partiellement remboursée",
        "partially refunded",
        "reembolsado parcialmente",
        "تم استرداد جزء من المبلغ",
    ),
    ("remboursée", "refunded", "reembolsado", "تم استرداد المبلغ"),
    ("annulée", "cancelled, canceled, voided", "cancelado, anulado", "ملغاة"),
    ("refusée, rejetée", "rejected, declined, refused", "rechazado", "مرفوضة"),
    ("perdue, égarée", "lost", "perdido", "مفقودة"),
    ("bloquée", "blocked", "bloqueado", "متوقفة"),
)
# Darija in Latin letters is answered with French figures and words (docs/support-drafts.md).
_COLUMN: Final = {"fr": 0, "en": 1, "es": 2, "ar": 3, "ar-Latn": 0}


def _key(status: str) -> str:
    """Without case, accents and endings: "Livrée", "livré" and "LIVREES" are one."""
    plain = folded(status).replace("_", " ").replace("-", " ")
    return " ".join(re.sub(r"ees?$|es$", "e", word) for word in plain.split())


_ROWS: Final = {_key(words): row for row in _TABLE for column in row for words in column.split(",")}


def in_language(status: str, language: str) -> str:
    """``status`` in the customer's language; as the shop wrote it where it is not known.

    A status that is in that language already keeps the shop's own spelling.
    """
    row = _ROWS.get(_key(status))
    if row is None:
        return status
    column = row[_COLUMN.get(language, 0)].split(",")
    if _key(status) in {_key(words) for words in column}:
        return status
    return column[0].strip()


# The codes of orders.models.Order.Status, as a customer would put them.
_PURCHASE_ORDERS: Final = {
    "pending": ("en cours de validation", "being reviewed", "en revisión", "قيد المراجعة"),
    "validated": ("confirmée", "confirmed", "confirmado", "مؤكدة"),
    "rejected": ("refusée", "not accepted", "no aceptado", "غير مقبولة"),
}


def of_purchase_order(code: str, language: str) -> str:
    """The status of an order of the order desk; empty for a code that is not known."""
    words = _PURCHASE_ORDERS.get(code)
    return words[_COLUMN.get(language, 0)] if words else ""
