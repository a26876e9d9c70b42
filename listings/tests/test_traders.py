"""Who wrote: one trader per person, joined by explicit statements only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging.models import OutboundMessage
from crm.models import Customer, CustomerIdentity
from listings.models import Listing, Match, Trader, TraderAddress
from listings.people import traders
from listings.tests.messages import GROUP, HUGO, HUGO_ID, LEON, LEON_ID, process, said

if TYPE_CHECKING:
    from backoffice.messaging.models import InboundMessage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SUB = "Vends Rolex Submariner 124060, 9500€"
WANTED = "Cherche Rolex Submariner 124060, budget 10000€"
NEW_PHONE, NEW_ID = "+33639980118", "FR.4820193756619999"


def addresses(trader: Trader) -> dict[str, bool]:
    """Each address, and whether it was given up."""
    return dict(trader.addresses.order_by("pk").values_list("value", "is_former"))


def moved(phone: str = HUGO, to: str = NEW_PHONE, **more: object) -> InboundMessage:
    """WhatsApp's notice of a number change, shape of August 2026."""
    system = {"type": "user_changed_number", "body": "changed", "wa_id": to.lstrip("+"), **more}
    return said("changed", phone=phone, name="", kind="system", system=system, at=timezone.now())


# --- Whose message it is ---


def test_messages_by_id_then_by_both_then_by_phone_are_one_trader_s() -> None:
    process(said("un", phone="", user_id=HUGO_ID))
    process(said("deux", phone=HUGO, user_id=HUGO_ID))
    process(said("trois", phone=HUGO))

    assert addresses(Trader.objects.get()) == {HUGO_ID: False, HUGO: False}


def test_the_language_is_the_first_that_is_clear_and_staff_s_choice_stays() -> None:
    process(said("Rolex Submariner 124060 full set, 9500€"))
    assert Trader.objects.get().language == ""
    process(said("Buongiorno, cerco una Submariner"))
    assert Trader.objects.get().language == "it"
    Trader.objects.update(language="de")
    process(said("Bonjour, je cherche aussi une Daytona, merci"))

    assert Trader.objects.get().language == "de"


def test_phone_and_id_apart_are_two_until_a_message_carries_both() -> None:
    process(said(SUB, phone="", user_id=HUGO_ID))
    process(said(WANTED, phone=HUGO))
    assert Trader.objects.count() == 2

    process(said("Bonjour", phone=HUGO, user_id=HUGO_ID))

    trader = Trader.objects.get()
    assert addresses(trader) == {HUGO_ID: False, HUGO: False}
    assert [*Listing.objects.values_list("trader", flat=True)] == [trader.pk] * 2


def test_who_changes_the_user_name_stays_the_same_trader() -> None:
    now = timezone.now()
    for minutes, username in ((9, "@hugo"), (5, "@hugo.montres")):
        at = now - timedelta(minutes=minutes)
        process(said("x", user_id=HUGO_ID, username=username, at=at))

    assert Trader.objects.get().username == "@hugo.montres"


def test_a_trader_is_the_customer_who_confirmed_the_number() -> None:
    customer = Customer.objects.create(name="Hugo Vasseur")
    CustomerIdentity.objects.create(customer=customer, kind="phone", value=HUGO)
    other = Customer.objects.create(name="Somebody")
    CustomerIdentity.objects.create(customer=other, kind="phone", value=LEON, is_confirmed=False)

    process(said("x", phone=HUGO))
    process(said("x", phone=LEON))

    assert [*Trader.objects.order_by("pk").values_list("customer", flat=True)] == [
        customer.pk,
        None,
    ]


# --- What WhatsApp states ---


def test_a_number_change_links_old_and_new() -> None:
    process(said(SUB, phone=HUGO, user_id=HUGO_ID))

    outcome = process(moved(previous_user_id=HUGO_ID, user_id=NEW_ID))
    process(said("C'est encore moi", phone=NEW_PHONE, user_id=NEW_ID))

    assert (outcome.status, outcome.kind) == ("done", "number_change")
    trader = Trader.objects.get()
    assert addresses(trader) == {HUGO: True, HUGO_ID: True, NEW_PHONE: False, NEW_ID: False}
    assert traders.recipient(trader) == NEW_ID


def test_a_number_change_is_known_though_it_is_read_before_the_messages() -> None:
    earlier = said(SUB, phone=HUGO, user_id=HUGO_ID)
    process(moved(previous_user_id=HUGO_ID, user_id=NEW_ID))

    process(said("x", phone=NEW_PHONE, user_id=NEW_ID))
    process(earlier)

    assert Trader.objects.count() == 1
    assert addresses(Trader.objects.get())[HUGO] is True


def test_who_takes_the_old_number_back_uses_it_again() -> None:
    notice = moved(at=None)
    process(said(SUB, phone=HUGO))
    process(notice)
    process(said("x", phone=HUGO, at=timezone.now() + timedelta(minutes=1)))
    assert addresses(Trader.objects.get()) == {HUGO: False, NEW_PHONE: False}

    process(notice)

    assert addresses(Trader.objects.get()) == {HUGO: False, NEW_PHONE: False}


def test_who_was_given_an_abandoned_number_is_somebody_else() -> None:
    process(said(SUB, phone=HUGO, user_id=HUGO_ID))
    process(moved(previous_user_id=HUGO_ID, user_id=NEW_ID))

    process(said("Bonjour", phone=HUGO, user_id="FR.1", name="Marie"))

    assert [*Trader.objects.order_by("pk").values_list("name", flat=True)] == [
        "Hugo Vasseur",
        "Marie",
    ]


