from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.messaging.models import InboundMessage, OutboundMessage
from crm.models import Sale
from orders import changes, intake, signals, understanding, workflow
from orders.models import ChangeRequest, Order, OrderEvent
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import Settings

    from backoffice.messaging.desks import Outcome
    from orders.reading import OrderReading

pytestmark = pytest.mark.django_db
PHONE = "+212663001403"


@pytest.fixture(autouse=True)
def english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    settings.OPENAI_API_KEY = ""
    make.all_products()
    make.message_templates()
    with translation.override("en"):
        yield


@pytest.fixture
def clerk() -> User:
    user = make.clerk()
    return make.allowed(user, "apply_changerequest")


@pytest.fixture
def order() -> Order:
    """3,000 bags and 500 with handles, ordered by WhatsApp, not decided yet."""
    message = make.MessageFactory.create(channel="whatsapp", sender_phone=PHONE, sender_email="")
    found = make.OrderFactory.create(
        message=message,
        channel="whatsapp",
        phone=PHONE,
        email="",
        language="fr",
        number="CMD-2026-00045",
    )
    make.OrderLineFactory.create(order=found, quantity=3000, unit_price="0.20", total=600)
    make.OrderLineFactory.create(
        order=found,
        position=1,
        product=make.product("sac_fond_carre_poignees_plates"),
        description="Sacs poignées plates",
        quantity=500,
        unit_price=None,
        total=None,
    )
    return found


def write(text: str, *, phone: str = PHONE, **message: Any) -> tuple[InboundMessage, Outcome]:
    """A later WhatsApp message, read and acted on as the worker does."""
    sent_at = make.later(hours=3)
    row = make.MessageFactory.create(
        **{
            "channel": "whatsapp",
            "sender_phone": phone,
            "sender_email": "",
            "body": text,
            "sent_at": sent_at,
        }
        | message
    )
    content = make.content(
        text, channel="whatsapp", phone=phone, email=row.sender_email, name="Ali", sent_at=sent_at
    )
    return row, intake.act_on(row, content, *understanding.read(content))


def quantities(order: Order) -> list[tuple[str, Decimal | None, str]]:
    lines = order.lines.select_related("product")
    return [
        (line.product.sku[-8:] if line.product else "", line.quantity, line.unit) for line in lines
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("finalement 4000 au lieu de 3000", "Sachets fond plat 18x35: 3,000 → 4,000"),
        ("bghit ghir 1000 machi 3000", "Sachets fond plat 18x35: 3,000 → 1,000"),
        ("zid 500 sachet 3afak", "Sachets fond plat 18x35: 3,000 → 3,500"),
        ("na9es 500 sachet", "Sachets fond plat 18x35: 3,000 → 2,500"),
        ("annulez la ligne des sachets", "Sachets fond plat 18x35: take out (3,000)"),
        (
            "nous voulons aussi 300 sacs poignées torsadées",
            "Sac fond carré avec poignées torsadées: add 300",
        ),
        ("ajoutez 2 cartons de sachets", "Sachets fond plat: add 2 carton"),
        ("pouvez-vous changer la date au 15 mai ?", "Delivery date: none → 05/15/2026"),
        (
            "remplacez les plates par des torsadées svp",
            "Sacs poignées plates → Sac fond carré avec poignées torsadées",
        ),
        ("zid 500", "A line that is not named: – → +500 (which line is meant?)"),
        ("بغيت 4000 عوض 3000", "Sachets fond plat 18x35: 3,000 → 4,000"),
        ("annulez ma commande CMD-2026-00045", "Cancel the order."),
        ("lghi commande", "Cancel the order."),
        ("on annule tout", "Cancel the order."),
        ("الله يخليك لغي الطلبية ديالي", "Cancel the order."),
        ("oubliez mon dernier message svp", "Cancel the order."),
    ],
)
def test_later_message_asks_for_a_change(order: Order, text: str, sentence: str):
    message, outcome = write(text)

    request = ChangeRequest.objects.get()
    assert (request.message, request.order, request.state) == (message, order, "open")
    assert request.sentence.removesuffix(".") == sentence.removesuffix(".")
    assert outcome.status == "done"
    assert outcome.reason == f"Change asked for CMD-2026-00045: {request.sentence}"
    assert 0.3 < request.confidence <= 0.9
    assert list(Order.objects.all()) == [order]
    assert [event.kind for event in order.events.all()] == ["asked"]


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, 2000 sachets fond plat et 800 torsadées, ajoutez aussi 200 plates svp",
        "je voudrais 2000 sachets... ah non finalement 4000 sachets",
        "comme la dernière fois mais 4000 sachets au lieu de 3000",
    ],
)
def test_correction_within_one_message_is_no_change_request(order: Order, text: str):
    write(text)

    assert not ChangeRequest.objects.exists()
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    "text", ["finalement 4000 sachets au lieu de 3000", "zid 500 sachet 3afak"]
)
def test_words_of_change_without_an_order_are_an_order(text: str):
    write(text)

    assert not ChangeRequest.objects.exists()
    assert Order.objects.get().status == "pending"


