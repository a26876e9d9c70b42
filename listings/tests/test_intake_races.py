"""Two workers, or a worker and a person, at the same moment: on two real connections."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client

from backoffice.core.errors import DomainError
from backoffice.messaging import reading
from backoffice.messaging.models import InboundMessage
from backoffice.messaging.tasks import process_message
from backoffice.messaging.tests.meta import deliver, text, use_meta
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from listings import statistics
from listings.deciding import workflow
from listings.incoming import intake
from listings.loading import lines, storing
from listings.models import Listing, ListingEvent, Trader, TraderAddress
from listings.people import erasing
from listings.tests.messages import HUGO, HUGO_ID, LEON, deleted, edited, process, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

pytestmark = pytest.mark.django_db(transaction=True)

SUB = "Vends Rolex Submariner 124060 de 2022, full set, 9800€"


def at_once(*acts: Callable[[], object]) -> list[str]:
    """What became of each: "done", or the code of its refusal; in the order given."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '60s'")
            start.wait()
            act()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def reads(*messages: InboundMessage) -> list[Callable[[], object]]:
    return [lambda message=message: process(message) for message in messages]  # type: ignore[misc]


def test_one_message_read_by_four_workers_makes_its_listings_once() -> None:
    message = said(f"{SUB}\nVends Omega Speedmaster 310.30.42.50.01.001, 5200€")

    assert at_once(*reads(*[message] * 4)) == ["done"] * 4

    assert [*Listing.objects.order_by("pk").values_list("brand", flat=True)] == ["Rolex", "Omega"]
    assert ListingEvent.objects.count() == 2


def test_messages_of_one_stranger_at_once_make_one_trader() -> None:
    messages = [
        said(SUB, phone="", user_id=HUGO_ID),
        said(SUB, phone=HUGO, user_id=HUGO_ID),
        said(SUB, phone=HUGO),
        said(SUB, phone=HUGO, user_id=HUGO_ID),
    ]

    assert at_once(*reads(*messages)) == ["done"] * 4

    trader = Trader.objects.get()
    assert {*TraderAddress.objects.values_list("trader", "value")} == {
        (trader.pk, HUGO),
        (trader.pk, HUGO_ID),
    }
    assert Listing.objects.filter(trader=trader).count() == 4


def test_a_file_and_a_message_of_one_stranger_at_once_make_one_trader() -> None:
    message = said(SUB)
    line = lines.read(json.dumps({"id": "a", "text": SUB, "sender": HUGO}).encode())

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            process(message)
            other = pool.submit(_closing(lambda: storing.load([line])))
            wait_until(somebody_waits_for_us)
        other.result()

    assert TraderAddress.objects.get().value == HUGO
    assert Listing.objects.filter(trader=Trader.objects.get()).count() == 2


def test_two_traders_that_are_joined_while_both_write_lose_nothing() -> None:
    for phone in (HUGO, LEON):
        process(said(SUB, phone=phone))
    system = {"type": "user_changed_number", "wa_id": LEON.lstrip("+")}
    notice = said("changed", phone=HUGO, kind="system", system=system)
    messages = [said(SUB, phone=phone) for phone in (HUGO, LEON) * 3]

    assert at_once(*reads(*messages[:3], notice, *messages[3:])) == ["done"] * 7

    trader = Trader.objects.get()
    assert Listing.objects.filter(trader=trader, status="live").count() == 8


@pytest.mark.parametrize("change", [edited, deleted])
def test_a_message_and_what_changes_it_read_at_once_come_out_as_one_after_the_other(
    change: Callable[..., InboundMessage],
) -> None:
    for _round in range(5):
        original = said(SUB)
        more = ("Vends Rolex Submariner 124060, 9500€",) if change is edited else ()
        changed = change(original, *more)
        assert at_once(*reads(changed, original)) == ["done"] * 2

    rows = Listing.objects.values_list("status", "price")
    assert {*rows} == {("live", 9500) if change is edited else ("withdrawn", 9800)}
    assert len(rows) == 5


def test_a_correction_during_a_reading_outlives_it() -> None:
    boss = User.objects.create_superuser("boss")
    message = said(SUB)
    process(message)
    pk = Listing.objects.get().pk

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        workflow.edit(pk, {"price": 9700}, by=boss)
        other = pool.submit(_closing(lambda: process(message)))
        wait_until(somebody_waits_for_us)
    other.result()

    assert Listing.objects.get().price == 9700


def test_of_two_people_one_sells_and_the_other_is_told() -> None:
    boss = User.objects.create_superuser("boss")
    process(said(SUB))
    pk = Listing.objects.get().pk

    became = at_once(*[lambda: workflow.mark_sold(pk, by=boss)] * 2)

    assert sorted(became) == ["already_decided", "done"]


def test_erasing_a_trader_while_his_messages_are_read_leaves_none_of_his_words() -> None:
    boss = User.objects.create_superuser("boss")
    process(said(SUB))
    trader = Trader.objects.get()
    messages = [said(f"{SUB} n° {number}") for number in range(6)]
    contents = [(message, reading.content_of(message)) for message in messages]

    acts: list[Callable[[], object]] = [
        lambda message=message, content=content: intake.process(message, content)  # type: ignore[misc]
        for message, content in contents
    ]
    assert at_once(*acts[:3], lambda: erasing.erase(trader.pk, by=boss), *acts[3:]) == ["done"] * 7

    assert [*Trader.objects.values_list("pk", "name")] == [(trader.pk, "")]
    assert {*Listing.objects.values_list("text", "trader")} == {("", trader.pk)}
    assert {*InboundMessage.objects.values_list("body", "sender_phone")} == {("", "")}


def _closing(act: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        try:
            return act()
        finally:
            connection.close()

    return run


def test_a_flood_posted_by_many_whose_readers_die_is_stored_and_counted_once(
    settings: Settings,
) -> None:
    """Small version of ``benchmarks/listings_flood.py``; every third reader dies before its end."""
    use_meta(settings)
    texts = [
        f"Vends Rolex Submariner 124060 de 2022, {9000 + number} €"
        if number % 2
        else f"Cherche Tudor Black Bay 79230, budget {3000 + number} €"
        for number in range(24)
    ]
    posts: list[Callable[[], object]] = [
        lambda number=number, words=words: deliver(Client(), text(f"wamid.{number}", words))  # type: ignore[misc]
        for number, words in [*enumerate(texts), *enumerate(texts)]
    ]
    for first in range(0, 48, 6):
        assert at_once(*posts[first : first + 6]) == ["done"] * 6
    stored = [*InboundMessage.objects.order_by("pk")]
    assert len(stored) == 24

    for message in stored[::3]:
        process(message)
    attempts: list[Callable[[], object]] = [
        lambda pk=message.pk: process_message(pk)  # type: ignore[misc]
        for message in stored
    ]
    for first in range(0, 24, 4):
        assert at_once(*attempts[first : first + 4] * 2) == ["done"] * 8

    counted = statistics.totals()
    assert {*InboundMessage.objects.values_list("status", flat=True)} == {"done"}
    assert (counted["types"]["sale"], counted["types"]["wanted"]) == (12, 12)
    assert counted["value"] == sum(9000 + number for number in range(1, 24, 2))
    assert counted["watch_messages"] == counted["analyzed"] == 24
    assert ListingEvent.objects.count() == 24
    assert Trader.objects.count() == 1
