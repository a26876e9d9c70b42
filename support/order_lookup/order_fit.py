"""Whether an order is in the state that a category supposes.

"Where is my order?" is read as late, though it is not due yet: a reply must not apologise for
that, and none may go to somebody whose order was delivered, or refunded, long ago.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.models import Category
    from support.order_lookup.order_facts import OrderFacts

# Beginnings of words, without accents.
_REFUNDED: Final = ("rembours", "refund", "reembols", "recredit", "استرد")
_IN_PART: Final = ("partiel", "partial", "parcial")


def disagreement(category: Category, order: OrderFacts) -> str:
    """What staff should know, in a sentence; empty where nothing speaks against it."""
    check = _CHECKS.get(category.key)
    return check(order) if check else ""


def _of_late(order: OrderFacts) -> str:
    told = {"status": order.status, "number": order.number}
    if order.stage == "delivered":
        return (
            _(
                "Order %(number)s is “%(status)s”: is it late, or has it gone astray? Check with"
                " the carrier."
            )
            % told
        )
    if order.stage == "ended":
        return (
            _("Order %(number)s is “%(status)s”: it is not late, nothing more is on its way.")
            % told
        )
    if order.delivery_date is not None and order.delivery_date >= timezone.localdate():
        told["date"] = date_format(order.delivery_date, "DATE_FORMAT")
        return _("Order %(number)s is not late: it is to arrive on %(date)s.") % told
    return ""


def _of_refund(order: OrderFacts) -> str:
    if not _says(order, _REFUNDED):
        return ""
    told = {"status": order.status, "number": order.number}
    return _("Order %(number)s is “%(status)s”: do not promise a refund once more.") % told


def _of_defect(order: OrderFacts) -> str:
    if order.source == "desk" or _says(order, _IN_PART) or order.stage in {"delivered", "unknown"}:
        return ""
    told = {"status": order.status, "number": order.number}
    return (
        _("Order %(number)s is “%(status)s”, not delivered: check which order the defect is about.")
        % told
    )


def _says(order: OrderFacts, words: tuple[str, ...]) -> bool:
    text = f" {folded(order.status)}"
    return any(f" {word}" in text for word in words)


_CHECKS: Final[dict[str, Callable[[OrderFacts], str]]] = {
    "Retard de livraison": _of_late,
    "Remboursement": _of_refund,
    "Produit défectueux": _of_defect,
}
