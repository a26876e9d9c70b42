"""Two workers at the same moment: the day's limit, one person, one ticket, the switch."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from backoffice.messaging.models import OutboundMessage
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from crm.models import Customer
from support import workflow
from support.automatic import switching
from support.models import AutomaticTrial, Draft, Ticket
from support.tests import automatic as make
from support.tests import tickets

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """What each came to, an exception perhaps; all begin at once, on connections of their own."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            results[place] = act()
        except Exception as error:  # noqa: BLE001 - it is what came of it
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def considering(draft: Draft) -> Callable[[], object]:
    return lambda: make.consider(Draft.objects.get(pk=draft.pk))


def fit(number: int) -> Draft:
    draft = make.fit("on", email=f"c{number}@example.com", order_number=f"1040{number}")
    return Draft.objects.get(pk=draft.pk)


def sent() -> int:
    return OutboundMessage.objects.count()


def test_of_two_answers_at_once_a_limit_of_one_lets_one_go():
    drafts = [fit(1), fit(2)]
    make.category("on", automatic_daily_limit=1)

    together(*map(considering, drafts))

    assert sent() == 1
    trials = AutomaticTrial.objects.order_by("-was_fit").values_list("was_fit", "reasons")
    assert list(trials) == [(True, []), (False, ["limit"])]
    assert sorted(Ticket.objects.values_list("status", flat=True)) == [
        "answered_automatically",
        "new",
    ]


def test_one_person_gets_one_answer_also_from_two_categories_at_once():
    first = make.fit("on")
    other = tickets.category("Information commande")
    type(other).objects.filter(pk=other.pk).update(automatic_mode="on")
    other.refresh_from_db()
    second = make.fit(category=other)

    together(considering(first), considering(second))

    assert sent() == 1
    assert sorted(AutomaticTrial.objects.values_list("reasons", flat=True)) == [[], ["lately"]]


def test_one_customer_with_two_addresses_gets_one_answer_from_two_categories_at_once():
    salma = Customer.objects.create(name="Salma Tazi")
    first = make.fit("on", customer=salma)
    other = tickets.category("Information commande")
    other.automatic_mode = "on"
    other.save()
    second = make.fit(
        category=other, customer=salma, email="salma@work.example", order_number="10403"
    )

    together(considering(first), considering(second))

    assert sent() == 1
    assert sorted(AutomaticTrial.objects.values_list("reasons", flat=True)) == [[], ["lately"]]


def test_a_draft_considered_by_two_workers_is_sent_once():
    draft = fit(1)

    together(considering(draft), considering(draft))

    assert (sent(), AutomaticTrial.objects.count()) == (1, 1)


def test_of_a_person_and_the_machine_one_answers():
    draft = fit(1)
    omar = tickets.agent()

    results = together(considering(draft), lambda: workflow.approve(draft.pk, by=omar))

    assert sent() == 1
    by_machine = Draft.objects.get(pk=draft.pk).was_automatic
    assert by_machine == (Ticket.objects.get().status == "answered_automatically")
    assert isinstance(results[1], Exception) == by_machine


def test_switched_off_first_nothing_goes():
    draft = fit(1)
    nadia = make.manager()
    held = threading.Event()

    def switch_off() -> None:
        with transaction.atomic():
            switching.switch(
                draft.ticket.category_id or 0, by=nadia, mode="off", confidence=0.9, daily_limit=5
            )
            held.set()
            wait_until(somebody_waits_for_us, within=30)

    def consider() -> object:
        held.wait(30)
        return considering(draft)()

    assert together(switch_off, consider) == [None, None]
    assert (sent(), AutomaticTrial.objects.count()) == (0, 0)
