from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging.models import Attachment, Document, InboundMessage
from listings import keeping, statistics
from listings.market import rechecking, suspicions, view
from listings.models import ExchangeRate, Listing, Suspicion, Trader, TraderAddress
from listings.people import erasing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

_numbers = count(1)
LONG = (
    "For sale Rolex Submariner 126610LN, full set 2023, unworn with stickers, located in Paris,"
    " serious buyers only, no exchange please"
)


def trader(**facts: Any) -> Trader:
    now = timezone.now()
    person = Trader.objects.create(first_seen_at=now, last_seen_at=now, **facts)
    number = f"+3361200{next(_numbers):04}"
    TraderAddress.objects.create(trader=person, kind="phone", value=number)
    return person


def offer(price: str | None, *, days_ago: float = 1, **facts: Any) -> Listing:
    values = {"type": "sale", "brand": "Rolex", "model": "Submariner", "reference": "126610LN"}
    listing = Listing(
        price=Decimal(price) if price else None,
        currency="EUR",
        reader="rules",
        offered_at=timezone.now() - dt.timedelta(days=days_ago),
        **{**values, **facts},
    )
    if "trader" not in facts:
        listing.trader = trader()
    keeping.derive(listing)
    listing.save()
    return listing


def offers(prices: Sequence[str], **facts: Any) -> list[Listing]:
    return [offer(price, **facts) for price in prices]


def kinds(listing: Listing) -> list[str]:
    suspicions.examine(listing.pk)
    rows = Suspicion.objects.filter(listing=listing, dismissed_at=None)
    return sorted(rows.values_list("kind", flat=True))


def test_median_quartiles_and_trend_by_hand():
    offers(["9000", "10000", "11000", "12000", "13000", "20000"])
    offers(["8000", "9000", "10000", "11000", "12000"], days_ago=100)

    found = view.market(reference="126610 ln", brand="Rolex")

    # Between the third and the fourth; a quarter of the way from the second to the third.
    assert (found.count, found.median, found.low, found.high) == (
        6,
        Decimal(11500),
        Decimal(10250),
        Decimal(12750),
    )
    assert found.trend == pytest.approx(0.15)


def test_what_counts_and_what_does_not():
    offers(["10000", "11000"])
    offer("12000", status="sold")
    same = trader()
    for number in range(5):
        offer(str(9000 + number), trader=same, days_ago=10 - number)
    for status in ("hidden", "withdrawn"):
        offer("1", status=status)
    offer("1", trader=trader(is_blocked=True))
    offer("1", authenticity="replica")
    offer("1", days_ago=91)
    offer("1", type="wanted")
    offer(None)
    offer("13000")

    found = view.market(reference="126610LN")

    # 9004 is the newest of the five of one trader.
    assert (found.count, found.median) == (5, Decimal(11000))


def test_below_the_minimum_nothing_is_said():
    own = offer("5000")
    offers(["10000", "11000", "12000", "13000"])

    place = view.places([own])[own.pk]

    assert (place.share, place.market) == (None, view.Market(4, None, None, None, None))
    assert place.sentence() == "Too few offers to compare: 4 in 90 days."


