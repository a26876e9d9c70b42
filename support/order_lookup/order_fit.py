"""Whether an order is in the state that a category supposes.

"Where is my order?" is read as late, though it is not due yet: a reply must not apologise for
that, and none may go to somebody whose order was delivered, or refunded, long ago. Nor is
somebody who asks where an overdue order stays told its status: a person looks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.text import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from support.models import Category
    from support.order_lookup.order_facts import OrderFacts

# Beginnings of words, without accents.
_REFUNDED: Final = ("rembours", "refund", "reembols", "recredit", "استرد")
_IN_PART: Final = ("partiel", "partial", "parcial")


# What is asked and true whatever became of the order; the way of a parcel, while it is under way.
_LASTING: Final = frozenset({"items", "order_total", "order_date", "carrier"})
_OF_OPEN: Final = _LASTING | {"tracking_number"}


def disagreement(category: Category, order: OrderFacts, asked: Collection[str] = ()) -> str:
    """What staff should know, in a sentence; empty where nothing speaks against it.

    ``asked`` are the facts that the customer asks for, as :class:`support.understanding.asks.Asks`
    has them; none are as good as whereabouts.
    """
    check = _CHECKS.get(category.key)
    return check(order, asked) if check else ""


def _of_information(order: OrderFacts, asked: Collection[str]) -> str:
    """Only of an order that is open and not overdue the status and the day are an answer."""
    if order.stage == "stuck":
        return _of_stuck(order)
    lasting = _OF_OPEN if order.stage == "open" else _LASTING
    return "" if asked and lasting.issuperset(asked) else _of_whereabouts(order)


def _of_whereabouts(order: OrderFacts) -> str:
    told = {"status": order.status, "number": order.number}
    if order.stage == "delivered":
        return _("Order %(number)s is “%(status)s”: find out why the customer asks for it.") % told
    if order.stage == "ended":
        return _("Order %(number)s is “%(status)s”: tell the customer why nothing comes.") % told
    if order.delivery_date is not None and order.delivery_date < timezone.localdate():
        told["date"] = date_format(order.delivery_date, "DATE_FORMAT")
        return _("Order %(number)s was to arrive on %(date)s: find out where it is.") % told
    if order.stage == "unknown":
        return _("It is not known how far order %(number)s is: find out where it is.") % told
    return ""


def _of_stuck(order: OrderFacts) -> str:
    told = {"status": order.status, "number": order.number}
    return _("Order %(number)s is “%(status)s”: see to it before you promise a date.") % told


def _of_late(order: OrderFacts, _asked: Collection[str]) -> str:
    told = {"status": order.status, "number": order.number}
    if order.stage == "stuck":
        return _of_stuck(order)
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


def _of_refund(order: OrderFacts, _asked: Collection[str]) -> str:
    if not _says(order, _REFUNDED):
        return ""
    told = {"status": order.status, "number": order.number}
    return _("Order %(number)s is “%(status)s”: do not promise a refund once more.") % told


def _of_defect(order: OrderFacts, _asked: Collection[str]) -> str:
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


_CHECKS: Final[dict[str, Callable[[OrderFacts, Collection[str]], str]]] = {
    "Information commande": _of_information,
    "Retard de livraison": _of_late,
    "Remboursement": _of_refund,
    "Produit défectueux": _of_defect,
}