def test_a_change_of_the_user_id_alone_is_followed() -> None:
    process(said(SUB, phone="", user_id=HUGO_ID))
    system = {"type": "user_changed_user_id", "user_id": NEW_ID, "previous_user_id": HUGO_ID}

    process(said("changed", phone="", kind="system", system=system, at=timezone.now()))

    assert addresses(Trader.objects.get()) == {HUGO_ID: True, NEW_ID: False}


def test_two_traders_of_one_person_are_joined_without_losing_anything() -> None:
    customer = Customer.objects.create(name="Hugo")
    process(said(WANTED, phone=HUGO, name="Hugo V."))
    process(said(SUB, phone=LEON, name="Autre"))
    process(said(SUB, phone=NEW_PHONE, name="Hugo"))
    old, other, new = Trader.objects.order_by("pk")
    Trader.objects.filter(pk=old.pk).update(note="Pays late.", first_seen_at=timezone.now())
    Trader.objects.filter(pk=new.pk).update(note="Honest.", customer=customer, is_blocked=True)
    wanted, sale, own = Listing.objects.order_by("pk")
    match = Match.objects.create(wanted=wanted, sale=sale, score=90)
    mine = Match.objects.create(wanted=wanted, sale=own, score=90)
    answer = OutboundMessage.objects.create(
        key="k", channel="wa_cloud", recipient=NEW_PHONE, body="x", about=new
    )

    process(moved())

    joined = Trader.objects.get(addresses__value=NEW_PHONE)
    assert joined.pk == old.pk
    assert {*Trader.objects.all()} == {joined, other}
    assert {*joined.listings.all()} == {wanted, own}
    assert (joined.name, joined.customer, joined.is_blocked) == ("Hugo", customer, True)
    assert joined.note == "Pays late.\nHonest."
    answer.refresh_from_db()
    assert answer.about == joined
    assert {*Match.objects.all()} == {match, mine}


# --- Cards of contacts ---


def card(origin: str = "") -> dict[str, object]:
    said_by = {"origin": origin} if origin else {}
    return {"phones": [{"phone": "+33 6 39 98 05 99", "wa_id": "33639980599"}], **said_by}


def test_who_shares_their_own_number_is_linked_to_it() -> None:
    process(said(SUB, phone="", user_id=LEON_ID, name="C. Renard"))
    process(said(WANTED, phone="+33639980599"))

    outcome = process(
        said("", phone="", user_id=LEON_ID, kind="contacts", contacts=[card("contact_request")])
    )

    assert outcome.kind == "contact"
    assert addresses(Trader.objects.get()) == {LEON_ID: False, "+33639980599": False}
    assert Listing.objects.filter(trader=Trader.objects.get()).count() == 2


def test_the_card_of_somebody_else_links_nobody() -> None:
    process(said(WANTED, phone="+33639980599"))

    outcome = process(said("Atelier", phone=LEON, kind="contacts", contacts=[card()]))

    assert outcome.reason == ("Somebody's contact: nothing says that it is the sender's own.")
    assert [*TraderAddress.objects.order_by("pk").values_list("trader__listings", "value")] == [
        (Listing.objects.get().pk, "+33639980599"),
        (None, LEON),
    ]


# --- Writing to them ---


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def test_words_go_to_the_user_id_in_use_once(boss: User) -> None:
    process(said(SUB, phone=HUGO, user_id=HUGO_ID))
    trader = Trader.objects.get()

    rows = [traders.write(trader.pk, "Toujours dispo ?", key="k:1", by=boss) for _ in range(2)]

    assert rows[0] == rows[1]
    row = OutboundMessage.objects.get()
    assert (row.channel, row.recipient, row.body) == ("wa_cloud", HUGO_ID, "Toujours dispo ?")
    assert (row.recipient_name, row.about, row.author) == ("Hugo Vasseur", trader, boss)


def test_after_a_day_words_are_refused(boss: User) -> None:
    process(said(SUB, at=timezone.now() - timedelta(hours=25)))

    with pytest.raises(DomainError) as refused:
        traders.write(Trader.objects.get().pk, "Bonjour", key="k", by=boss)

    assert refused.value.code == "window_shut"
    assert not OutboundMessage.objects.exists()


def test_what_is_said_in_a_group_opens_no_window(boss: User) -> None:
    process(said(SUB, group=GROUP))

    with pytest.raises(DomainError, match="24 hours"):
        traders.write(Trader.objects.get().pk, "Bonjour", key="k", by=boss)


def test_nobody_writes_to_who_was_erased_or_without_the_right(boss: User) -> None:
    process(said(SUB))
    trader = Trader.objects.get()
    clerk = User.objects.create_user("clerk")

    with pytest.raises(PermissionDenied):
        traders.write(trader.pk, "Bonjour", key="k", by=clerk)
    clerk.user_permissions.add(Permission.objects.get(codename="write_trader"))
    Trader.objects.update(erased_at=timezone.now())
    with pytest.raises(DomainError) as refused:
        traders.write(trader.pk, "Bonjour", key="k", by=User.objects.get(pk=clerk.pk))
    assert refused.value.code == "erased"


def test_who_moves_to_an_abandoned_number_is_not_joined_with_who_left_it() -> None:
    process(said(SUB, phone=HUGO, user_id=HUGO_ID))
    process(moved(previous_user_id=HUGO_ID, user_id=NEW_ID))
    process(said(WANTED, phone=LEON, user_id=LEON_ID, name="Léon"))

    process(moved(phone=LEON, to=HUGO, previous_user_id=LEON_ID, user_id="CH.2"))

    hugo, leon = Trader.objects.order_by("pk")
    assert addresses(hugo) == {HUGO_ID: True, NEW_PHONE: False, NEW_ID: False}
    assert addresses(leon) == {LEON: True, LEON_ID: True, HUGO: False, "CH.2": False}
    assert traders.recipient(leon) == "CH.2"
