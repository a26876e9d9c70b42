"""Decisions about matches, and messages to the two sides: on click, once, revealing nobody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from backoffice.core.errors import DomainError
from backoffice.messaging import endings
from backoffice.messaging.models import MessageTemplate, OutboundMessage
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from listings.deciding import workflow as listing_workflow
from listings.matching import contacting, drafts, finding, workflow
from listings.models import Listing, Match, Trader
from listings.people import traders
from listings.tests import market_cast as cast
from listings.tests import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from listings.matching.drafts import Side

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

State = Match.State
BUYER, SELLER = "+33639980117", "+491700000321"
Status = OutboundMessage.Status


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss", first_name="Nora", last_name="Keller")


def match(*, heard: bool = True, language: str = "") -> Match:
    """A match of Hugo, who looks for a watch, and Leonie, who sells it."""
    buyer = _trader("Hugo Vasseur", BUYER, heard=heard)
    seller = _trader("Leonie Marti", SELLER, heard=heard)
    Trader.objects.update(language=language)
    facts: dict[str, Any] = {"reference": "126610LN"}
    cast.wanted(buyer, **facts, price=12_000, text="Cherche 126610LN, appelez Hugo 0639980117")
    sale = cast.sale(
        seller,
        **facts,
        price=10_900,
        year=2022,
        condition="excellent",
        box=True,
        papers=True,
        text="Verkaufe 126610LN von privat, Leonie Marti 0170 0000321",
    )
    finding.find(sale.pk)
    return Match.objects.get()


def _trader(name: str, phone: str, *, heard: bool) -> Trader:
    if not heard:
        return cast.trader(name, phone)
    with transaction.atomic():
        return traders.of_message(messages.said("Bonjour", phone=phone, name=name))


def state() -> str:
    return Match.objects.get().state


def refused(code: str, call: Callable[..., object], *args: Any, **named: Any) -> str:
    with pytest.raises(DomainError) as error:
        call(*args, **named)
    assert error.value.code == code
    return str(error.value)


# --- deciding ---


def test_a_match_is_dismissed_once_and_the_second_person_is_told_who_did(boss: User) -> None:
    row = match()

    workflow.dismiss(row.pk, by=boss, note=" too dear ")

    told = refused("already_decided", workflow.dismiss, row.pk, by=boss)
    kept = Match.objects.get()
    assert (kept.state, kept.note, kept.changed_by) == (State.DISMISSED, "too dear", boss)
    assert "Nora Keller" in told


def test_a_decision_is_taken_back(boss: User) -> None:
    row = match()
    workflow.dismiss(row.pk, by=boss)

    workflow.reopen(row.pk, by=boss)

    assert state() == State.PROPOSED


def test_a_match_that_no_longer_fits_is_not_opened_again(boss: User) -> None:
    row = match()
    workflow.dismiss(row.pk, by=boss)
    listing_workflow.hide(row.sale_id, by=boss)

    told = refused("no_longer_fits", workflow.reopen, row.pk, by=boss)

    assert told == ("This match is no longer possible: The offer is no longer on the market.")


def test_done_takes_both_off_the_market_and_ends_the_other_matches(boss: User) -> None:
    row = match()
    cast.wanted(cast.trader("Third"), reference="126610LN", price=12_000)
    finding.find(row.sale_id)

    workflow.finish(row.pk, by=boss, ends_both=True)

    listings = {one.pk: one.status for one in Listing.objects.all()}
    assert (listings[row.sale_id], listings[row.wanted_id]) == ("sold", "hidden")
    assert {*Match.objects.values_list("pk", "state")} == {
        (row.pk, State.DONE),
        (Match.objects.exclude(pk=row.pk).get().pk, State.GONE),
    }


def test_done_after_the_watch_was_marked_as_sold(boss: User) -> None:
    row = match()
    listing_workflow.mark_sold(row.sale_id, by=boss)

    workflow.finish(row.pk, by=boss, ends_both=True)

    assert state() == State.DONE


@pytest.mark.parametrize("decide", [workflow.dismiss, workflow.finish, workflow.reopen])
def test_decisions_need_the_permission(decide: Callable[..., object]) -> None:
    with pytest.raises(PermissionDenied):
        decide(match().pk, by=User.objects.create(username="stranger"))


def test_writing_needs_both_permissions() -> None:
    person = User.objects.create(username="stranger")
    person.user_permissions.add(Permission.objects.get(codename="contact_match"))

    with pytest.raises(PermissionDenied):
        contacting.write(match().pk, "buyer", "Hello", by=person)


# --- drafts ---


@pytest.mark.parametrize("language", ["fr", "en", "it", "de", "es"])
@pytest.mark.parametrize("side", drafts.SIDES)
def test_a_draft_reveals_nothing_of_the_other_side(side: Side, language: str) -> None:
    row = match(language=language)
    Trader.objects.update(username="leonie.watches")

    draft = drafts.draft(row, side)

    assert draft is not None
    assert draft.language == language
    told = draft.body.casefold()
    secrets = ["hugo", "vasseur", "leonie", "marti", "639980117", "1700000321", "170 0000321"]
    assert [secret for secret in secrets if secret in told] == []
    assert "rolex submariner 126610ln" in told
    # What a buyer would pay is not for the seller.
    assert ("12" in draft.body.replace("126610LN", "")) is False


def test_the_drafts_in_full() -> None:
    row = match(language="en")
    bodies = [draft.body for side in drafts.SIDES if (draft := drafts.draft(row, side))]

    assert [body.split("\n\n")[1] for body in bodies] == [
        """We have a buyer who is looking for a watch like yours: Rolex Submariner 126610LN