def test_order_of_somebody_else_is_never_meant(order: Order):
    write("annulez ma commande CMD-2026-00045", phone="+212699999999")

    request = ChangeRequest.objects.get()
    assert (request.order, request.note) == (None, "CMD-2026-00045 is no order of this sender.")


def test_change_beside_a_new_order_gives_both(order: Order):
    _message, outcome = write(
        "Annulez CMD-2026-00045 svp. Par contre envoyez-nous 700 sacs poignées plates"
    )

    new = Order.objects.exclude(pk=order.pk).get()
    assert quantities(new) == [("s_plates", Decimal(700), "piece")]
    assert ChangeRequest.objects.get().order == order
    assert outcome.reason == (
        f"Order {new.number}. Change asked for CMD-2026-00045: Cancel the order."
    )


def test_reading_again_replaces_an_open_request_and_leaves_a_decided_one(order: Order, clerk: User):
    message, _outcome = write("zid 500 sachet 3afak")
    content = make.content("zid 700 sachet", channel="whatsapp", phone=PHONE, email="")
    intake.act_on(message, content, *understanding.read(content))
    request = ChangeRequest.objects.get()
    assert request.changes[0]["after"] == "3700"
    assert order.events.filter(kind="asked").count() == 1

    changes.dismiss(request.pk, by=clerk, reason="appelé")
    intake.act_on(message, content, *understanding.read(content))

    request.refresh_from_db()
    assert (request.state, ChangeRequest.objects.count()) == ("dismissed", 1)


def test_change_is_announced_like_any_message_that_orders_nothing(order: Order):
    heard: list[str] = []

    def hear(reading: OrderReading, **_rest: object) -> None:
        heard.append(str(reading.kind.value))

    signals.other_message.connect(hear)
    try:
        write("zid 500 sachet 3afak")
    finally:
        signals.other_message.disconnect(hear)

    assert heard == ["change"]


# --- which order ---


def test_answer_to_a_notice_means_the_order_it_is_about(order: Order):
    other = make.OrderFactory.create(phone=PHONE, message=make.MessageFactory.create())
    make.OrderLineFactory.create(order=other, quantity=3000)
    OutboundMessage.objects.create(
        key="x", channel="whatsapp", recipient=PHONE, body="…", provider_id="SM1", about=order
    )

    write("finalement 4000 au lieu de 3000", in_reply_to="SM1")

    assert ChangeRequest.objects.get().order == order


def test_e_mail_in_the_thread_of_an_order_means_it(order: Order):
    mail = make.MessageFactory.create(external_id="<first@shop>")
    one = make.order_with_line(message=mail)
    make.order_with_line(message=make.MessageFactory.create())

    write(
        "Merci d'annuler la commande",
        phone="",
        channel="email",
        sender_email=one.email,
        thread="<first@shop>",
        in_reply_to="<first@shop>",
    )

    assert ChangeRequest.objects.get().order == one


def test_of_several_orders_by_e_mail_staff_choose(clerk: User):
    one, two = (make.order_with_line(message=make.MessageFactory.create()) for _ in "12")
    write("Merci d'annuler la commande", phone="", channel="email", sender_email=one.email)
    request = ChangeRequest.objects.get()
    assert (request.order, request.note) == (None, f"It may be any of {two.number}, {one.number}.")

    changes.choose(request.pk, one.pk, by=clerk)

    request.refresh_from_db()
    assert (request.order, request.note, request.sentence) == (one, "", "Cancel the order.")
    assert [(e.kind, e.actor) for e in one.events.all()] == [("asked", clerk)]


def test_of_several_orders_the_one_with_the_figure_is_meant(order: Order):
    newer = make.OrderFactory.create(
        phone=PHONE, message=make.MessageFactory.create(sent_at=make.later(hours=1))
    )
    make.OrderLineFactory.create(order=newer, quantity=800)

    write("finalement 4000 au lieu de 3000")

    assert ChangeRequest.objects.get().order == order


