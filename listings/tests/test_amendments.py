"""Edits and deletions, in whatever order the worker reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from backoffice.messaging import moving
from backoffice.messaging.models import InboundMessage
from listings.deciding import workflow
from listings.models import Listing
from listings.tests.messages import LEON, attach, deleted, edited, process, said

if TYPE_CHECKING:
    from decimal import Decimal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SUB = "Vends Rolex Submariner 124060 de 2022, full set, 9800€"
CHEAPER = SUB.replace("9800", "9500")
SPEEDY = "Vends Omega Speedmaster 310.30.42.50.01.001, 5200€"


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def market() -> list[tuple[str, Decimal | None]]:
    rows = Listing.objects.live().order_by("pk")
    return [(row.brand, row.price) for row in rows]


def kinds_of(listing: Listing) -> list[str]:
    return [*listing.events.order_by("pk").values_list("kind", flat=True)]


# --- Edits ---


def test_an_edit_renews_the_listing_and_takes_it_over() -> None:
    original = said(SUB)
    process(original)
    known = Listing.objects.get()
    edit = edited(original, CHEAPER)

    outcome = process(edit)

    listing = Listing.objects.get()
    assert (outcome.status, outcome.kind) == ("done", "edit")
    assert (listing.pk, listing.price, listing.price_eur) == (known.pk, 9500, 9500)
    assert listing.message == edit
    assert listing.offered_at == known.offered_at
    assert [edit.body[slice(*span)] for span in listing.evidence["price"]["spans"]] == ["9500€"]
    assert listing.events.get(kind="read_again").changes == {"price": ["9800.00", "9500.00"]}


def test_an_edit_may_add_a_watch_and_take_one_away() -> None:
    original = said(SUB)
    process(original)
    added = edited(original, f"{SUB}\n{SPEEDY}")
    removed = edited(original, SPEEDY, at=original.sent_at + timedelta(minutes=3))

    process(added)
    assert market() == [("Rolex", 9800), ("Omega", 5200)]
    process(removed)
    assert market() == [("Omega", 5200)]
    gone = Listing.objects.get(brand="Rolex")
    assert (gone.status, kinds_of(gone)) == ("withdrawn", ["read", "withdrawn"])

    again = edited(original, f"{SUB}\n{SPEEDY}", at=original.sent_at + timedelta(minutes=4))
    process(again)
    assert market() == [("Rolex", 9800), ("Omega", 5200)]
    assert Listing.objects.count() == 2


@pytest.mark.parametrize("order", ["original first", "edit first"])
def test_the_newest_edit_counts_in_whatever_order_they_are_read(order: str) -> None:
    original = said(SUB)
    first = edited(original, SUB.replace("9800", "9700"))
    second = edited(original, CHEAPER, at=original.sent_at + timedelta(minutes=3))
    messages = [original, first, second]

    for message in messages if order == "original first" else reversed(messages):
        process(message)
    for message in messages:
        process(message)

    assert market() == [("Rolex", 9500)]
    assert Listing.objects.get().message == second


def test_an_edit_of_an_edit_is_one_of_the_first_message() -> None:
    original = said(SUB)
    first = edited(original, SUB.replace("9800", "9700"))
    second = edited(first, CHEAPER)

    for message in (original, first, second):
        process(message)

    assert market() == [("Rolex", 9500)]
    assert Listing.objects.get().message == second


def test_an_edit_of_a_message_we_never_got_stands_for_itself() -> None:
    original = said(SUB)
    edit = edited(original, CHEAPER)
    original.delete()

    process(edit)

    assert market() == [("Rolex", 9500)]


def test_an_edited_caption_keeps_the_files() -> None:
    original = said("Stock", kind="document")
    attach(original, text="Rolex Submariner 124060, 9500 EUR", kind="pdf", filename="stock.pdf")
    process(original)
    edit = edited(original, SPEEDY)

    process(edit)

    assert market() == [("Rolex", 9500), ("Omega", 5200)]
    assert edit.attachments.get().filename == "stock.pdf"


def test_a_corrected_fact_stays_and_a_person_is_told_what_the_trader_says_now(boss: User) -> None:
    original = said(SUB)
    process(original)
    workflow.edit(Listing.objects.get().pk, {"price": 9700, "year": 2023}, by=boss)
    workflow.confirm(Listing.objects.get().pk, by=boss)

    outcome = process(edited(original, CHEAPER.replace("full set", "box only")))

    listing = Listing.objects.get()
    assert (listing.price, listing.year, listing.papers) == (9700, 2023, False)
    assert listing.reviewed_at is None
    # The year was misread before the correction and is misread now: nothing new.
    assert outcome.status == "needs_attention"
    assert outcome.reason.splitlines()[0] == (
        "Rolex Submariner 124060: the trader now says something else for “price”, which a person"
        " had corrected. Please look."
    )


def test_nobody_edits_or_deletes_what_somebody_else_wrote() -> None:
    original = said(SUB)
    process(original)

    outcomes = [
        process(edited(original, CHEAPER, phone=LEON)),
        process(deleted(original, phone=LEON)),
    ]

    assert [outcome.status for outcome in outcomes] == ["needs_attention"] * 2
    assert outcomes[1].reason == (
        "It deletes a message that somebody else wrote: nothing was changed."
    )
    assert market() == [("Rolex", 9800)]


# --- Deletions ---


@pytest.mark.parametrize("is_first", [False, True])
def test_a_deleted_message_is_off_the_market_in_whatever_order_they_are_read(
    is_first: bool,  # noqa: FBT001 - a case
) -> None:
    original = said(f"{SUB}\n{SPEEDY}")
    deletion = deleted(original)

    for message in [deletion, original] if is_first else [original, deletion]:
        process(message)

    assert market() == []
    assert [kinds_of(row) for row in Listing.objects.all()] == [["read", "withdrawn"]] * 2
    assert process(original).kind == "listing"
    assert market() == []


def test_a_deletion_takes_the_edit_s_listings_too() -> None:
    original = said(SUB)
    for message in (original, edited(original, f"{CHEAPER}\n{SPEEDY}"), deleted(original)):
        process(message)

    assert market() == []


@pytest.mark.parametrize("decide", [workflow.mark_sold, workflow.hide])
def test_what_staff_sold_or_hid_stays_so_when_its_message_is_deleted(
    boss: User, decide: object
) -> None:
    original = said(SUB)
    process(original)
    status = decide(Listing.objects.get().pk, by=boss).status  # type: ignore[operator]

    outcome = process(deleted(original))

    listing = Listing.objects.get()
    assert (outcome.status, outcome.kind) == ("done", "deletion")
    assert outcome.reason == "The trader deleted: Rolex Submariner 124060"
    assert (listing.status, kinds_of(listing)[-1]) == (status, "withdrawn")


def test_what_staff_put_back_is_not_withdrawn_by_reading_the_deletion_again(boss: User) -> None:
    original = said(SUB)
    deletion = deleted(original)
    for message in (original, deletion):
        process(message)
    workflow.show(Listing.objects.get().pk, by=boss)

    for message in (deletion, original, deletion):
        process(message)

    assert market() == [("Rolex", 9800)]


def test_the_deletion_of_a_message_without_a_watch_changes_nothing() -> None:
    original = said("Bonjour")
    process(original)

    assert process(deleted(original)).reason == (
        "The trader deleted a message that named no watch."
    )
    assert InboundMessage.objects.count() == 2


def test_the_rows_of_a_long_list_of_one_model_stay_those_of_their_years() -> None:
    lines = [
        f"Rolex Datejust 41 126334 {1990 + number} {5000 + number * 10}€" for number in range(30)
    ]
    original = said("\n".join(lines))
    process(original)
    years = dict(Listing.objects.values_list("pk", "year"))

    process(edited(original, "\n".join(line.replace("0€", "5€") for line in lines[1:])))

    assert Listing.objects.get(status="withdrawn").year == 1990
    live = Listing.objects.live()
    assert {pk: years[pk] for pk in years if live.filter(pk=pk).exists()} == dict(
        live.values_list("pk", "year")
    )
    assert Listing.objects.count() == 30


# --- Messages at another desk ---


def test_the_edit_of_a_message_that_was_moved_goes_after_it(boss: User) -> None:
    original = said(SUB, status="done")
    process(original)
    moving.move(original.pk, "support", by=boss)
    edit = edited(original, CHEAPER)

    outcome = process(edit)

    assert (outcome.status, outcome.desk) == ("handed_over", "support")
    assert market() == []
    assert process(deleted(original)).reason == (
        "The trader deleted a message that is at the desk “Support”."
    )


def test_an_edit_that_a_person_moved_here_is_read_here(boss: User) -> None:
    original = said(SUB, status="done")
    process(original)
    moving.move(original.pk, "support", by=boss)
    edit = edited(original, CHEAPER)
    InboundMessage.objects.filter(pk=edit.pk).update(desk="support", status="done")
    moving.move(edit.pk, "listings", by=boss)
    edit.refresh_from_db()

    assert process(edit).status == "done"
    assert market() == [("Rolex", 9500)]


def test_an_edit_that_was_moved_away_no_longer_speaks_for_its_message(boss: User) -> None:
    original = said(SUB, status="done")
    process(original)
    edit = edited(original, CHEAPER, status="done")
    process(edit)
    moving.move(edit.pk, "support", by=boss)

    process(original)

    assert market() == [("Rolex", 9800)]


def test_an_edit_of_an_edit_that_is_read_first_doubles_nothing() -> None:
    original = said(SUB)
    edit = edited(original, CHEAPER)
    last = edited(edit, SUB.replace("9800", "9100"))

    for message in (last, edit, original):
        process(message)

    assert market() == [("Rolex", 9100)]
