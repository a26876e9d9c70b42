from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from backoffice.core.errors import DomainError
from listings.extraction import reading
from listings.models import Listing
from listings.search import channels, embedding
from listings.search.query import Query, run, similar
from listings.tests.market_cast import listing, sale, trader, wanted

pytestmark = pytest.mark.django_db


def found(*args: object, **values: object) -> list[int]:
    [text] = args or [""]
    return [hit.listing_id for hit in run(Query(text=str(text), **values)).hits]  # type: ignore[arg-type]


def embedded(*rows: Listing) -> tuple[Listing, ...]:
    embedding.request([row.pk for row in rows])
    return rows


@pytest.fixture
def market() -> dict[str, Listing]:
    """A small market: every listing differs from the others in what a test filters by."""
    now = timezone.now()
    rows = {
        "hulk": sale(None, reference="116610LV", price="14500", year=2017, text="Hulk full set"),
        "sub": sale(None, reference="126610LN", price="10900", year=2022, box=True, papers=True),
        "cheap": sale(None, reference="14060M", price="6900", year=2008, condition="good"),
        "buyer": wanted(None, reference="126610LN", price="10000"),
        "speedy": sale(
            None, brand="Omega", model="Speedmaster", price="4200", offered_at=now - dt.timedelta(9)
        ),
        "tudor": listing(None, "trade", brand="Tudor", model="Black Bay GMT", text="pepsi"),
    }
    embedded(*rows.values())
    return rows


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"types": ("wanted", "trade")}, ["tudor", "buyer"]),
        ({"brand": "omega"}, ["speedy"]),
        ({"model": "Black Bay GMT"}, ["tudor"]),
        ({"reference": "126610 ln"}, ["buyer", "sub"]),
        ({"price_from": Decimal(4200), "price_to": Decimal(6900)}, ["cheap", "speedy"]),
        ({"conditions": ("good", "new")}, ["cheap"]),
        ({"year_from": 2017, "year_to": 2022}, ["sub", "hulk"]),
        ({"until": (timezone.now() - dt.timedelta(5)).date()}, ["speedy"]),
    ],
)
def test_filters_alone_give_the_newest_first(
    market: dict[str, Listing], filters: dict[str, object], names: list[str]
):
    assert found(**filters) == [market[name].pk for name in names]
    # The same within a search for words that none of them has.
    assert {*found("zzz", **filters)} == {market[name].pk for name in names}


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Hulk", "hulk"),
        ("116610-LV", "hulk"),
        ("submarriner sous 8000", "cheap"),
        ("qui cherche une Submariner ?", "buyer"),
        ("je cherche une Submariner 2022 full set", "sub"),
        ("speedy", "speedy"),
        ("Omgea moins de 5k", "speedy"),
        ("pepsi tudor", "tudor"),
        ("126160LN à vendre", "sub"),
        ("good Submariner", "cheap"),
        ("sub sans date", "cheap"),
    ],
)
def test_the_best_comes_first(market: dict[str, Listing], text: str, first: str):
    assert found(text)[0] == market[first].pk


def test_a_search_that_nothing_meets_gives_the_nearest(market: dict[str, Listing]):
    assert len(found("Patek Nautilus rose sous 100 euros")) == len(market)


def test_what_was_understood_is_told(market: dict[str, Listing]):
    assert run(Query(text="wer verkauft eine Hulk unter 15k, 2017?")).understood == {
        "type": "sale",
        "brand": "Rolex",
        "model": "Submariner",
        "nickname": "hulk",
        "price_to": "15000",
        "year_from": "2017",
        "year_to": "2017",
    }


def test_pages_follow_each_other(market: dict[str, Listing]):
    first = run(Query(text="submariner", limit=4))
    second = run(Query(text="submariner", limit=4, offset=4))

    assert (first.has_more, second.has_more) == (True, False)
    pks = [hit.listing_id for hit in (*first.hits, *second.hits)]
    assert sorted(pks) == sorted(row.pk for row in market.values())
    scores = [hit.score for hit in (*first.hits, *second.hits)]
    assert scores == sorted(scores, reverse=True)


def test_only_the_market_is_searched_unless_asked_otherwise():
    blocked = trader(is_blocked=True)
    there, hidden, away = embedded(
        sale(trader("Karim")), sale(None, status="hidden"), sale(blocked)
    )

    assert found("submariner") == [there.pk]
    everything = {there.pk, hidden.pk, away.pk}
    assert {*found("submariner", live_only=False)} == everything


def test_a_trader_is_a_filter():
    karim = trader("Karim")
    own, _other = embedded(sale(karim), sale(trader("Salma")))

    assert found("submariner", trader_id=karim.pk) == [own.pk]


