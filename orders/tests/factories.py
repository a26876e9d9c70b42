"""A small cast and the rows the order desk's tests start from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import Permission, User
from factory.declarations import LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from backoffice.messaging import seed_templates
from backoffice.messaging.content import MessageContent, Person, ReadDocument
from backoffice.messaging.models import InboundMessage, MessageTemplate
from crm.models import Customer, CustomerIdentity, Product
from orders import seed_templates as order_templates
from orders.models import ChangeRequest, Order, OrderLine
from orders.reading import CustomerReading, Found, LineReading, OrderReading

if TYPE_CHECKING:
    from backoffice.messaging.content import ChannelName
    from orders.reading import MessageKind, Unit

SENT = dt.datetime(2026, 4, 20, 9, 30, tzinfo=dt.UTC)
PRODUCTS = {
    "sachet_fond_plat": "Sachets fond plat",
    "sac_fond_carre_sans_poignees": "Sac fond carré sans poignées",
    "sac_fond_carre_poignees_plates": "Sac fond carré avec poignées plates",
    "sac_fond_carre_poignees_torsadees": "Sac fond carré avec poignées torsadées",
}


def product(sku: str = "sachet_fond_plat") -> Product:
    return Product.objects.get_or_create(sku=sku, defaults={"name": PRODUCTS[sku]})[0]


def all_products() -> None:
    for sku in PRODUCTS:
        product(sku)


def message_templates() -> None:
    """The texts a new installation starts with, for tests that empty the tables."""
    for words in (*seed_templates.TEXTS, *order_templates.TEXTS):
        for channel, subject in (("email", words.subject), ("whatsapp", "")):
            MessageTemplate.objects.get_or_create(
                key=words.key,
                channel=channel,
                language=words.language,
                defaults={"subject": subject, "body": words.body},
            )


def staff(username: str = "salma", *permissions: str) -> User:
    """Somebody with exactly these permissions."""
    user = User.objects.create_user(username, is_staff=True)
    wanted = Permission.objects.filter(codename__in=permissions)
    user.user_permissions.set(wanted)
    return user


def clerk(username: str = "salma") -> User:
    """Somebody who may do everything with orders."""
    return staff(
        username,
        "view_order",
        "change_order",
        "validate_order",
        "reject_order",
        "process_inboundmessage",
    )


def allowed(user: User, *permissions: str) -> User:
    """The user with these permissions too; asked anew, as a session would."""
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return User.objects.get(pk=user.pk)


class CustomerFactory(DjangoModelFactory[Customer]):
    """A customer who is known by ``email`` and ``phone`` where they are given."""

    class Meta:
        model = Customer

    name = "Khalid Boukhris"
    company = "Boulangerie Tizi"

    @classmethod
    def _create(cls, model_class: type[Customer], *args: Any, **kwargs: Any) -> Customer:
        known_by = {kind: kwargs.pop(kind, "") for kind in ("email", "phone")}
        customer: Customer = super()._create(model_class, *args, **kwargs)
        for kind, value in known_by.items():
            if value:
                CustomerIdentity.objects.create(customer=customer, kind=kind, value=value)
        return customer


class MessageFactory(DjangoModelFactory[InboundMessage]):
    class Meta:
        model = InboundMessage

    desk = "orders"
    channel = "email"
    external_id = Sequence(lambda n: f"<{n}@example>")
    sender_name = "Khalid Boukhris"
    sender_email = "contact@boulangerie-tizi.example"
    body = "Bonjour, 5000 sachets svp"
    raw = b""
    sent_at = SENT


class OrderFactory(DjangoModelFactory[Order]):
    class Meta:
        model = Order

    number = Sequence(lambda n: f"CMD-2020-{n + 1:05d}")
    channel = "email"
    contact_name = "Khalid Boukhris"
    company = "Boulangerie Tizi"
    email = "contact@boulangerie-tizi.example"
    currency = "MAD"
    confidence = 0.9


class OrderLineFactory(DjangoModelFactory[OrderLine]):
    class Meta:
        model = OrderLine

    order = SubFactory(OrderFactory)
    product = LazyFunction(product)
    description = "Sachets fond plat 18x35"
    quantity = Decimal(5000)
    unit_price = Decimal("0.19")
    total = Decimal(950)


class ChangeRequestFactory(DjangoModelFactory[ChangeRequest]):
    class Meta:
        model = ChangeRequest

    message = SubFactory(MessageFactory)
    order = SubFactory(OrderFactory)
    kind = "correction"
    confidence = 0.8


def order_with_line(**values: Any) -> Order:
    """A pending order of 5,000 bags at 0.19."""
    order = OrderFactory.create(**values)
    OrderLineFactory.create(order=order)
    return order


def validated_order(customer: Customer, placed_at: dt.datetime, **values: Any) -> Order:
    return OrderFactory.create(
        customer=customer, status=Order.Status.VALIDATED, decided_at=placed_at, **values
    )


def content(
    body: str = "Bonjour, 5000 sachets svp",
    *,
    channel: ChannelName = "email",
    name: str = "Khalid Boukhris",
    email: str = "contact@boulangerie-tizi.example",
    phone: str = "",
    sent_at: dt.datetime = SENT,
    documents: tuple[ReadDocument, ...] = (),
) -> MessageContent:
    main = ReadDocument("body", "body", body, method="plain")
    return MessageContent(
        channel=channel,
        author=Person(name=name, email=email, phone=phone),
        sent_at=sent_at,
        documents=(main, *documents),
    )


def line(
    sku: str = "sachet_fond_plat",
    quantity: int | str | None = 5000,
    *,
    unit: Unit = "piece",
    price: str | None = None,
    description: str = "",
    confidence: float = 0.95,
    size: str = "",
) -> LineReading:
    return LineReading(
        description=Found(description or sku or None, confidence),
        product=Found(sku or None, confidence),
        quantity=Found() if quantity is None else Found(Decimal(quantity), confidence),
        unit=Found(unit, confidence),
        unit_price=Found() if price is None else Found(Decimal(price), confidence),
        size=Found(size, confidence) if size else Found(),
    )


def reading(
    *lines: LineReading, kind: MessageKind = "order", confidence: float = 0.95, **parts: Any
) -> OrderReading:
    is_order = kind in {"order", "renewal"}
    return OrderReading(
        kind=Found(kind, confidence),
        is_order=Found(is_order, confidence),
        lines=lines,
        **{
            "is_renewal": Found(kind == "renewal", confidence),
            "customer": CustomerReading(),
            "language": "fr",
            **parts,
        },
    )


def later(**delta: float) -> dt.datetime:
    return SENT + dt.timedelta(**delta)
