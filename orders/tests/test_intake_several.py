"""Several orders of one message: proposed, read again, taken back, and told from copies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.messaging.models import Attachment, Document, MailboxRun
from orders import figures, intake, workflow
from orders.models import ChangeRequest, Order
from orders.reading import Evidence, Found
from orders.tests import factories as make

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from backoffice.messaging.models import InboundMessage
    from orders.reading import LineReading, OrderReading

pytestmark = pytest.mark.django_db
PLAIN = "sac_fond_carre_poignees_plates"


@pytest.fixture(autouse=True)
def english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    settings.OPENAI_API_KEY = ""
    make.all_products()
    make.message_templates()
    with translation.override("en"):
        yield


def take_in(*readings: OrderReading, message: InboundMessage | None = None) -> list[Order]:
    row = message or make.MessageFactory.create()
    outcome = intake.act_on(row, make.content(sent_at=row.sent_at), *readings)
    orders = list(Order.objects.filter(message=row).order_by("position"))
    assert all(order.number in outcome.reason for order in orders)
    return orders


TWO = (make.reading(make.line(quantity=2000)), make.reading(make.line(PLAIN, 500)))


def test_each_order_is_proposed_at_its_own_position_once():
    message = make.MessageFactory.create()

    for _run in range(2):
        first, second = take_in(*TWO, message=message)

    assert [order.position for order in (first, second)] == [0, 1]
    assert [order.lines.get().quantity for order in (first, second)] == [2000, 500]
    assert [order.events.count() for order in (first, second)] == [1, 1]
    assert "Another order of this customer waits" not in second.attention


def test_the_mail_page_counts_orders_and_not_messages():
    two, none = (MailboxRun.objects.create(mailbox="orders", status="done") for _ in "ab")
    take_in(*TWO, message=make.MessageFactory.create(run=two))
    take_in(TWO[0], message=make.MessageFactory.create(run=two))
    # A price request, or a change of an earlier order: a message that is done, and no order.
    make.MessageFactory.create(run=none, status="done")

    assert figures.made_of_runs([two.pk, none.pk]) == {two.pk: 3}


def test_same_goods_twice_in_one_message_are_no_copies():
    _first, second = take_in(TWO[0], TWO[0])

    assert second.duplicate_of is None


def test_message_sent_twice_gives_a_copy_of_each_order():
    first, second = take_in(*TWO)
    again = make.MessageFactory.create(sent_at=make.later(hours=1))

    copies = take_in(*TWO, message=again)

    assert [copy.duplicate_of for copy in copies] == [first, second]


def from_file(line: LineReading, key: str) -> OrderReading:
    place = Evidence(key, 0, 1)
    quantity = Found(line.quantity.value, 0.9, (place,))
    return make.reading(type(line)(line.description, line.product, quantity, line.unit))


def test_file_sent_before_makes_a_copy_of_the_order_read_from_it_alone():
    old_form, new_form = (
        Document.objects.create(sha256=str(n) * 64, kind="pdf", size=1, mime="application/pdf")
        for n in (1, 2)
    )
    first_message = make.MessageFactory.create()
    Attachment.objects.create(message=first_message, position=0, document=old_form)
    [first] = take_in(from_file(make.line(quantity=2000), "attachment:0"), message=first_message)
    later = make.MessageFactory.create(sent_at=make.later(days=20))
    Attachment.objects.create(message=later, position=0, document=new_form)
    Attachment.objects.create(message=later, position=1, document=old_form)

    new, old = take_in(
        from_file(make.line(PLAIN, 500), "attachment:0"),
        from_file(make.line(quantity=2000), "attachment:1"),
        message=later,
    )

    assert (new.duplicate_of, old.duplicate_of) == (None, first)


def test_order_that_a_later_reading_does_not_find_is_taken_back():
    message = make.MessageFactory.create()
    _first, second = take_in(*TWO, message=message)
    elsewhere = make.ChangeRequestFactory.create(order=second)

    [only] = take_in(TWO[0], message=message)

    assert Order.objects.get() == only
    # What another message asks about it waits for staff to say which order is meant.
    assert ChangeRequest.objects.get(pk=elsewhere.pk).order is None


def test_order_that_staff_worked_on_is_not_taken_back():
    message = make.MessageFactory.create()
    _first, second = take_in(*TWO, message=message)
    workflow.edit(second.pk, by=make.clerk(), changes={"notes": "appelé"})

    intake.act_on(message, make.content(), TWO[0])

    second.refresh_from_db()
    assert "Read again, the message no longer asks for this order." in second.attention


def test_decided_order_is_left_alone():
    message = make.MessageFactory.create()
    _first, second = take_in(*TWO, message=message)
    workflow.reject(second.pk, by=make.clerk(), reason="non")

    intake.act_on(message, make.content(), TWO[0])

    second.refresh_from_db()
    assert (second.status, second.attention) == ("rejected", second.attention)
    assert Order.objects.count() == 2


def test_message_moves_with_all_its_orders_or_stays():
    message = make.MessageFactory.create()
    _first, second = take_in(*TWO, message=message)
    intake.withdraw(message)
    assert not Order.objects.exists()

    _first, second = take_in(*TWO, message=message)
    workflow.reject(second.pk, by=make.clerk(), reason="non")
    with pytest.raises(DomainError) as refused:
        intake.withdraw(message)
    assert refused.value.value == second.number
    assert Order.objects.count() == 2


def test_extract_orders_prints_the_others_beside_the_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "two.txt"
    path.write_text("Commande 1 : 2000 sachets fond plat\nCommande 2 : 500 sacs poignées plates\n")

    call_command("extract_orders", str(path))

    found = json.loads(capsys.readouterr().out)
    assert found["lines"][0]["quantity"] == 2000
    assert [other["lines"][0]["quantity"] for other in found["others"]] == [500]
