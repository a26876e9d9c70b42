from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from listings.asking.answering import ask
from listings.models import ExchangeRate, Listing
from listings.search import channels, query, wishes
from listings.tests.market_cast import sale

pytestmark = pytest.mark.django_db


def bounds(text: str) -> tuple[int | None, int | None, int | None, int | None]:
    """Lowest and highest price, first and last year."""
    found = wishes.of(text)
    low, high = found.price_from, found.price_to
    return (
        int(low) if low is not None else None,
        int(high) if high is not None else None,
        found.year_from,
        found.year_to,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Submariner moins de 9000", (None, 9000, None, None)),
        ("Submariner sous 9k", (None, 9000, None, None)),
        ("sub under 10k", (None, 10000, None, None)),
        ("Speedy max 5 000 €", (None, 5000, None, None)),
        ("5000€ max", (None, 5000, None, None)),
        ("Datejust unter 7.500 Euro", (None, 7500, None, None)),
        ("Omega sotto i 3mila", (None, 3000, None, None)),
        ("tudor hasta 3000", (None, 3000, None, None)),
        ("Daytona over 25k", (25000, None, None, None)),
        ("GMT entre 12 et 16k", (12000, 16000, None, None)),
        ("10-12k Explorer", (10000, 12000, None, None)),
        ("Santos around 6k", (5100, 6900, None, None)),
        ("Santos 6000€", (5100, 6900, None, None)),
        ("Submariner 2019", (None, None, 2019, 2019)),
        ("Submariner après 2015 sous 12k", (None, 12000, 2015, None)),
        ("GMT ab 2020", (None, None, 2020, None)),
        ("Omega avant 1970", (None, None, None, 1970)),
        ("Rolex 2015-2018", (None, None, 2015, 2018)),
        ("Rolex des années 70", (None, None, 1970, 1979)),
        ("Omega from the 60s", (None, None, 1960, 1969)),
        ("anni 80 Cartier", (None, None, 1980, 1989)),
        ("Rolex under 2000", (None, 2000, None, None)),
        # References, sizes and names are neither.
        ("16610 Submariner", (None, None, None, None)),
        ("Datejust 41", (None, None, None, None)),
        ("Seamaster 300m 42mm", (None, None, None, None)),
        ("Omega 2254.50", (None, None, None, None)),
        ("Seiko SRPE55K1", (None, None, None, None)),
        ("Zenith 1975 movement 28800", (None, None, 1975, 1975)),
    ],
)
def test_bounds_of_prices_and_years(text: str, expected: tuple[int | None, ...]):
    assert bounds(text) == expected


def test_a_bound_in_another_currency_is_taken_in_euros():
    ExchangeRate.objects.create(currency="CHF", day=timezone.localdate(), rate=Decimal("0.8"))

    assert bounds("Daytona sous 20000 CHF") == (None, 25000, None, None)


@pytest.mark.parametrize(
    ("text", "kind", "is_sure"),
    [
        ("qui cherche une Daytona ?", "wanted", True),
        ("who is looking for a Pepsi", "wanted", True),
        ("wer sucht eine Nautilus?", "wanted", True),
        ("chi cerca un Reverso", "wanted", True),
        ("quién busca un Speedmaster", "wanted", True),
        ("acheteurs pour une Aquanaut", "wanted", True),
        ("WTB Tank", "wanted", True),
        ("qui vend une Santos", "sale", True),
        ("who has an Explorer", "sale", True),
        ("wer verkauft eine GMT", "sale", True),
        ("Submariner à vendre", "sale", True),
        ("je cherche une Overseas", "sale", False),
        ("I'm looking for a Royal Oak", "sale", False),
        ("busco Daytona", "sale", False),
        ("Submariner à échanger", "trade", True),
        ("questions sur la Submariner", "question", True),
        ("Rolex Submariner", "", False),
    ],
)
def test_offers_or_buyers(text: str, kind: str, is_sure: bool):  # noqa: FBT001 - a parameter
    intent = wishes.of(text).intent
    assert (intent.type, intent.is_sure) == (kind, is_sure)


@pytest.mark.parametrize(
    ("text", "watch"),
    [
        ("Submarriner 16610 LN", ("Rolex", "Submariner", "16610ln")),
        ("M126610LN-0001", ("Rolex", "Submariner", "126610ln")),
        ("Rolx daytonna", ("Rolex", "Daytona", "")),
        ("brietling navitmer", ("Breitling", "Navitimer", "")),
        ("sub mariner", ("Rolex", "Submariner", "")),
        ("royl oak", ("Audemars Piguet", "Royal Oak", "")),
        ("hublott big bang", ("Hublot", "Big Bang", "")),
        ("5711", ("Patek Philippe", "Nautilus", "5711")),
        ("speedy", ("Omega", "Speedmaster", "")),
        ("Moonswatch", ("Swatch", "MoonSwatch", "")),
        ("Hulk", ("Rolex", "Submariner", "")),
        ("tudor pepsi", ("Tudor", "Black Bay GMT", "")),
    ],
)
def test_watches_however_they_are_written(text: str, watch: tuple[str, str, str]):
    [found] = wishes.of(text).watches
    assert (found.brand, found.model, found.key) == watch