def test_a_listing_that_nobody_embedded_yet_is_found():
    one = sale(None, text="bracelet jubilé")

    assert found("jubilee") == [one.pk]


@pytest.mark.parametrize("text", ["…", "🔥🔥", "'", "a:* & !b", "\\", "%", "١٢٣٤", "x" * 900, "²"])
def test_no_text_is_an_error(text: str):
    one = sale(None)

    assert found(text) == [one.pk]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        (Query(limit=0), "limit"),
        (Query(limit=101), "limit"),
        (Query(offset=-1), "offset"),
        (Query(offset=1001), "offset"),
        (Query(text="x" * 1001), "text"),
        (Query(types=("sold",)), "types"),
        (Query(conditions=("mint",)), "conditions"),
    ],
)
def test_a_query_that_cannot_be_names_its_field(query: Query, field: str):
    with pytest.raises(DomainError) as refused:
        run(query)
    assert refused.value.field == field


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    django_assert_num_queries: object,
):
    embedded(sale(None))
    found("submariner sous 9000")  # the catalogue is read once
    with django_assert_num_queries(12):  # type: ignore[operator]
        found("submariner sous 9000")
    embedded(sale(None), sale(None))
    with django_assert_num_queries(12):  # type: ignore[operator]
        found("submariner sous 9000")


def test_similar_are_the_nearest_others_of_the_market():
    one, near, far, _hidden = embedded(
        sale(None, text="Hulk 116610LV full set"),
        sale(None, text="116610LV Hulk"),
        sale(None, brand="Seiko", model="Alpinist", text="green dial"),
        sale(None, text="Hulk 116610LV full set", status="hidden"),
    )

    hits = similar(one.pk)

    assert [hit.listing_id for hit in hits] == [near.pk, far.pk]
    assert hits[0].score > 0.7 > hits[1].score
    assert similar(0) == ()


@pytest.mark.django_db
def test_the_index_goes_on_until_enough_fit_the_filter():
    many = [sale(None, text=f"Hulk {number}") for number in range(60)]
    few = [sale(None, brand="Seiko", text=f"diver {number}") for number in range(5)]
    embedded(*many, *few)
    [vector] = embedding.of_texts(["Hulk"])
    vectors = channels.vectors_in_use(vector)
    rows = Listing.objects.filter(brand="Seiko")

    near = channels.indexed(rows, vectors, vector, 5)

    assert sorted(near) == [row.pk for row in few]
    assert sorted(near) == sorted(channels.exact(rows, vectors, vector, 5))


def test_what_breaks_a_bound_of_price_comes_after_all_that_keeps_it():
    over = sale(None, price="9900", year=2020, box=True, papers=True, text="Submariner full set")
    under = sale(None, price="8800", year=2011, text="Submariner")
    other = sale(None, brand="Rolex", model="Datejust", reference="16233", price="4000")
    embedded(over, under, other)

    assert found("Submariner 2020 full set sous 9000") == [under.pk, other.pk, over.pk]


def test_a_price_in_a_currency_without_a_rate_is_weighed_roughly():
    dear = sale(None, price="19000", currency="USD", price_eur=None)
    fitting = sale(None, price="950000", currency="JPY", price_eur=None)
    embedded(dear, fitting)

    assert found("Submariner sous 9000") == [fitting.pk, dear.pk]
    assert found("Submariner over 12000") == [dear.pk, fitting.pk]


def test_gold_is_parted_from_its_colour():
    steel = sale(None, reference="116610LN", text="Submariner weisses Zifferblatt")
    gold = sale(None, reference="116619LB", text="Submariner white gold")
    embedded(gold, steel)

    assert found("weißgold Submariner") == [gold.pk, steel.pk]


def test_a_family_within_the_one_that_is_named_counts_as_it():
    new = sale(None, brand="Omega", model="Planet Ocean", reference="", year=2019)
    old = sale(None, brand="Omega", model="Seamaster", reference="", year=1998)
    other = sale(None, brand="Omega", model="Speedmaster", reference="", year=2019)
    embedded(new, old, other)

    assert found("Omega Seamaster 2019") == [new.pk, old.pk, other.pk]
    assert found("Omega Seamaster") == [old.pk, new.pk, other.pk]


def test_a_reference_that_a_message_parts_is_found_where_it_is_called_one():
    [item] = reading.read("Submariner Date ref 116 610 LN de 2015, boite papiers, 9 800 €")

    assert item.reference.value == "116 610 LN"
    assert item.price.value == Decimal(9800)
