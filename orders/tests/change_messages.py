"""Messages of our own about orders there are (data/changes/*.jsonl), and what became of them.

Each message is written by a customer whose orders are those of a world:
``A`` has one that waits since yesterday, ``AB`` one more of the Tuesday before,
``V`` only that older one, validated.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backoffice.messaging.documents.files import content_from_eml, content_from_whatsapp
from crm.models import Customer
from orders import intake, understanding
from orders.models import ChangeRequest, Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.messaging.content import MessageContent
    from backoffice.messaging.models import InboundMessage

FOLDER = Path(__file__).parent / "data" / "changes"
SENT = dt.datetime(2026, 4, 20, 12, 30, tzinfo=dt.UTC)
PHONE, MAIL = "+212663001403", "contact@boulangerie-tizi.example"
NUMBERS = {"A": "CMD-2026-00045", "B": "CMD-2026-00039"}
GOODS = {
    "flat": ("sachet_fond_plat", "Sachets fond plat 18x35"),
    "none": ("sac_fond_carre_sans_poignees", "Sacs fond carré sans poignées"),
    "plates": ("sac_fond_carre_poignees_plates", "Sacs poignées plates"),
    "twisted": ("sac_fond_carre_poignees_torsadees", "Sacs poignées torsadées"),
}
SHORT = {sku: short for short, (sku, _name) in GOODS.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message, in the short form of the labels."""

    kind: str = ""
    order: str = ""
    changes: tuple[str, ...] = ()
    orders: int = 0
    warned: bool = False


def labelled(name: str) -> Iterator[dict[str, Any]]:
    """Each line of ``data/changes/<name>.jsonl``."""
    for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def content(one: dict[str, Any]) -> MessageContent:
    """The message as the desk receives it."""
    sent_at = SENT + dt.timedelta(days=one.get("days", 0))
    if one["channel"] == "whatsapp":
        form = {"From": f"whatsapp:{PHONE}", "ProfileName": "Khalid", "Body": one["text"]}
        return content_from_whatsapp(form, sent_at, [])
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Khalid Boukhris <{MAIL}>"
    mail["To"] = "Kraft Atlas Emballage <commandes@kraft-atlas.example>"
    mail["Date"] = email.utils.format_datetime(sent_at)
    mail["Subject"] = one.get("subject", "Bonjour")
    mail.set_content(one["text"])
    return content_from_eml(mail.as_bytes())


def orders_of(world: str, channel: str) -> dict[str, Order]:
    """The orders the customer has in a world, by letter."""
    customer = Customer.objects.filter(company="Boulangerie Tizi").first()
    customer = customer or make.CustomerFactory.create(email=MAIL, phone=PHONE)
    orders = {}
    if "A" in world:
        orders["A"] = _order("A", customer, channel, -1, dt.date(2026, 4, 30))
        _line(orders["A"], 0, "flat", 3000)
        _line(orders["A"], 1, "plates", 500)
    if "B" in world or world == "V":
        orders["B"] = _order("B", customer, channel, -6, dt.date(2026, 4, 24))
        _line(orders["B"], 0, "twisted", 2000)
        _line(orders["B"], 1, "none", 10, unit="carton")
    if world == "V":
        Order.objects.filter(pk=orders["B"].pk).update(
            status=Order.Status.VALIDATED, decided_at=SENT - dt.timedelta(days=5)
        )
    return orders


def received(one: dict[str, Any]) -> Answer:
    """Take the message in, beside the orders of its world, and say what became of it."""
    orders = orders_of(one["world"], one["channel"])
    whole = content(one)
    is_chat = one["channel"] == "whatsapp"
    row = make.MessageFactory.create(
        channel=one["channel"],
        sender_email="" if is_chat else MAIL,
        sender_phone=PHONE if is_chat else "",
        subject=one.get("subject", ""),
        body=one["text"],
        sent_at=whole.sent_at,
        in_reply_to=_answered(one, orders),
    )
    intake.act_on(row, whole, *understanding.read(whole))
    return _answer(row, {order.pk: letter for letter, order in orders.items()})


def _answered(one: dict[str, Any], orders: dict[str, Order]) -> str:
    order = orders.get(one.get("answers", ""))
    return order.message.external_id if order and order.message else ""


def _answer(row: InboundMessage, letters: dict[int, str]) -> Answer:
    requests = list(ChangeRequest.objects.filter(message=row).order_by("position"))
    new = list(Order.objects.filter(message=row))
    warned = any(number in order.attention for order in new for number in NUMBERS.values())
    if not requests:
        return Answer(orders=len(new), warned=warned)
    changes = [_short(change) for request in requests for change in request.changes]
    kinds = {request.kind for request in requests}
    told = {letters.get(request.order_id or 0, "?") for request in requests}
    return Answer(
        "+".join(sorted(kinds)), "+".join(sorted(told)), tuple(sorted(changes)), len(new), warned
    )


def _short(change: dict[str, Any]) -> str:
    goods, field = SHORT.get(change["sku"], change["product"] or "?"), change["field"]
    after = change["after"]
    if field in {"delivery_date", "notes"}:
        return f"date={after}" if field == "delivery_date" else "note"
    if field == "line":
        return f"-{goods}" if after is None else f"+{goods} {after}"
    if field == "product":
        line = change["before"] or ""
        old = next((short for short, (_sku, name) in GOODS.items() if name == line), line)
        return f"{old}>{goods}"
    sign = "" if change["is_clear"] else "?"
    return f"{goods}:unit={after}" if field == "unit" else f"{goods}={sign}{after}"


def _order(letter: str, customer: Customer, channel: str, days: int, delivery: dt.date) -> Order:
    is_chat = channel == "whatsapp"
    contact = {"email": "" if is_chat else MAIL, "phone": PHONE if is_chat else ""}
    message = make.MessageFactory.create(
        channel=channel,
        sender_email=contact["email"],
        sender_phone=contact["phone"],
        sent_at=SENT + dt.timedelta(days=days),
    )
    return make.OrderFactory.create(
        message=message,
        channel=channel,
        customer=customer,
        number=NUMBERS[letter],
        delivery_date=delivery,
        **contact,
    )


def _line(order: Order, position: int, goods: str, quantity: int, unit: str = "piece") -> None:
    sku, name = GOODS[goods]
    make.OrderLineFactory.create(
        order=order,
        position=position,
        product=make.product(sku),
        description=name,
        quantity=quantity,
        unit=unit,
        unit_price=None,
        total=None,
    )