# --- decisions ---


def test_applying_a_correction_edits_the_pending_order(order: Order, clerk: User):
    write("finalement 4000 sachets au lieu de 3000 et zid 200 torsadés")
    request = ChangeRequest.objects.get()

    changes.apply(request.pk, by=clerk)

    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("applied", clerk)
    assert quantities(order) == [
        ("ond_plat", Decimal(4000), "piece"),
        ("s_plates", Decimal(500), "piece"),
        ("orsadees", Decimal(200), "piece"),
    ]
    assert order.lines.get(quantity=4000).total == 800
    assert [(e.kind, e.actor) for e in order.events.all()] == [("asked", None), ("edited", clerk)]


def test_two_requests_are_applied_one_after_the_other(order: Order, clerk: User):
    write("zid 500 sachet 3afak")
    write("pouvez-vous changer la date au 15 mai ?")
    write("annulez la ligne des sachets")
    first, second, third = ChangeRequest.objects.order_by("pk")

    changes.apply(first.pk, by=clerk)
    changes.apply(second.pk, by=clerk)
    with pytest.raises(DomainError) as refused:
        changes.apply(third.pk, by=clerk)

    order.refresh_from_db()
    assert order.delivery_date == date(2026, 5, 15)
    assert refused.value.code == "changed_meanwhile"
    assert order.lines.get(position=0).quantity == 3500


def test_applying_a_cancellation_rejects_the_pending_order_and_tells_the_customer(
    order: Order, clerk: User
):
    write("lghi commande")

    changes.apply(ChangeRequest.objects.get().pk, by=clerk)

    order.refresh_from_db()
    assert (order.status, order.rejection_reason) == (
        "rejected",
        "Cancelled by the customer on 04/20/2026.",
    )
    notice = OutboundMessage.objects.get()
    assert notice.recipient == PHONE
    assert "annulée" in notice.body
    assert not Sale.objects.exists()


@pytest.fixture
def validated(order: Order, clerk: User) -> Order:
    order.customer = make.CustomerFactory.create(phone=PHONE)
    order.save()
    return workflow.validate(order.pk, by=clerk)


def test_cancelling_a_validated_order_takes_its_sales_back(validated: Order, clerk: User):
    write("annulez ma commande CMD-2026-00045")

    changes.apply(ChangeRequest.objects.get().pk, by=clerk)

    validated.refresh_from_db()
    assert validated.status == "rejected"
    assert sorted(Sale.objects.values_list("quantity", flat=True)) == [-3000, -500, 500, 3000]
    assert validated.events.filter(kind=OrderEvent.Kind.CANCELLED, actor=clerk).count() == 1
    states = OutboundMessage.objects.order_by("pk").values_list("key", "status")
    assert [key for key, _status in states] == [
        f"order:{validated.pk}:decision",
        f"order:{validated.pk}:cancelled",
    ]


def test_correcting_a_validated_order_is_noted_and_told_and_changes_no_line(
    validated: Order, clerk: User
):
    write("finalement 4000 au lieu de 3000")

    changes.apply(ChangeRequest.objects.get().pk, by=clerk)

    validated.refresh_from_db()
    assert (validated.status, validated.lines.first().quantity) == ("validated", Decimal(3000))  # type: ignore[union-attr]
    event = validated.events.get(kind=OrderEvent.Kind.CHANGED)
    assert (event.actor, event.note) == (clerk, "Sachets fond plat 18x35: 3,000 → 4,000.")
    body = OutboundMessage.objects.get(key__startswith="change:").body
    assert "Sachets fond plat 18x35" in body
    assert "est bien enregistrée" in body


def test_what_could_not_be_read_takes_a_note(order: Order, clerk: User):
    write("zid 500")
    request = ChangeRequest.objects.get()

    with pytest.raises(DomainError) as refused:
        changes.apply(request.pk, by=clerk)
    assert refused.value.field == "note"

    changes.apply(request.pk, by=clerk, note="500 sachets ajoutés à la main")
    request.refresh_from_db()
    assert (request.state, request.note) == ("applied", "500 sachets ajoutés à la main")


def test_order_with_an_open_request_is_not_validated(order: Order, clerk: User):
    write("zid 500 sachet 3afak")

    with pytest.raises(DomainError) as refused:
        workflow.validate(order.pk, by=clerk)
    assert refused.value.code == "change_requested"

    changes.dismiss(ChangeRequest.objects.get().pk, by=clerk, reason="non")
    assert workflow.validate(order.pk, by=clerk).status == "validated"


