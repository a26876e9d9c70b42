"""What staff decide about listings."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from backoffice.core.errors import DomainError
from listings.deciding import workflow
from listings.incoming import by_hand
from listings.models import Listing, Match
from listings.tests.messages import LEON, attach, process, said

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SUB = "Vends Rolex Submariner 124060 de 2022, 9500€"


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss", first_name="Ada", last_name="Boss")


@pytest.fixture
def listing() -> Listing:
    process(said(SUB))
    return Listing.objects.get()


def kinds_of(listing: Listing) -> list[str]:
    return [*listing.events.order_by("pk").values_list("kind", flat=True)]


def test_a_listing_leaves_the_market_and_comes_back(boss: User, listing: Listing) -> None:
    for decide, status in (
        (workflow.hide, "hidden"),
        (workflow.show, "live"),
        (workflow.mark_sold, "sold"),
        (workflow.show, "live"),
    ):
        assert decide(listing.pk, by=boss).status == status
        assert Listing.objects.live().count() == (status == "live")
    assert kinds_of(listing) == ["read", "hidden", "shown", "sold", "shown"]
    assert {event.by for event in listing.events.exclude(kind="read")} == {boss}


def test_a_reason_is_kept(boss: User, listing: Listing) -> None:
    workflow.hide(listing.pk, by=boss, note=" Stolen. ")

    assert listing.events.get(kind="hidden").note == "Stolen."


def test_who_decides_the_same_again_is_told_who_did(boss: User, listing: Listing) -> None:
    workflow.mark_sold(listing.pk, by=boss)

    with pytest.raises(
        DomainError, match="sold” already: marked as sold by Ada Boss on"
    ) as refused:
        workflow.mark_sold(listing.pk, by=boss)
    assert refused.value.conflict


def test_a_confirmation_is_said_once(boss: User, listing: Listing) -> None:
    confirmed = workflow.confirm(listing.pk, by=boss)

    assert confirmed.reviewed_by == boss
    assert confirmed.reviewed_at is not None
    with pytest.raises(DomainError, match="confirmed by Ada Boss"):
        workflow.confirm(listing.pk, by=boss)


def test_what_is_sold_is_matched_no_more(boss: User, listing: Listing) -> None:
    process(said("Cherche Submariner 124060, budget 10000€", phone=LEON))
    process(said("Cherche Submariner 124060, budget 9900€", phone=LEON))
    first, second = Listing.objects.filter(type="wanted").order_by("pk")
    Match.objects.all().delete()
    contacted = Match.objects.create(wanted=first, sale=listing, score=90, state="contacted")
    dismissed = Match.objects.create(wanted=second, sale=listing, score=90, state="dismissed")

    workflow.mark_sold(listing.pk, by=boss)

    contacted.refresh_from_db()
    dismissed.refresh_from_db()
    assert (contacted.state, contacted.changed_by) == ("gone", boss)
    assert dismissed.state == "dismissed"


# --- Corrections ---


def test_a_correction_changes_what_follows_from_it(boss: User, listing: Listing) -> None:
    changes = {"price": "9 700.50".replace(" ", ""), "reference": " 124060 LN ", "box": True}

    edited = workflow.edit(listing.pk, changes, by=boss)

    edited.refresh_from_db()
    assert (edited.price, edited.price_eur) == (Decimal("9700.50"), Decimal("9700.50"))
    assert (edited.reference, edited.reference_key) == ("124060 LN", "124060ln")
    assert edited.edited_fields == ["box", "price", "reference"]
    assert {*edited.evidence} & {"price", "reference"} == set()
    assert edited.events.get(kind="edited").changes == {
        "price": ["9500.00", "9700.50"],
        "reference": ["124060", "124060 LN"],
        "box": [None, True],
    }


def test_signs_that_no_column_holds_are_left_out(boss: User, listing: Listing) -> None:
    assert workflow.edit(listing.pk, {"brand": "Tu\0dor"}, by=boss).brand == "Tudor"


def test_to_say_the_same_corrects_nothing(boss: User, listing: Listing) -> None:
    workflow.edit(listing.pk, {"price": "9500", "brand": "Rolex", "size_mm": ""}, by=boss)

    assert kinds_of(listing) == ["read"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": "much"}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "0"}, "price"),
        ({"year": "1"}, "year"),
        ({"size_mm": "400"}, "size_mm"),
        ({"currency": "€"}, "currency"),
        ({"price": "9000", "currency": ""}, "currency"),
        ({"offered_at": "2999-01-01T00:00:00Z"}, "offered_at"),
        ({"type": "gift"}, "type"),
        ({"type": ""}, "type"),
        ({"year": "99999"}, "year"),
        ({"year": -3}, "year"),
        ({"currency": "EURO"}, "currency"),
        ({"size_mm": "12345"}, "size_mm"),
        ({"status": "sold"}, "status"),
        ({"brand": "x" * 81}, "brand"),
        ({"price": float("nan")}, "price"),
    ],
)
def test_what_cannot_be_names_the_field(
    boss: User, listing: Listing, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        workflow.edit(listing.pk, changes, by=boss)

    assert refused.value.field == field
    assert kinds_of(listing) == ["read"]


# --- Who may ---


@pytest.mark.parametrize(
    "decide",
    [
        lambda pk, by: workflow.confirm(pk, by=by),
        lambda pk, by: workflow.hide(pk, by=by),
        lambda pk, by: workflow.show(pk, by=by),
        lambda pk, by: workflow.mark_sold(pk, by=by),
        lambda pk, by: workflow.edit(pk, {"price": 1}, by=by),
        lambda pk, by: workflow.read_again(pk, by=by),
    ],
)
def test_nothing_is_decided_without_the_right(
    listing: Listing, decide: Callable[[int, User], object]
) -> None:
    with pytest.raises(PermissionDenied):
        decide(listing.pk, User.objects.create_user("clerk"))
    assert kinds_of(listing) == ["read"]


def test_there_must_be_such_a_listing(boss: User) -> None:
    for decide in (workflow.confirm, workflow.hide, workflow.show, workflow.read_again):
        with pytest.raises(DomainError, match="no such listing"):
            decide(404, by=boss)


def test_a_listing_of_a_file_has_no_message_to_read(boss: User, listing: Listing) -> None:
    Listing.objects.update(message=None)

    with pytest.raises(DomainError) as refused:
        workflow.read_again(listing.pk, by=boss)
    assert refused.value.code == "no_message"


# --- By hand ---


def test_a_listing_is_opened_by_hand_once_and_left_alone(boss: User) -> None:
    photo = said("", kind="image", status="needs_attention")
    attach(photo, problem="Look at it.", kind="image")

    opened = [by_hand.open_listing(photo.pk, by=boss) for _ in range(2)]
    workflow.edit(opened[0].pk, {"brand": "Rolex", "price": "9500", "currency": "EUR"}, by=boss)
    workflow.show(opened[0].pk, by=boss)
    process(photo)

    listing = Listing.objects.get()
    assert opened == [listing, listing]
    assert (listing.status, listing.brand, listing.price_eur) == ("live", "Rolex", 9500)
    assert str(listing.trader) == "Hugo Vasseur"
    photo.refresh_from_db()
    assert photo.status == "done"


def test_nobody_opens_one_while_the_message_is_being_read(boss: User) -> None:
    message = said("", kind="image")

    with pytest.raises(DomainError) as refused:
        by_hand.open_page(message.pk, by=boss)
    assert refused.value.conflict
