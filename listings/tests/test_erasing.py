"""Who asks to be forgotten is; what is old goes by itself."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging import media, reading
from backoffice.messaging.models import Attachment, Document, InboundMessage, OutboundMessage
from crm.models import Customer
from listings import tasks
from listings.deciding import workflow
from listings.incoming import intake
from listings.models import Listing, ListingEmbedding, Match, Trader
from listings.people import erasing, traders
from listings.tests.messages import GROUP, HUGO, HUGO_ID, LEON, process, said

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.models import Model
    from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SUB = "Vends Rolex Submariner 124060 de 2022, full set, 9500€, appelez Hugo Vasseur"
WORDS = ("Hugo", "Vasseur", HUGO, HUGO.lstrip("+"), HUGO_ID, "appelez", "@hugo", "Toujours dispo")


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


@pytest.fixture
def _media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path


def everything() -> str:
    """All rows of the messages and this desk, as text."""
    rows: list[str] = []
    models: list[type[Model]] = [
        *apps.get_app_config("listings").get_models(),
        *apps.get_app_config("messaging").get_models(),
        LogEntry,
    ]
    for model in models:
        names = [field.attname for field in model._meta.concrete_fields if field.name != "vector"]
        rows += [
            str([bytes(v) if isinstance(v, memoryview) else v for v in row])
            for row in model._base_manager.values_list(*names)
        ]
    return "\n".join(rows)


@pytest.fixture
def hugo(boss: User) -> Trader:
    process(said(SUB, phone=HUGO, user_id=HUGO_ID, username="@hugo"))
    process(said(f"{SUB} en groupe", phone=HUGO, group=GROUP))
    trader = Trader.objects.get()
    workflow.edit(Listing.objects.earliest("pk").pk, {"text": "Hugo Vasseur dit"}, by=boss)
    workflow.hide(Listing.objects.earliest("pk").pk, by=boss, note="Hugo asked")
    traders.write(trader.pk, "Toujours dispo, Hugo ?", key="k", by=boss)
    LogEntry.objects.log_actions(boss.pk, [trader], CHANGE, "x", single_object=True)
    return trader


def test_nothing_of_the_person_is_left_but_the_figures(hugo: Trader, boss: User) -> None:
    process(said("Vends Tudor Black Bay 79230, 2500€", phone=LEON, name="Léon"))
    assert all(word in everything() for word in WORDS)

    erased = erasing.erase(hugo.pk, by=boss)

    left = everything()
    assert [word for word in WORDS if word in left] == []
    assert "Black Bay" in left
    assert erased.erased_at is not None
    first, second, other = Listing.objects.order_by("pk")
    assert [first.price_eur, second.price_eur, other.price_eur] == [9500, 9500, 2500]
    assert (first.reference, first.trader, first.text, first.status) == (
        "124060",
        hugo,
        "",
        "hidden",
    )
    assert first.search_words == "rolex submariner 124060 124060"
    assert [first.events.filter(kind="erased").count(), other.events.count()] == [1, 1]
    assert other.text != ""
    assert OutboundMessage.objects.get().status == "superseded"


def test_it_may_be_asked_for_twice(hugo: Trader, boss: User) -> None:
    first = erasing.erase(hugo.pk, by=boss)
    again = erasing.erase(hugo.pk, by=boss)

    assert first.erased_at == again.erased_at
    assert Listing.objects.earliest("pk").events.filter(kind="erased").count() == 1


def test_their_offers_leave_the_market_and_nobody_puts_them_back(hugo: Trader, boss: User) -> None:
    erasing.erase(hugo.pk, by=boss)

    assert [row.status for row in Listing.objects.order_by("pk")] == ["hidden", "withdrawn"]
    assert not Listing.objects.live().exists()
    with pytest.raises(DomainError, match="personal data were erased") as refused:
        workflow.show(Listing.objects.latest("pk").pk, by=boss)
    assert refused.value.code == "erased"


def test_open_matches_end(hugo: Trader, boss: User) -> None:
    process(said("Cherche Submariner 124060, budget 10000€", phone=LEON))
    sale, wanted = Listing.objects.filter(type="sale").latest("pk"), Listing.objects.latest("pk")
    Match.objects.all().delete()
    match = Match.objects.create(wanted=wanted, sale=sale, score=90, state="contacted")

    erasing.erase(hugo.pk, by=boss)

    match.refresh_from_db()
    assert match.state == "gone"


def test_who_writes_again_is_a_new_trader(hugo: Trader, boss: User) -> None:
    erasing.erase(hugo.pk, by=boss)

    process(said(SUB, phone=HUGO, user_id=HUGO_ID))

    assert Listing.objects.latest("pk").trader != hugo
    hugo.refresh_from_db()
    assert str(hugo) == f"#{hugo.pk}"


def test_a_job_that_has_the_message_in_hand_writes_nothing_of_it(hugo: Trader, boss: User) -> None:
    message = said("Vends Omega Speedmaster, 4200€", phone=HUGO, user_id=HUGO_ID)
    content = reading.content_of(message)
    erasing.erase(hugo.pk, by=boss)

    outcome = intake.process(message, content)

    assert outcome.reason == "The message's words were removed: there is nothing to read."
    assert not Listing.objects.filter(brand="Omega").exists()
    assert Trader.objects.get() == hugo


@pytest.mark.usefixtures("_media")
def test_files_go_where_nobody_else_sent_them(
    hugo: Trader, boss: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    old = timezone.now() - timedelta(days=3)
    mine, shared = media.store(b"mine"), media.store(b"shared")
    Document.objects.update(created_at=old, text="words")
    name = mine.file.path
    times = (old.timestamp(), old.timestamp())
    os.utime(name, times)
    message = InboundMessage.objects.filter(sender_phone=HUGO).latest("pk")
    other = said("x", phone=LEON)
    for position, document in enumerate((mine, shared)):
        Attachment.objects.create(message=message, position=position, document=document)
    Attachment.objects.create(message=other, position=0, document=shared)

    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(hugo.pk, by=boss)

    assert [*Document.objects.values_list("pk", "text")] == [(shared.pk, "words")]
    assert not default_storage.exists(mine.file.name or "")
    assert default_storage.exists(shared.file.name or "")


def test_messages_of_another_desk_stay(hugo: Trader, boss: User) -> None:
    order = said("Je commande", phone=HUGO)
    InboundMessage.objects.filter(pk=order.pk).update(desk="orders")

    erasing.erase(hugo.pk, by=boss)

    order.refresh_from_db()
    assert (order.body, order.sender_phone) == ("Je commande", HUGO)


def test_it_takes_the_right_and_a_trader(hugo: Trader, boss: User) -> None:
    with pytest.raises(PermissionDenied):
        erasing.erase(hugo.pk, by=User.objects.create_user("clerk"))
    with pytest.raises(DomainError, match="no such trader"):
        erasing.erase(404, by=boss)
    assert "Hugo" in everything()


# --- By itself ---


def test_what_is_older_than_the_limit_is_emptied_and_its_id_stays(
    settings: Settings, boss: User
) -> None:
    settings.LISTINGS_RETENTION_DAYS = 30
    long_ago = timezone.now() - timedelta(days=31)
    old = said(SUB, phone=HUGO, user_id=HUGO_ID, at=long_ago, status="done")
    process(old)
    young = said("Vends Tudor Black Bay 79230, 2500€", phone=LEON, name="Léon", status="done")
    process(young)
    waiting = said(SUB, phone=LEON, status="received")
    InboundMessage.objects.exclude(pk=young.pk).update(received_at=long_ago)

    assert erasing.prune() == 2
    assert erasing.prune() == 0

    for message in (old, young, waiting):
        message.refresh_from_db()
    assert (old.external_id, old.body, bytes(old.raw), old.sender_phone) == (
        old.external_id,
        "",
        b"",
        "",
    )
    assert old.external_id.startswith("wamid.")
    assert (young.body[:5], json.loads(bytes(waiting.raw))["message"]["type"]) == ("Vends", "text")
    listing = Listing.objects.earliest("pk")
    assert (listing.text, listing.evidence, listing.price_eur) == ("", {}, 9500)
    # Nobody could be asked about it any more.
    assert listing.status == "withdrawn"
    assert listing.message == old
    erased, kept = Trader.objects.order_by("pk")
    assert (erased.name, erased.addresses.count(), kept.name) == ("", 0, "Léon")
    assert process(old).reason.endswith("there is nothing to read.")
    assert ListingEmbedding.objects.filter(listing=listing).exists()


def test_customers_are_not_forgotten_for_their_silence(settings: Settings) -> None:
    settings.LISTINGS_RETENTION_DAYS = 30
    process(said(SUB, at=timezone.now() - timedelta(days=40)))
    Trader.objects.update(customer=Customer.objects.create(name="Hugo"))

    erasing.prune()

    assert Trader.objects.get().name == "Hugo Vasseur"


def test_without_a_limit_everything_stays(settings: Settings) -> None:
    settings.LISTINGS_RETENTION_DAYS = 0
    process(said(SUB, at=timezone.now() - timedelta(days=4000)))
    InboundMessage.objects.update(received_at=timezone.now() - timedelta(days=4000))

    tasks.prune()

    assert InboundMessage.objects.get().body == SUB
