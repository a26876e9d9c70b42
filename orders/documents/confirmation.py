"""The confirmation of an order as the customer gets it, on paper or by e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import phonenumbers
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice.core import pdf
from backoffice.core.errors import DomainError
from orders.documents.words import Words, words_for
from orders.editing import lines_total
from orders.models import Order

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from orders.models import OrderLine

# What of a line's details a customer wants to read again.
DETAILS = ("size", "grammage", "paper", "printing")


def confirmation_pdf(order: Order) -> bytes:
    """The order as a PDF in the customer's language; a pending one is marked as a proposal.

    What staff have to check, and how sure the reading was, is never printed. ``DomainError``
    for a rejected order: there is nothing to confirm.
    """
    if order.status == Order.Status.REJECTED:
        sentence = _(
            "%(number)s is rejected: there is nothing to confirm. The history has the message"
            " that went to the customer."
        )
        raise DomainError(
            sentence % {"number": order.number}, code="rejected", field="status", value=order.status
        )
    words = words_for(_language(order))
    lines = list(order.lines.select_related("product"))
    # The direction of the page follows the active language.
    with translation.override(words.language):
        return pdf.render(
            _story(order, lines, words),
            title=_title(order, words),
            subtitle=order.number,
            date=words.day(timezone.localdate(order.decided_at or order.created_at)),
            paging=words.page,
            footer=settings.COMPANY_LEGAL,
        )


def filename(order: Order) -> str:
    """``confirmation-CMD-2026-00012.pdf``, in the customer's language."""
    words = words_for(_language(order))
    kinds = {"fr": ("confirmation", "proposition"), "en": ("confirmation", "proposal")}
    confirmed, proposed = kinds.get(words.language, kinds["fr"])
    return f"{proposed if order.status == Order.Status.PENDING else confirmed}-{order.number}.pdf"


def _title(order: Order, words: Words) -> str:
    return words.proposal if order.status == Order.Status.PENDING else words.confirmation


def _language(order: Order) -> str:
    known = order.customer.language if order.customer else ""
    return order.language or known or settings.LANGUAGE_CODE


def _story(order: Order, lines: Sequence[OrderLine], words: Words) -> list[Any]:
    story = [
        pdf.side_by_side(_supplier(words), _customer(order, words)),
        pdf.space(5),
        _facts(order, words),
        pdf.space(5),
    ]
    if order.status == Order.Status.PENDING:
        story += [pdf.paragraph(words.not_final, "strong"), pdf.space(4)]
    story.append(_lines(order, lines, words))
    if order.notes.strip():
        notes = [pdf.space(5), pdf.heading(words.notes), pdf.paragraph(order.notes.strip())]
        story += notes
    story += [pdf.space(7), pdf.paragraph(words.thanks)]
    return story


def _supplier(words: Words) -> list[Any]:
    address = settings.COMPANY_ADDRESS.replace("\\n", "\n")
    return [
        pdf.paragraph(words.supplier, "muted"),
        pdf.paragraph(settings.COMPANY_NAME, "strong"),
        *([pdf.paragraph(address)] if address else []),
        pdf.facts([(words.phone, " · ".join(map(_phone, settings.COMPANY_PHONES)))]),
    ]


def _customer(order: Order, words: Words) -> list[Any]:
    """Who ordered, as the order says; the address as the customer's card says."""
    customer = order.customer
    company = order.company or (customer.company if customer else "")
    name = order.contact_name or (customer.name if customer else "")
    address = []
    if customer is not None:
        town = " ".join(filter(None, (customer.postal_code, customer.city)))
        abroad = customer.country not in {"", settings.PHONE_REGION}
        country = words.country(customer.country) if abroad else ""
        # On one line: what somebody typed below each other might be taller than the page.
        street = ", ".join(filter(None, map(str.strip, customer.address.splitlines())))
        address = [part for part in (street, town, country) if part]
    return [
        pdf.paragraph(words.customer, "muted"),
        pdf.paragraph(company or name, "strong"),
        *(pdf.paragraph(part) for part in ([name] if company and name else []) + address),
        pdf.facts([(words.phone, _phone(order.phone)), (words.email, order.email)]),
    ]


def _facts(order: Order, words: Words) -> Any:  # noqa: ANN401 - reportlab has no types
    ordered = words.day(timezone.localdate(order.created_at))
    decided = words.day(timezone.localdate(order.decided_at)) if order.decided_at else ""
    contact = order.decided_by.get_full_name() if order.decided_by else ""
    delivery = words.day(order.delivery_date) if order.delivery_date else ""
    left = [(words.number, order.number), (words.ordered_on, ordered)]
    right = [(words.delivery, delivery), (words.contact, contact)]
    return pdf.side_by_side([pdf.facts([*left, (words.confirmed_on, decided)])], [pdf.facts(right)])


def _lines(order: Order, lines: Sequence[OrderLine], words: Words) -> Any:  # noqa: ANN401 - as above
    currency = order.currency or settings.DEFAULT_CURRENCY
    rows = [
        (
            _goods(line),
            words.figure(line.quantity) if line.quantity is not None else "",
            words.units.get(line.unit, line.unit),
            words.price(line.unit_price) if line.unit_price is not None else "",
            words.price(line.total, most=2) if line.total is not None else "",
        )
        for line in lines
    ]
    head = (
        words.goods,
        words.quantity,
        words.unit,
        f"{words.unit_price} ({currency})",
        f"{words.amount} ({currency})",
    )
    widths, ends = (5, 1.3, 1.1, 1.6, 1.7), (1, 3, 4)
    feet = [
        (label, "", "", "", f"{words.price(amount, most=2)} {currency}")
        for label, amount in _totals(order, lines, words)
    ]
    return pdf.table(head, rows, widths=widths, ends=ends, foot=feet)


def _phone(number: str) -> str:
    """With blanks, as people read it (+212 661-000211); as it is where it is no number."""
    try:
        parsed = phonenumbers.parse(number, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _goods(line: OrderLine) -> str:
    """What was ordered, with its details below where the words do not say them already."""
    goods = line.description or str(line.product or "")
    details = [str(line.attributes.get(name) or "").strip() for name in DETAILS]
    more = [detail for detail in details if detail and detail.casefold() not in goods.casefold()]
    return "\n".join(filter(None, (goods, " · ".join(more))))


def _totals(order: Order, lines: Sequence[OrderLine], words: Words) -> list[tuple[str, Any]]:
    """The total agreed; before it that of the lines, where tax or a rebate lies in between."""
    summed = lines_total(lines)
    totals = []
    if summed is not None and summed != order.total:
        totals.append((words.sum_of_lines if order.total is not None else words.total, summed))
    if order.total is not None:
        totals.append((words.total, order.total))
    return totals