@pytest.mark.parametrize("text", ["cadran bleu", "montre plongée", "bracelet cuir rouge", "euro"])
def test_ordinary_words_are_no_names(text: str):
    assert wishes.of(text).watches == ()


def test_a_reference_that_only_a_listing_has_is_one():
    assert wishes.of("XJ-9000-7").watches == ()
    sale(None, brand="Nobody", model="", reference="XJ9000-7")

    assert [one.key for one in wishes.of("XJ-9000-7").watches] == ["xj90007"]


def test_several_watches_are_each_one_that_will_do():
    found = wishes.of("Royal Oak or Santos").watches
    assert [one.model for one in found] == ["Royal Oak", "Santos"]


def test_state_and_set_and_the_words_that_are_left():
    found = wishes.of("Datejust 41 mm bleu jubilé, comme neuve, boîte sans papiers, automatique")
    assert (found.condition, found.box, found.papers) == ("excellent", True, False)
    assert (found.size_mm, found.movement) == (41, "automatic")
    assert found.words == ("bleu", "jubile")
    assert ("Rolex", "Submariner") in wishes.of("montre de plongée").style


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("116 610 LN", "116610ln"),
        ("suche 116 660", "116660"),
        ("suche 16 570", "16570"),
        ("cerco 114 270 bianco", "114270"),
        ("tudor 79 030 N", "79030n"),
        ("rolex 1166 10", "116610"),
        # Money, years and sizes are no references.
        ("Daytona sous 16 570", ""),
        ("Daytona 16 570 €", ""),
        ("CHF 16 570 Explorer", ""),
        ("Datejust 2019 41", ""),
    ],
)
def test_a_reference_parted_by_blanks_is_one(text: str, reference: str):
    watches = wishes.of(text).watches

    assert {one.reference for one in watches} - {""} == {reference} - {""}


def test_a_parted_reference_that_only_listings_have_is_one():
    sale(None, brand="Sinn", model="556", reference="556 104", text="Sinn")

    assert [one.key for one in wishes.of("556 104").watches] == ["556104"]


@pytest.mark.parametrize(
    ("text", "watch"),
    [
        ("Cratier Tnak", ("Cartier", "Tank")),
        ("Oris Auqis", ("Oris", "Aquis")),
        ("Tudor Ragner", ("Tudor", "Ranger")),
        ("Cartier bonk", ("Cartier", "")),
    ],
)
def test_a_short_name_misspelt_beside_its_maker_is_set_right(text: str, watch: tuple[str, str]):
    assert [(one.brand, one.model) for one in wishes.of(text).watches] == [watch]


@pytest.mark.parametrize(
    ("limit", "count"),
    [
        ("under", 0),
        ("less than", 0),
        ("moins de", 0),
        ("sous les", 0),
        ("unter", 0),
        ("unterhalb", 0),
        ("sotto i", 0),
        ("por debajo de", 0),
        ("<", 0),
        ("over", 0),
        ("plus de", 0),
        ("über", 0),
        ("más de", 0),
        (">", 0),
        ("up to", 1),
        ("max", 1),
        ("jusqu'à", 1),
        ("bis zu", 1),
        ("entro i", 1),
        ("hasta", 1),
        ("budget", 1),
        ("<=", 1),
        ("at least", 1),
        ("à partir de", 1),
        ("ab", 1),
        ("desde", 1),
        (">=", 1),
    ],
)
def test_the_limit_itself_is_left_out_in_searches_and_in_questions_alike(limit: str, count: int):
    sale(None, price="9000")
    text = f"Submariner {limit} 9000 €"

    assert Listing.objects.filter(channels.stated(wishes.of(text))).count() == count
    assert ask(text).summary["count"] == count


def test_what_costs_the_limit_comes_after_what_keeps_to_it():
    at_limit, below = sale(None, price="9000", year=2020), sale(None, price="8000")

    hits = query.run(query.Query(text="Submariner 2020 under 9000")).hits

    assert [hit.listing_id for hit in hits] == [below.pk, at_limit.pk]


def test_a_bound_without_a_rate_is_taken_roughly():
    _low, high, *_years = bounds("Grand Seiko under 800000 JPY")

    assert high is not None
    assert 4000 < high < 6500