def test_nobody_is_compared_with_their_own_offers(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    own = offer("8800")
    older = offer("1000", trader=own.trader, days_ago=30)
    dear = offer("15000", reference="", trader=trader())
    offers(["8000", "9000", "10000", "11000", "12000"])

    with django_assert_num_queries(2):
        places = view.places([own, older, dear])

    assert places[own.pk].market.median == Decimal(10000)
    assert places[own.pk].sentence() == "12 % under the median of 5 offers in 90 days."
    assert places[older.pk].market == places[own.pk].market
    # Without a reference the whole model is compared with.
    assert places[dear.pk].sentence() == "58 % above the median of 6 offers in 90 days."


def test_far_below_the_market_is_suspicious_until_somebody_looked():
    cheap = offer("4000")
    offers(["10000", "10000", "10000", "11000"])
    assert kinds(cheap) == []
    offer("9000")
    assert kinds(cheap) == ["cheap"]

    [row] = Suspicion.objects.all()
    assert suspicions.sentence(row) == ("60 % under the median of 5 other offers (10,000 EUR).")
    user = User.objects.create(username="nadia")
    suspicions.dismiss(row.pk, by=user)
    assert kinds(cheap) == []
    with pytest.raises(DomainError, match="nadia dismissed this on"):
        suspicions.dismiss(row.pk, by=user)

    cheap.price = Decimal(3000)
    keeping.derive(cheap)
    cheap.save()
    assert kinds(cheap) == ["cheap"]
    cheap.status = "hidden"
    cheap.save()
    assert kinds(cheap) == []


def test_the_night_finds_what_became_cheap():
    cheap = offer("4000")
    offers(["10000", "10000", "10000", "11000", "9000"])

    rechecking.recheck()

    assert Suspicion.objects.get().listing_id == cheap.pk


def test_a_copied_text_is_that_of_the_later_sender():
    first = offer("10000", text=LONG, days_ago=3)
    copy = offer("9900", text=LONG.upper().replace(",", " – "), days_ago=2)
    again = offer("9800", text=LONG, trader=first.trader, days_ago=1)
    changed = offer("9000", text=f"{LONG} 9000 EUR", days_ago=1)
    short = offer("9000", text="Submariner 126610LN", days_ago=1)
    offer("9000", text="Submariner 126610LN", days_ago=2)

    assert [kinds(one) for one in (first, copy, changed, short)] == [[], ["copied"], ["copied"], []]
    assert Suspicion.objects.get(listing=copy).facts["listing"] == first.pk
    # The trader's own text, but another one sent it before this time.
    assert kinds(again) == []


def message_with_photo(sender: Trader, document: Document, *, days_ago: int) -> InboundMessage:
    address = sender.addresses.get()
    message = InboundMessage.objects.create(
        desk="listings",
        channel="wa_cloud",
        external_id=f"wamid.{next(_numbers)}",
        sender_phone=address.value,
        raw=b"{}",
        sent_at=timezone.now() - dt.timedelta(days=days_ago),
    )
    Attachment.objects.create(message=message, position=0, document=document)
    return message


def test_a_photo_that_another_sent_before():
    photo = Document.objects.create(sha256="a" * 64, size=90_000, mime="image/jpeg", kind="image")
    one, other = trader(), trader()
    first = offer(
        "9000", trader=one, message=message_with_photo(one, photo, days_ago=3), days_ago=3
    )
    mine = offer("9000", trader=one, message=message_with_photo(one, photo, days_ago=2))
    copy = offer("9000", trader=other, message=message_with_photo(other, photo, days_ago=1))

    assert [kinds(listing) for listing in (first, mine, copy)] == [[], [], ["photo"]]
    assert Suspicion.objects.get().facts["listing"] == first.pk


@pytest.mark.parametrize(
    ("brand", "model", "reference", "found"),
    [
        ("Rolex", "Daytona", "126610LN", ["reference"]),
        ("Rolex", "Submariner", "126610LN", []),
        ("Rolex", "", "126610LN", []),
        ("Omega", "Speedmaster", "126610LN", ["reference"]),
        ("Omega", "Seamaster", "215.30.44.21.01.001", []),
        ("Rolex", "Submariner", "999999XX", []),
    ],
)
def test_a_reference_of_another_family(brand: str, model: str, reference: str, found: list[str]):
    assert kinds(offer("9000", brand=brand, model=model, reference=reference)) == found


def test_figures_count_every_watch_once():
    offer("10000.50")
    offer("5000", status="withdrawn")
    offer("7000", type="wanted")
    offer(None, type="question")

    report, stats = statistics.health(), statistics.stats()

    assert report.watch_stats == {
        "messages_analyzed": 0,
        "sales_found": 2,
        "wanted_found": 1,
        "questions_found": 1,
        "total_value_eur": "15000.50€",
    }
    assert (stats["listings"], stats["by_type"]["sale"]) == (4, 2)
    assert stats["total_value_eur"] == "15000.50"


def test_an_erased_text_is_no_longer_told_by_its_digest():
    boss = User.objects.create_superuser("boss")
    listing = offer("10000", text=LONG)
    assert listing.text_key

    erasing.erase(listing.trader_id or 0, by=boss)

    listing.refresh_from_db()
    assert (listing.text, listing.text_key) == ("", "")


def test_a_message_that_waits_for_a_person_was_read_too():
    photo = Document.objects.create(sha256="a" * 64, size=90_000, mime="image/jpeg", kind="image")
    for status in ("done", "not_for_us", "needs_attention", "failed", "received"):
        message = message_with_photo(trader(), photo, days_ago=1)
        message.status = status
        message.save()
    waiting = InboundMessage.objects.get(status="needs_attention")
    offer("9000", message=waiting, trader=trader())

    stats = statistics.stats()

    assert (stats["messages_analyzed"], stats["watch_messages"]) == (3, 1)


@pytest.mark.parametrize(
    "path",
    [
        "market/",
        "market/?reference=126610LN&brand=Rolex",
        "market/?q=rolex+submariner",
        "market/?q=%00",
        "figures/",
        "figures/?period=365",
        "figures/?period=custom",
        "suspicion/",
        "exchangerate/",
        "rates/import/",
    ],
)
def test_pages_open(admin_client: Client, path: str):
    cheap = offer("4000")
    offers(["10000", "10000", "10000", "11000", "9000"])
    suspicions.examine(cheap.pk)

    assert admin_client.get(f"/admin/listings/{path}").status_code == 200


def test_the_market_page_shows_the_median(admin_client: Client):
    offers(["10000", "10000", "10000", "11000", "9000"])

    page = admin_client.get("/admin/listings/market/?q=126610LN").content.decode()

    assert re.search(r"10[\s,]000 EUR", page)


def test_rates_are_uploaded(admin_client: Client):
    file = SimpleUploadedFile("eurofxref.csv", b"Date,USD,CHF\n2026-04-10,1.10,x\n")

    answer = admin_client.post("/admin/listings/rates/import/", {"file": file})

    assert "“x” is no rate" in answer.content.decode()
    assert ExchangeRate.objects.get().currency == "USD"
