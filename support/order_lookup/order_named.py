"""Which order a thread is about: the number it gives, or the only order that can be meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from support.models import ShopOrder
from support.order_lookup import order_facts, order_spelling
from support.understanding import order_numbers

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from crm.models import Customer
    from support.models import Category
    from support.order_lookup.order_facts import OrderFacts
    from support.order_lookup.order_stages import Stage

# A thing breaks within this time, or the customer says which one it is.
RECENT_DAYS: Final = 120
# The latest orders of the shop, which show how its numbers begin.
_MOST_LATEST: Final = 200
# Sentences about further numbers of one message.
_MOST_OTHERS: Final = 3
# Nobody waits for what is delivered, nothing is broken that is not; else an open order is likelier.
_STAGES: Final[dict[str, tuple[Stage, ...]]] = {
    "Retard de livraison": ("open",),
    "Produit défectueux": ("delivered",),
}
_LIKELIEST: Final[tuple[Stage, ...]] = ("open", "delivered")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the answer: the customer, as far as known, and the address it goes to."""

    customer: Customer | None
    email: str


@dataclass(frozen=True, slots=True)
class Named:
    """The order number as it was written, the order where it is the reader's own."""

    number: str = ""
    order: OrderFacts | None = None
    attention: tuple[str, ...] = ()


def by_number(
    texts: Sequence[str],
    stated: Sequence[str],
    reader: Reader,
    own: Sequence[OrderFacts],
    *,
    is_other: bool = False,
) -> Named:
    """The order that a number names.

    ``texts`` are the customer's messages, the oldest first; ``stated`` is what the form's own
    field said in each, empty where there was none. The newest message that gives a number
    decides, within it the form's field. Where the texts are surely about no order (``is_other``),
    a number that no word calls one is none unless it is the reader's own. Whose an order of
    somebody else is is never told.
    """
    known = [order.number for order in own]
    begins = _prefixes()
    for text, field in zip(reversed(texts), reversed(stated), strict=True):
        numbers = _numbers(text, field, known, begins, is_other=is_other)
        if numbers:
            return _named(numbers, reader)
    return Named()


def are_read(number: str, texts: Sequence[str]) -> bool:
    """Whether the number is one that the texts themselves give, however it is spelled."""
    wanted = order_spelling.of(number)
    begins = _prefixes()
    found = (one for text in texts for one in order_numbers.find(text, (), begins))
    return any(one.score > 0 and order_spelling.of(one.number) == wanted for one in found)


def is_grounded(number: str, texts: Sequence[str]) -> bool:
    """Whether a number that a model gave stands in the texts, and is nothing else there.

    What the rules leave open (a number alone) it may decide; telephone numbers, invoices and
    the like stay what they are.
    """
    wanted = order_spelling.of(number)
    if not wanted:
        return False
    has_letters = any(not run.isdigit() for run in wanted.runs)
    known = [number] if has_letters else []
    found = (one for text in texts for one in order_numbers.find(text, known))
    return any(
        one.score > order_numbers.RULED_OUT and order_spelling.of(one.number) == wanted
        for one in found
    )


def without_number(
    category: Category, own: Sequence[OrderFacts], *, on: dt.date
) -> tuple[OrderFacts | None, str]:
    """The one order that can be meant where no number is given, with why, in a sentence for staff.

    None where nothing fits or several do; ``on`` is the day of the message.
    """
    if category.is_fallback or not own:
        return None, ""
    for stage in _STAGES.get(category.key, _LIKELIEST):
        fitting = [order for order in own if _is_at(order, stage) and _is_recent(order, on)]
        if len(fitting) == 1:
            return fitting[0], _reason(stage) % {"number": fitting[0].number}
        if fitting:
            break
    else:
        if len(own) == 1:
            sentence = _("No number is given: the customer's only order, %(number)s, was taken.")
            return own[0], sentence % {"number": own[0].number}
        return None, _("No number is given, and none of the customer's orders fits.")
    return None, _("No number is given, and several orders fit: ask which one is meant.")


def _prefixes() -> frozenset[str]:
    """The letters that the shop's own order numbers begin with."""
    latest = ShopOrder.objects.order_by("-pk").values_list("number", flat=True)[:_MOST_LATEST]
    return frozenset(map(order_numbers.prefix_of, latest)) - {""}


def _numbers(
    text: str, field: str, known: Sequence[str], begins: Collection[str], *, is_other: bool
) -> list[str]:
    """The numbers of one message, the likeliest first."""
    candidates = order_numbers.find(text, known, begins)
    found = [one.number for one in candidates if one.is_order(is_other=is_other)]
    return list(dict.fromkeys([*([field] if order_spelling.of(field) else []), *found]))


def _named(numbers: Sequence[str], reader: Reader) -> Named:
    first, *others = numbers
    order = order_facts.find(first, reader.customer, reader.email)
    attention = []
    if order is None:
        attention.append(_not_theirs(first))
    for number in others[:_MOST_OTHERS]:
        is_own = order_facts.find(number, reader.customer, reader.email) is not None
        if is_own and order is not None:
            sentence = _("The message names the order %(number)s too.")
            attention.append(sentence % {"number": number})
        elif not is_own and order_facts.is_known(number):
            attention.append(_not_theirs(number))
    return Named(first, order, tuple(attention))


def _not_theirs(number: str) -> str:
    if order_facts.is_known(number):
        sentence = _("The order %(number)s is not this customer's: tell nothing about it.")
    else:
        sentence = _("There is no order %(number)s: ask for the right number.")
    return sentence % {"number": number}


def _is_at(order: OrderFacts, stage: Stage) -> bool:
    """Somebody still waits for what is stuck."""
    return order.stage == stage or (stage == "open" and order.stage == "stuck")


def _is_recent(order: OrderFacts, on: dt.date) -> bool:
    """Whether something delivered is recent; what is open is, however long it takes."""
    day = order.delivery_date or order.ordered_on
    return _is_at(order, "open") or day is None or (on - day).days <= RECENT_DAYS


def _reason(stage: Stage) -> str:
    if stage == "open":
        return _("No number is given: the customer's only open order, %(number)s, was taken.")
    return _(
        "No number is given: the customer's only order delivered lately, %(number)s, was taken."
    )