Your price: 10,900 EUR""",
        """You are looking for: Rolex Submariner 126610LN
We can offer you: Rolex Submariner 126610LN
Details: 2022, excellent condition, box and papers
Price: 10,900 EUR""",
    ]


def test_a_number_that_stands_where_a_reference_should_is_left_out() -> None:
    row = match(language="en")
    Listing.objects.filter(pk=row.sale_id).update(reference="0170 0000321")
    row.refresh_from_db()

    draft = drafts.draft(row, "buyer")

    assert draft is not None
    assert draft.values["watch"] == "Rolex Submariner"


@pytest.mark.parametrize(
    ("side", "language"), [("buyer", "fr"), ("seller", "de")], ids=["as written", "as dialled"]
)
def test_without_a_kept_language_traders_are_written_to_as_they_write(
    side: Side, language: str
) -> None:
    draft = drafts.draft(match(), side)

    assert draft is not None
    assert draft.language == language


def test_without_a_price_the_line_is_left_out() -> None:
    row = match(language="fr")
    Listing.objects.update(price=None)
    row.refresh_from_db()

    draft = drafts.draft(row, "seller")

    assert draft is not None
    assert "Votre prix" not in draft.body


# --- writing ---


def test_each_side_is_written_to_once_in_the_words_staff_saw(boss: User) -> None:
    row = match()

    contacting.write(row.pk, "buyer", "My own words", by=boss)
    told = refused("already_written", contacting.write, row.pk, "buyer", "Again", by=boss)
    contacting.write(row.pk, "seller", "Others", by=boss)

    sent = OutboundMessage.objects.order_by("pk")
    assert [(one.recipient, one.body, one.channel, one.author) for one in sent] == [
        (BUYER, "My own words", "wa_cloud", boss),
        (SELLER, "Others", "wa_cloud", boss),
    ]
    assert state() == State.CONTACTED
    assert "Nora Keller" in told


def test_outside_the_24_hours_free_text_is_refused_and_the_template_goes(boss: User) -> None:
    row = match(heard=False)
    MessageTemplate.objects.filter(key="match_buyer").update(content_sid="watch_offer")

    refused("window_shut", contacting.write, row.pk, "buyer", "Hello", by=boss)
    contacting.write_template(row.pk, "buyer", by=boss)

    sent = OutboundMessage.objects.get()
    assert (sent.content_sid, sent.recipient, state()) == ("watch_offer", BUYER, State.CONTACTED)
    assert sent.content_variables["1"] == "Rolex Submariner 126610LN"


def test_nobody_is_written_to_about_a_watch_that_was_sold_meanwhile(boss: User) -> None:
    row = match()
    Listing.objects.filter(pk=row.sale_id).update(status="sold")

    refused("no_longer_fits", contacting.write, row.pk, "buyer", "Hello", by=boss)

    assert OutboundMessage.objects.count() == 0


def test_a_blocked_trader_is_not_written_to(boss: User) -> None:
    row = match()
    Trader.objects.filter(name="Leonie Marti").update(is_blocked=True)

    refused("no_longer_fits", contacting.write, row.pk, "seller", "Hello", by=boss)


def test_a_dismissed_match_takes_back_what_waits_to_be_sent(boss: User) -> None:
    row = match()
    message = contacting.write(row.pk, "buyer", "Hello", by=boss)

    workflow.dismiss(row.pk, by=boss)

    message.refresh_from_db()
    assert message.status == Status.SUPERSEDED


def test_a_failed_message_proposes_the_match_again_and_may_be_written_anew(boss: User) -> None:
    row = match()
    message = contacting.write(row.pk, "buyer", "Hello", by=boss)

    _end(message, Status.FAILED)
    proposed = state()
    again = contacting.write(row.pk, "buyer", "Hello again", by=boss)

    assert (proposed, state()) == (State.PROPOSED, State.CONTACTED)
    assert (message.key, again.key) == (f"match:{row.pk}:buyer:1", f"match:{row.pk}:buyer:2")


def test_a_message_that_arrives_after_all_makes_the_match_contacted(boss: User) -> None:
    message = contacting.write(match().pk, "buyer", "Hello", by=boss)
    _end(message, Status.FAILED)

    _end(message, Status.DELIVERED)

    assert state() == State.CONTACTED


def test_a_match_that_comes_back_remembers_that_it_was_written_about(boss: User) -> None:
    row = match()
    message = contacting.write(row.pk, "buyer", "Hello", by=boss)
    _end(message, Status.DELIVERED)
    listing_workflow.mark_sold(row.sale_id, by=boss)

    listing_workflow.show(row.sale_id, by=boss)
    finding.find(row.sale_id)

    assert state() == State.CONTACTED


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_one_does() -> None:
    row = match()
    people = [User.objects.create_superuser(name) for name in ("nora", "emil")]
    together = threading.Barrier(2)
    outcomes: list[str] = []

    def write(person: User) -> None:
        together.wait()
        try:
            contacting.write(row.pk, "buyer", f"Hello from {person}", by=person)
            outcomes.append("sent")
        except DomainError as error:
            outcomes.append(error.code)
        connection.close()

    threads = [threading.Thread(target=write, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (sorted(outcomes), OutboundMessage.objects.count()) == (["already_written", "sent"], 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("beside", ["sold", "found"])
def test_who_ends_both_sides_and_others_at_them_do_not_wait_in_a_circle(beside: str) -> None:
    boss = User.objects.create_superuser("boss")
    match()
    finding.find(cast.wanted(cast.trader("Ann"), reference="126610LN", price=12_000).pk)
    first, last = Match.objects.order_by("pk")
    # Marked as sold, the offer is locked, then its matches; found anew, its matches in their order.
    held: QuerySet[Any] = {
        "sold": Listing.objects.filter(pk=last.sale_id),
        "found": Match.objects.filter(pk=first.pk),
    }[beside]

    def finish() -> None:
        try:
            workflow.finish(last.pk, by=boss, ends_both=True)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held.select_for_update(no_key=True).get()
            late = pool.submit(finish)
            wait_until(somebody_waits_for_us)
            Match.objects.select_for_update(no_key=True).get(pk=last.pk)
        late.result()

    states = Match.objects.order_by("pk").values_list("state", flat=True)
    assert [*states] == [State.GONE, State.DONE]


def _end(message: OutboundMessage, status: str) -> None:
    OutboundMessage.objects.filter(pk=message.pk).update(status=status)
    message.refresh_from_db()
    endings.tell(message)
