"""What traders say of their own watches being gone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User

from listings.deciding import workflow
from listings.incoming import sold
from listings.models import Listing
from listings.tests.messages import GROUP, LEON, edited, process, said

if TYPE_CHECKING:
    from backoffice.messaging.models import InboundMessage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SUB = "Vends Rolex Submariner 124060 de 2022, full set, 9500€"
LIST = (
    "Stock du jour:\nRolex Submariner 124060 9500€\n"
    "Omega Speedmaster 310.30.42.50.01.001 5200€\nTudor Black Bay 58 2900€"
)


def statuses() -> list[tuple[str, str]]:
    return [*Listing.objects.order_by("pk").values_list("brand", "status")]


def replied(text: str, to: InboundMessage, **more: Any) -> tuple[str, str]:
    outcome = process(said(text, context={"id": to.external_id}, **more))
    return outcome.status, outcome.kind


@pytest.mark.parametrize(
    "text",
    [
        "VENDU ✅",
        "Vendu, merci à tous",
        "elle est vendue",
        "it's sold",
        "Sold to a member, thanks",
        "Venduta grazie",
        "Verkauft, danke",
        "plus dispo désolé",
        "The Submariner is sold",
        "Sub sold",
        "124060 SOLD!!",
    ],
)
def test_words_under_one_s_own_offer_that_say_it_is_gone_end_it(text: str) -> None:
    offer = said(SUB)
    process(offer)

    assert replied(text, offer) == ("done", "sold")
    assert statuses() == [("Rolex", "sold")]


@pytest.mark.parametrize(
    "text", ["pas vendu", "Not sold yet", "Vendu ?", "Non venduto", "vendue avec boîte", "up"]
)
def test_words_that_do_not_say_so_leave_it(text: str) -> None:
    offer = said(SUB)
    process(offer)

    assert replied(text, offer) == ("done", "talk")
    assert statuses() == [("Rolex", "live")]


def test_of_a_list_the_named_watch_is_sold_and_a_person_says_which_where_none_is_named() -> None:
    offer = said(LIST)
    process(offer)

    assert replied("La Speedmaster est vendue", offer) == ("done", "sold")
    assert statuses() == [("Rolex", "live"), ("Omega", "sold"), ("Tudor", "live")]
    assert replied("Vendu", offer) == ("needs_attention", "sold")
    assert statuses() == [("Rolex", "live"), ("Omega", "sold"), ("Tudor", "live")]
    assert replied("Tout vendu, merci", offer) == ("done", "sold")
    assert {status for _brand, status in statuses()} == {"sold"}


def test_an_offer_that_was_edited_is_sold_under_its_first_message() -> None:
    offer = said(SUB)
    process(offer)
    process(edited(offer, SUB.replace("9500", "9200")))

    assert replied("Vendu", offer) == ("done", "sold")
    assert statuses() == [("Rolex", "sold")]


def test_without_a_reply_the_watch_has_to_be_named() -> None:
    process(said(SUB))
    process(said(SUB, phone=LEON))
    vague, named = said("Vendu"), said("La Submariner est vendue")

    told = process(vague)

    assert (told.status, told.kind) == ("needs_attention", "sold")
    assert told.reason == (
        "The trader wrote that something is sold, but not which: Rolex Submariner 124060"
    )
    outcomes = [process(named), process(named)]
    assert [(one.status, one.kind) for one in outcomes] == [("done", "sold")] * 2
    assert statuses() == [("Rolex", "sold"), ("Rolex", "live")]
    assert process(said("Vendu")).kind == "talk"


def test_sold_in_another_conversation_without_a_name_is_talk() -> None:
    process(said(SUB))

    assert process(said("Vendu", group=GROUP)).kind == "talk"


@pytest.mark.parametrize(
    "text",
    [
        "VENDU",
        "SOLD Rolex Submariner 124060 9500€",
        f"~{SUB}~",
        f"VENDU - {SUB}",
        f"{SUB} (vendue)",
        f"SOLD, thanks\n{SUB}",
    ],
)
def test_an_edit_that_marks_the_offer_as_sold_ends_it_until_another_offers_it(text: str) -> None:
    offer = said(SUB)
    process(offer)
    edit = edited(offer, text)

    process(edit)
    process(edit)

    assert statuses() == [("Rolex", "sold")]
    process(edited(offer, SUB, at=edit.sent_at + timedelta(seconds=9)))
    assert statuses() == [("Rolex", "live")]


def test_of_a_new_list_the_marked_lines_are_sold_and_counted() -> None:
    process(said(LIST.replace("9500€", "9500€ VENDU").replace("Tudor", "SOLD - Tudor")))

    assert statuses() == [("Rolex", "sold"), ("Omega", "live"), ("Tudor", "sold")]


def test_what_a_person_put_back_is_not_sold_by_old_words() -> None:
    boss = User.objects.create_superuser("boss")
    offer = said(f"{SUB} VENDU")
    process(offer)
    workflow.show(Listing.objects.get().pk, by=boss)

    process(offer)
    replied("Vendu", offer)

    assert statuses() == [("Rolex", "live")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rolex Submariner 124060 9500 € vendu", True),
        ("❌SOLD❌ Rolex 124060", True),
        ("Rolex Submariner 124060 ~9500€~ 9200€", False),
        ("Vendue avec boîte et papiers, Rolex 124060", False),
        ("Vendu neuf 12000, je vends 9500", False),
        ("Sold as is: Rolex 124060", False),
        ("Rolex 124060 9500€, jamais vendue", False),
        ("Rolex 124060 wird verkauft", False),
        ("Ref 5711 sold 2019, now looking for 5712", False),
        ("ROLEX SUBMARINER SOLD WITH BOX", False),
    ],
)
def test_sold_as_a_mark_and_as_a_word(text: str, expected: bool) -> None:  # noqa: FBT001 - a case
    assert sold.is_marked(text) is expected
