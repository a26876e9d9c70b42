from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.messaging.models import Attachment, Document
from orders import intake, workflow
from orders.models import Order
from orders.reading import CustomerReading, Found
from orders.tests import factories as make

if TYPE_CHECKING:
    from orders.reading import OrderReading

pytestmark = pytest.mark.django_db
FIVE_THOUSAND = make.reading(make.line())


@pytest.fixture(autouse=True)
def products():
    make.all_products()


def arrive(
    reading: OrderReading = FIVE_THOUSAND, *, files: tuple[Document, ...] = (), **parts: Any
) -> Order:
    sent_at = make.later(**parts.pop("after", {}))
    channel = parts.get("channel", "email")
    message = make.MessageFactory.create(sent_at=sent_at, channel=channel)
    for position, document in enumerate(files):
        Attachment.objects.create(message=message, position=position, document=document)
    intake.act_on(message, make.content(sent_at=sent_at, **parts), reading)
    return Order.objects.get(message=message)


def file(sha256: str = "a" * 64, kind: str = "pdf") -> Document:
    return Document.objects.create(sha256=sha256, file="x.pdf", size=1, mime="x", kind=kind)


def test_same_order_an_hour_later_is_linked_and_flagged():
    first = arrive()
    with translation.override("en"):
        second = arrive(after={"hours": 1})

    assert (first.duplicate_of, second.duplicate_of, second.status) == (None, first, "pending")
    assert f"Looks like {first.number} sent again" in second.attention


def test_same_order_by_whatsapp_of_the_same_customer_is_linked():
    make.CustomerFactory.create(email="contact@boulangerie-tizi.example", phone="+212663001403")
    first = arrive()

    second = arrive(channel="whatsapp", email="", phone="+212663001403", after={"hours": 1})

    assert second.duplicate_of == first


def test_third_copy_is_linked_to_the_first():
    first = arrive()
    arrive(after={"hours": 1})

    assert arrive(after={"hours": 2}).duplicate_of == first


def test_thousands_and_pieces_of_the_same_goods_are_the_same():
    first = arrive()

    again = make.reading(make.line(quantity=5, unit="mille"))

    assert arrive(again, after={"hours": 1}).duplicate_of == first


@pytest.mark.parametrize(
    ("reading", "parts"),
    [
        (make.reading(make.line(quantity=5001)), {}),
        (make.reading(make.line(), make.line()), {}),
        (make.reading(make.line("sac_fond_carre_sans_poignees")), {}),
        (make.reading(), {}),
        (FIVE_THOUSAND, {"after": {"days": 4}}),
        (FIVE_THOUSAND, {"email": "zineb@msemen.example"}),
    ],
)
def test_other_goods_another_time_or_sender_is_another_order(
    reading: OrderReading, parts: dict[str, Any]
):
    arrive()

    assert arrive(reading, **({"after": {"hours": 1}} | parts)).duplicate_of is None


def test_other_delivery_date_is_another_order():
    arrive(make.reading(make.line(), delivery_date=Found(date(2026, 5, 4), 0.9)))

    later = make.reading(make.line(), delivery_date=Found(date(2026, 5, 11), 0.9))

    assert arrive(later, after={"hours": 1}).duplicate_of is None


def test_repeat_order_of_the_next_days_is_no_duplicate_but_of_the_same_hour_is():
    customer = make.CustomerFactory.create(email="contact@boulangerie-tizi.example")
    history = make.validated_order(customer, make.later(days=-7), method="import")
    make.OrderLineFactory.create(order=history)
    kif_dima = make.reading(kind="renewal")

    first = arrive(kif_dima)
    same_hour = arrive(kif_dima, after={"minutes": 40})
    two_days_on = arrive(kif_dima, after={"days": 2})

    assert first.renewed_from == history
    assert [first.duplicate_of, same_hour.duplicate_of, two_days_on.duplicate_of] == [
        None,
        first,
        None,
    ]


def test_same_order_form_weeks_later_from_a_colleague_is_linked():
    form = file()
    first = arrive(files=(form,))

    second = arrive(files=(form,), email="compta@tizi.example", after={"days": 20})

    assert second.duplicate_of == first


def test_same_logo_is_no_sign():
    logo = file(kind="image")
    arrive(files=(logo,))

    assert arrive(files=(logo,), email="zineb@msemen.example").duplicate_of is None


def test_rejected_order_may_be_sent_again():
    first = arrive()
    Order.objects.filter(pk=first.pk).update(
        status="rejected", rejection_reason="illisible", decided_at=make.later(hours=1)
    )

    assert arrive(after={"hours": 2}).duplicate_of is None


def test_order_for_another_firm_by_the_same_phone_is_another_order():
    arrive(make.reading(make.line(), customer=CustomerReading(company=Found("Restaurant X", 0.9))))

    for_y = make.reading(make.line(), customer=CustomerReading(company=Found("Restaurant Y", 0.9)))

    assert arrive(for_y, after={"hours": 1}).duplicate_of is None


def test_other_order_of_the_same_days_may_be_a_correction():
    with translation.override("en"):
        first = arrive()
        second = arrive(make.reading(make.line(quantity=4000)), after={"days": 1})
        next_week = arrive(make.reading(make.line(quantity=3000)), after={"days": 9})

    question = "Another order of this customer waits ({}): does this one correct it?"
    assert question.format(first.number) in second.attention.splitlines()
    assert "waits" not in next_week.attention


def test_original_is_no_copy_and_a_copy_no_original():
    first, second, third = (make.order_with_line() for _order in range(3))
    salma = make.clerk()
    workflow.edit(second.pk, by=salma, changes={"duplicate_of_id": first.pk})

    with translation.override("en"):
        with pytest.raises(DomainError) as circle:
            workflow.edit(first.pk, by=salma, changes={"duplicate_of_id": third.pk})
        with pytest.raises(DomainError) as chain:
            workflow.edit(third.pk, by=salma, changes={"duplicate_of_id": second.pk})

    assert (circle.value.field, str(circle.value)) == (
        "duplicate_of_id",
        (
            f"{second.number} is marked as a duplicate of {first.number}: clear that before"
            f" {first.number} is marked as a duplicate itself."
        ),
    )
    assert (chain.value.field, str(chain.value)) == (
        "duplicate_of_id",
        f"{second.number} is itself marked as a duplicate: choose {first.number}.",
    )
    marked = Order.objects.filter(duplicate_of__isnull=False)
    assert list(marked.values_list("pk", "duplicate_of")) == [(second.pk, first.pk)]


@pytest.mark.parametrize("is_kept", [True, False])
def test_original_read_again_stays_the_original(is_kept: bool):  # noqa: FBT001 - a parameter of the test
    first, second = arrive(), arrive(after={"hours": 1})
    if is_kept:
        workflow.keep_both(second.pk, by=make.clerk())
    assert first.message is not None

    better = make.reading(make.line(price="0.19"))
    intake.act_on(first.message, make.content(sent_at=first.message.sent_at), better)

    first.refresh_from_db()
    assert (first.duplicate_of, first.total) == (None, 950)
