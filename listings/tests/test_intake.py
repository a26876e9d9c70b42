"""From messages to listings, as the worker makes them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging.models import InboundMessage
from listings.deciding import workflow
from listings.incoming import intake
from listings.models import Listing, ListingEvent, Trader
from listings.tests.messages import GROUP, HUGO, LEON, LEON_ID, attach, process, said

if TYPE_CHECKING:
    from backoffice.messaging.desks import Outcome

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SUB = "Vends Rolex Submariner 124060 de 2022, full set, 9500€"
SPEEDY = "Vends Omega Speedmaster 310.30.42.50.01.001, 5200€"


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def facts() -> list[tuple[str, str, str, Decimal | None]]:
    rows = Listing.objects.order_by("pk")
    return [(row.status, row.brand, row.reference, row.price) for row in rows]


def kinds_of(listing: Listing) -> list[str]:
    return [*listing.events.order_by("pk").values_list("kind", flat=True)]


# --- One message, one or many watches ---


def test_the_watches_of_a_message_are_listings_with_everything_that_follows() -> None:
    message = said(f"{SUB}\n{SPEEDY}", phone=LEON, user_id=LEON_ID, name="Léon")

    outcome = process(message)

    assert (outcome.status, outcome.kind) == ("done", "listing")
    assert outcome.reason == (
        "2 watches: Rolex Submariner 124060; Omega Speedmaster 310.30.42.50.01.001"
    )
    first, second = Listing.objects.order_by("position")
    assert (first.position, second.position) == (0, 1)
    assert (first.message, first.offered_at) == (message, message.sent_at)
    assert (first.reference_key, first.price_eur, first.reader) == ("124060", 9500, "rules")
    assert first.text == SUB
    assert [message.body[slice(*span)] for span in first.evidence["reference"]["spans"]] == [
        "124060"
    ]
    assert str(first.trader) == "Léon"
    assert kinds_of(first) == ["read"]


def test_thirty_watches_of_one_message_are_thirty_listings() -> None:
    lines = [
        f"Rolex Datejust 126334 {2000 + number % 24}, {7000 + number * 10}€" for number in range(30)
    ]

    process(said("\n".join(["For sale:", *lines])))

    assert [*Listing.objects.order_by("position").values_list("position", "price")] == [
        (number, Decimal(7000 + number * 10)) for number in range(30)
    ]


def test_a_message_without_a_watch_is_kept_and_needs_nobody() -> None:
    outcome = process(said("Merci, je confirme"))

    assert (outcome.status, outcome.kind) == ("done", "talk")
    assert outcome.reason == "It names no watch."
    assert Trader.objects.get().name == "Hugo Vasseur"


def test_of_a_group_the_participant_is_the_trader() -> None:
    process(said(SUB, phone=HUGO, group=GROUP))
    process(said(SPEEDY, phone=LEON, user_id=LEON_ID, name="Léon", group=GROUP))

    assert [*Listing.objects.order_by("pk").values_list("trader__name", "brand")] == [
        ("Hugo Vasseur", "Rolex"),
        ("Léon", "Omega"),
    ]


def test_the_listings_of_a_blocked_trader_are_kept_off_the_market() -> None:
    process(said("Bonjour"))
    Trader.objects.update(is_blocked=True)

    outcome = process(said(SUB))

    assert outcome.reason.splitlines()[1] == (
        "The sender is blocked: nothing of it is on the market."
    )
    assert Listing.objects.count() == 1
    assert not Listing.objects.live().exists()


# --- Read more than once ---


def test_a_message_that_is_read_twice_makes_its_listings_once() -> None:
    message = said(f"{SUB}\n{SPEEDY}")

    outcomes = [process(message), process(message)]

    assert outcomes[0] == outcomes[1]
    assert Listing.objects.count() == 2
    assert ListingEvent.objects.count() == 2


def test_what_a_person_corrected_outlives_another_reading(boss: User) -> None:
    message = said(SUB)
    process(message)
    workflow.edit(Listing.objects.get().pk, {"price": "9700", "model": "Submariner Date"}, by=boss)
    InboundMessage.objects.filter(pk=message.pk).update(body=SUB.replace("2022", "2021"))
    message.refresh_from_db()

    process(message)

    listing = Listing.objects.get()
    assert (listing.price, listing.model, listing.year) == (9700, "Submariner Date", 2021)
    assert listing.edited_fields == ["model", "price"]
    assert kinds_of(listing) == ["read", "edited", "read_again"]
    assert listing.events.get(kind="read_again").changes == {"year": [2022, 2021]}


def test_even_a_corrected_brand_and_reference_make_no_second_listing(boss: User) -> None:
    message = said(SUB)
    process(message)
    changes = {"brand": "Tudor", "model": "Black Bay", "reference": "79230", "price": None}
    workflow.edit(Listing.objects.get().pk, changes, by=boss)

    process(message)

    assert facts() == [("live", "Tudor", "79230", None)]


@pytest.mark.parametrize("decide", [workflow.confirm, workflow.hide, workflow.mark_sold])
def test_what_a_person_decided_about_stays_as_it_was(boss: User, decide: object) -> None:
    message = said(f"{SUB}\n{SPEEDY}")
    process(message)
    listing = Listing.objects.get(brand="Rolex")
    decide(listing.pk, by=boss)  # type: ignore[operator]
    before = Listing.objects.filter(pk=listing.pk).values().get()
    InboundMessage.objects.filter(pk=message.pk).update(body="Merci")
    message.refresh_from_db()

    process(message)

    assert Listing.objects.filter(pk=listing.pk).values().get() == before
    assert Listing.objects.get(brand="Omega").status == "withdrawn"


def test_what_is_found_again_comes_back_to_the_market() -> None:
    message = said(SUB)
    process(message)
    for body in ("Merci", SUB):
        InboundMessage.objects.filter(pk=message.pk).update(body=body)
        message.refresh_from_db()
        process(message)

    listing = Listing.objects.get()
    assert listing.status == "live"
    assert kinds_of(listing) == ["read", "withdrawn", "shown"]


def test_a_person_reads_a_listing_s_message_again(boss: User) -> None:
    message = said(f"{SUB}\n{SPEEDY}")
    process(message)
    workflow.edit(Listing.objects.get(brand="Omega").pk, {"price": 5000}, by=boss)

    rows = workflow.read_again(Listing.objects.get(brand="Rolex").pk, by=boss)

    assert [(row.brand, row.price) for row in rows] == [("Rolex", 9500), ("Omega", 5000)]


def test_a_message_whose_words_were_removed_is_not_read(boss: User) -> None:
    message = said(SUB)
    process(message)
    InboundMessage.objects.update(body="", raw=b"")
    message.refresh_from_db()

    assert process(message).reason == (
        "The message's words were removed: there is nothing to read."
    )
    with pytest.raises(DomainError, match="nothing to read"):
        workflow.read_again(Listing.objects.get().pk, by=boss)
    assert facts() == [("live", "Rolex", "124060", 9500)]


# --- Files ---


def test_a_price_list_is_read_row_by_row() -> None:
    table = (
        "[Sheet: Stock]\nBrand | Model | Ref | Year | Price EUR\n"
        "Rolex | Submariner | 124060 | 2022 | 9500\n"
        "Omega | Speedmaster | 310.30.42.50.01.001 | 2023 | 5200"
    )
    message = said("Voici mon stock", kind="document")
    attach(message, text=table, kind="spreadsheet", filename="stock.xlsx")

    process(message)

    assert facts() == [
        ("live", "Rolex", "124060", 9500),
        ("live", "Omega", "310.30.42.50.01.001", 5200),
    ]
    evidence = Listing.objects.get(brand="Omega").evidence["reference"]
    assert (evidence["document"], evidence["spans"]) == ("attachment:0", [])
    assert [table[slice(*place)] for place in evidence["places"]] == ["310.30.42.50.01.001"]


def test_a_long_price_list_is_read_to_its_end() -> None:
    rows = [f"Rolex | Datejust 41 | 126334 | 2021 | {5000 + number} EUR" for number in range(300)]
    table = "\n".join(["Marque | Modèle | Réf | Année | Prix", *rows])
    message = said("", kind="document")
    attach(message, text=table, kind="spreadsheet", filename="stock.xlsx")

    process(message)

    found = Listing.objects.order_by("position")
    assert [*found.values_list("price", flat=True)] == [5000 + number for number in range(300)]
    last = found[299]
    assert last.text == rows[-1]
    places = last.evidence["price"]["places"]
    assert [table[slice(*place)].strip(" EUR") for place in places] == ["5299"]


def test_a_watch_in_caption_and_file_is_one_listing() -> None:
    message = said(SUB, kind="document")
    attach(message, text="Rolex Submariner 124060, 9500€", kind="pdf", filename="sub.pdf")
    attach(message, text="Ref | Price\nRolex 124060 | 9500", kind="spreadsheet", filename="a.xlsx")

    process(message)

    assert facts() == [("live", "Rolex", "124060", 9500)]


def test_a_voice_message_without_a_key_waits_with_the_reason() -> None:
    message = said("", kind="audio")
    attach(message, problem="Listen to it.", kind="audio", filename="")

    outcome = process(message)

    assert (outcome.status, outcome.kind) == ("needs_attention", "talk")
    assert outcome.reason == "It names no watch.\nListen to it."


def test_what_was_heard_is_read() -> None:
    message = said("", kind="audio")
    attach(message, text="je vends une Rolex Submariner 124060 à 9500 euros", kind="audio")

    process(message)

    assert facts() == [("live", "Rolex", "124060", 9500)]


def test_the_caption_of_a_photo_is_read_though_nobody_looked_at_the_photo() -> None:
    message = said(SUB, kind="image")
    attach(message, problem="Look at it.", kind="image")

    outcome = process(message)

    assert (outcome.status, outcome.reason) == ("done", "1 watch: Rolex Submariner 124060")


def test_a_photo_alone_waits_for_a_person() -> None:
    message = said("", kind="image")
    attach(message, problem="Look at it.", kind="image")

    assert outcome_of(process(message)) == ("needs_attention", "photo")


def test_a_photo_beside_an_offer_needs_nobody() -> None:
    process(said(SUB))
    message = said("", kind="image")
    attach(message, problem="Look at it.", kind="image")

    outcome = process(message)

    assert outcome_of(outcome) == ("done", "photo")
    assert outcome.reason == "A photo without words, beside “Rolex Submariner 124060”."


def test_a_photo_that_came_just_before_the_words_waits_no_longer() -> None:
    photo = said("", kind="image", status="needs_attention")
    InboundMessage.objects.filter(pk=photo.pk).update(kind="photo")
    other = said("", kind="image", phone=LEON, status="needs_attention")
    InboundMessage.objects.filter(pk=other.pk).update(kind="photo")

    process(said(SUB))

    photo.refresh_from_db()
    other.refresh_from_db()
    assert (photo.status, other.status) == ("done", "needs_attention")


def test_an_unread_price_list_waits_beside_what_its_caption_says() -> None:
    message = said(SUB, kind="document")
    attach(message, problem="It has a password.", kind="pdf", filename="list.pdf")

    outcome = process(message)

    assert outcome_of(outcome) == ("needs_attention", "listing")
    assert outcome.reason.splitlines()[1] == "list.pdf: It has a password."


# --- What holds no offer ---


@pytest.mark.parametrize(
    ("kind", "own", "expected"),
    [
        ("reaction", {"reaction": {"message_id": "wamid.X", "emoji": "👍"}}, "reaction"),
        ("location", {"location": {"latitude": 48.1, "longitude": 2.2}}, "talk"),
        ("sticker", {"sticker": {"id": "123"}}, "talk"),
    ],
)
def test_a_reaction_a_place_or_a_sticker_is_noted_only(
    kind: str, own: dict[str, Any], expected: str
) -> None:
    outcome = process(said("Rolex Submariner 124060 9500€", kind=kind, **own))

    assert outcome_of(outcome) == ("done", expected)
    assert not Listing.objects.exists()


# --- Moved elsewhere ---


def test_a_message_that_moves_to_another_desk_takes_its_listings_off_the_market() -> None:
    message = said(SUB)
    process(message)

    intake.withdraw(message)

    assert facts() == [("withdrawn", "Rolex", "124060", 9500)]


def test_a_message_about_which_somebody_decided_stays(boss: User) -> None:
    message = said(SUB)
    process(message)
    workflow.confirm(Listing.objects.get().pk, by=boss)

    with pytest.raises(DomainError) as refused:
        intake.withdraw(message)

    assert refused.value.conflict
    assert facts() == [("live", "Rolex", "124060", 9500)]


def test_an_email_that_was_moved_here_has_no_trader() -> None:
    message = said(SUB, phone="", name="Client")
    InboundMessage.objects.filter(pk=message.pk).update(channel="api")
    message.refresh_from_db()

    process(message)

    assert Listing.objects.get().trader is None


def test_a_late_message_does_not_rename_its_sender() -> None:
    now = timezone.now()
    process(said("Bonjour", name="Hugo V.", at=now - timedelta(hours=1)))
    process(said("Salut", name="Hugo", at=now - timedelta(days=1)))

    trader = Trader.objects.get()
    assert trader.name == "Hugo V."
    assert trader.last_seen_at - trader.first_seen_at == timedelta(hours=23)


def outcome_of(outcome: Outcome) -> tuple[str, str]:
    return outcome.status, outcome.kind


def test_a_message_of_another_channel_that_was_moved_here_is_read_once() -> None:
    message = said(SUB, phone=LEON)
    InboundMessage.objects.filter(pk=message.pk).update(channel="whatsapp")
    message.refresh_from_db()

    process(message)
    process(message)

    assert facts() == [("live", "Rolex", "124060", 9500)]