def test_second_decision_says_who_was_first(order: Order, clerk: User):
    write("lghi commande")
    request = ChangeRequest.objects.get()
    changes.dismiss(request.pk, by=clerk, reason="confirmé par téléphone")

    with pytest.raises(DomainError) as late:
        changes.apply(request.pk, by=clerk)

    assert late.value.conflict
    assert "already dismissed by salma" in str(late.value)


def test_deciding_takes_the_permission(order: Order):
    write("lghi commande")
    request, stranger = ChangeRequest.objects.get(), make.staff("stranger", "change_order")

    for decide in (
        lambda: changes.apply(request.pk, by=stranger),
        lambda: changes.dismiss(request.pk, by=stranger, reason="x"),
        lambda: changes.choose(request.pk, order.pk, by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            decide()


def test_message_that_moves_to_another_desk_takes_its_requests_along(order: Order):
    message, _outcome = write("zid 500 sachet 3afak")

    intake.withdraw(message)

    assert not ChangeRequest.objects.exists()


def test_our_own_notice_pasted_above_asks_for_nothing(order: Order):
    write("Votre commande CMD-2026-00045 est annulée.\nKraft Atlas Emballage\n\nmerci bien")

    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Bonjour, combien coûtent vos sachets fond plat par 2000 ?", "quote_request"),
        ("wach mchat lcommande dyali ?", "order_status"),
        ("il manque 500 sachets dans ma commande, ils sont déchirés", "complaint"),
    ],
)
def test_questions_and_complaints_keep_their_kind_and_change_nothing(
    order: Order, text: str, kind: str
):
    heard: list[str] = []

    def hear(reading: OrderReading, **_rest: object) -> None:
        heard.append(str(reading.kind.value))

    signals.other_message.connect(hear)
    try:
        _message, outcome = write(text)
    finally:
        signals.other_message.disconnect(hear)

    assert (outcome.status, outcome.kind, heard) == ("done", kind, [kind])
    assert not ChangeRequest.objects.exists()
    assert list(Order.objects.all()) == [order]


def test_order_beside_a_question_is_an_order_and_announces_nothing():
    heard: list[str] = []

    def hear(reading: OrderReading, **_rest: object) -> None:
        heard.append(str(reading.kind.value))

    signals.other_message.connect(hear)
    try:
        write("Je commande 2000 sachets fond plat. Quels sont vos prix pour les torsadées ?")
    finally:
        signals.other_message.disconnect(hear)

    assert heard == []
    assert quantities(Order.objects.get()) == [("ond_plat", Decimal(2000), "piece")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins(order: Order, clerk: User):
    write("zid 500 sachet 3afak")
    request = ChangeRequest.objects.get()
    start = Barrier(4)

    def decide(_worker: int) -> str:
        start.wait()
        try:
            return changes.apply(request.pk, by=clerk).state
        except DomainError as late:
            return str(late.code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(decide, range(4)))

    assert outcomes == ["applied", "not_open", "not_open", "not_open"]
    assert order.lines.get(position=0).quantity == 3500


@pytest.mark.django_db(transaction=True)
def test_message_processed_by_four_workers_at_once_makes_one_request(order: Order):
    message, _outcome = write("zid 500 sachet 3afak")
    ChangeRequest.objects.all().delete()
    content = make.content("zid 500 sachet", channel="whatsapp", phone=PHONE, email="")
    start = Barrier(4)

    def work(_worker: int) -> str:
        start.wait()
        try:
            return intake.act_on(message, content, *understanding.read(content)).status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(work, range(4)))

    assert outcomes == ["done"] * 4
    assert ChangeRequest.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "Suite au changement de notre adresse, merci de livrer 700 sacs torsadés à Rabat",
        "Bonjour, merci de livrer 700 sacs torsadés le 15 mai au lieu du 12",
        "Bonjour, il nous faut 700 sacs torsadés. Merci de répondre aussi vite que possible",
    ],
)
def test_new_order_with_words_of_change_stays_an_order(order: Order, text: str):
    write(text)

    new = Order.objects.exclude(pk=order.pk).get()
    assert quantities(new) == [("orsadees", Decimal(700), "piece")]
    assert not ChangeRequest.objects.exists()


def test_more_of_an_order_of_last_week_is_another_order(order: Order):
    InboundMessage.objects.filter(orders=order).update(sent_at=make.later(days=-6))

    write("zid 500 sachet 3afak")

    assert not ChangeRequest.objects.exists()
    assert Order.objects.count() == 2
