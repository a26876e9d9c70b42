"""Messages that answer us, and those that only look like it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.messaging.models import Attachment, InboundMessage, OutboundMessage
from listings.deciding import workflow
from listings.models import Listing
from listings.tests.messages import GROUP, HUGO, LEON, attach, process, said

if TYPE_CHECKING:
    from backoffice.messaging.desks import Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SUB = "Vends Rolex Submariner 124060 de 2022, full set, 9500€"


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def outcome_of(outcome: Outcome) -> tuple[str, str]:
    return outcome.status, outcome.kind


def test_a_tap_on_a_list_of_ours_is_no_offer() -> None:
    reply = {"type": "list_reply", "list_reply": {"id": "482", "title": "Speedmaster 5 450 €"}}

    outcome = process(said("Speedmaster 3861\n5 450 €", kind="interactive", interactive=reply))

    assert outcome_of(outcome) == ("needs_attention", "answer")
    assert not Listing.objects.exists()


def answered(at: timedelta, **fields: Any) -> OutboundMessage:
    """Something we wrote to Hugo so long ago."""
    return OutboundMessage.objects.create(
        key=f"k{at}",
        channel="wa_cloud",
        recipient=HUGO,
        body="Toujours dispo ?",
        status="sent",
        sent_at=timezone.now() - at,
        **fields,
    )


def test_the_first_words_after_ours_are_an_answer_for_a_person_to_read() -> None:
    answered(timedelta(hours=1))
    now = timezone.now()
    first = said("Oui, 9 400 dernier prix", at=now - timedelta(minutes=9))
    second = said("Merci", at=now - timedelta(minutes=8))

    outcomes = [process(first), process(second), process(first)]

    assert [outcome.status for outcome in outcomes] == [
        "needs_attention",
        "done",
        "needs_attention",
    ]
    assert outcomes[0].reason == (
        "An answer to what we wrote: “Oui, 9 400 dernier prix”. Please read it and go on."
    )


def test_a_reply_to_our_message_is_an_answer_however_late() -> None:
    answered(timedelta(days=9), provider_id="wamid.OURS")

    outcome = process(said("Dispo", context={"id": "wamid.OURS", "from": "33639980001"}))

    assert outcome_of(outcome) == ("needs_attention", "answer")


def voice_note(problem: str = "", text: str = "") -> InboundMessage:
    """A message without a typed word, and the file it brought or did not."""
    message = said(kind="audio", audio={"id": "1", "voice": True})
    if text:
        attach(message, text=text, kind="audio", mime="audio/ogg")
    else:
        Attachment.objects.create(message=message, position=0, problem=problem)
    return message


def test_an_answer_whose_file_is_missing_says_why() -> None:
    answered(timedelta(hours=1))

    outcome = process(voice_note("WhatsApp no longer has the file."))

    assert outcome_of(outcome) == ("needs_attention", "answer")
    assert outcome.reason.splitlines() == [
        "An answer to what we wrote, without words. Please look at it and go on.",
        "WhatsApp no longer has the file.",
    ]


def test_a_spoken_answer_is_quoted() -> None:
    answered(timedelta(hours=1))

    outcome = process(voice_note(text="Oui, 9 400 dernier prix"))

    assert outcome.reason == (
        "An answer to what we wrote: “Oui, 9 400 dernier prix”. Please read it and go on."
    )


@pytest.mark.parametrize(
    "text",
    [SUB, "J'ai une Rolex Submariner 124060 full set 9500€", "Cherche Rolex Submariner 124060"],
)
def test_a_plain_offer_after_our_words_is_on_the_market_and_needs_nobody(text: str) -> None:
    answered(timedelta(hours=1))

    outcome = process(said(text))

    assert outcome_of(outcome) == ("done", "listing")
    assert Listing.objects.live().get().reference == "124060"


def test_an_answer_that_names_a_watch_is_on_the_market_and_waits_for_a_person() -> None:
    answered(timedelta(days=9), provider_id="wamid.OURS")

    outcome = process(said(SUB, context={"id": "wamid.OURS", "from": "33639980001"}))

    assert outcome_of(outcome) == ("needs_attention", "answer")
    assert outcome.reason.splitlines()[1] == "1 watch: Rolex Submariner 124060"
    assert Listing.objects.live().get().price == 9500


def test_a_question_about_a_watch_right_after_our_words_waits_for_a_person() -> None:
    answered(timedelta(hours=1))
    now = timezone.now()
    messages = [
        said("How much for the Submariner?", at=now - timedelta(minutes=9)),
        said("And how much for the Daytona?", at=now - timedelta(minutes=8)),
    ]

    assert [process(message).status for message in messages] == ["needs_attention", "done"]


def test_a_trader_s_sold_under_his_own_offer_ends_it_once(boss: User) -> None:
    offer = said(SUB, group=GROUP)
    process(offer)
    own: dict[str, Any] = {"context": {"id": offer.external_id}}
    stranger = said("Vendu", phone=LEON, group=GROUP, **own)
    question = said("Vendu ?? à qui", group=GROUP, **own)
    process(stranger)
    process(question)
    assert Listing.objects.get().status == "live"
    sold = said("VENDU ✅", group=GROUP, **own)

    assert outcome_of(process(sold)) == ("done", "sold")

    listing = Listing.objects.get()
    assert listing.status == "sold"
    assert listing.events.get(kind="sold").note == "The trader wrote that it is sold."
    workflow.show(listing.pk, by=boss)
    process(sold)
    assert Listing.objects.get().status == "live"


def test_a_figure_under_one_s_own_offer_is_a_person_s_to_read() -> None:
    offer = said(SUB, group=GROUP)
    process(offer)
    own: dict[str, Any] = {"context": {"id": offer.external_id}, "group": GROUP}

    told = process(said("Baisse à 9.200 €", **own))

    assert outcome_of(told) == ("needs_attention", "talk")
    assert told.reason == (
        "The trader wrote under “Rolex Submariner 124060”: “Baisse à 9.200 €”."
        " Correct the price if it changed."
    )
    assert process(said("9200 ?", phone=LEON, **own)).status == "done"
    assert process(said("up", **own)).status == "done"
