"""Evidence in words: each code a sentence that can be said aloud, in both languages' forms."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.utils import translation

from crm.recommendations import reasons
from crm.recommendations.engine import evidence
from crm.tests import decided as make

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from crm.models import Product

pytestmark = pytest.mark.usefixtures("english")
NAMES = {1: "Riesling", 2: "Pinot"}


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ({"code": "bought", "times": 1, "last": "2026-05-03"}, "Bought once, on May 3, 2026."),
        (
            {"code": "bought", "times": 3, "last": "2026-05-03"},
            "Bought 3 times, last on May 3, 2026.",
        ),
        (
            {"code": "bought", "times": 3, "last": "2026-05-03", "every": 40.4},
            "Bought 3 times, last on May 3, 2026, about every 40 days.",
        ),
        (
            {"code": "bought", "times": 9, "last": "2026-05-03", "every": 1},
            "Bought 9 times, last on May 3, 2026, about every day.",
        ),
        (
            {"code": "due", "since": "2026-05-31"},
            "Due since May 31, 2026: the usual interval is over.",
        ),
        (
            {"code": "due", "since": "2026-06-02"},
            "Will be due on June 2, 2026, when the usual interval is over.",
        ),
        (
            {"code": "together", "product": 1, "customers": 41},
            "41 customers who bought “Riesling” took this too.",
        ),
        (
            {"code": "together", "product": 1, "customers": 1},
            "1 customer who bought “Riesling” took this too.",
        ),
        (
            {
                "code": "similar",
                "product": 2,
                "shared": [["grapes", "Riesling"], ["region", "Alsace"], ["category", "Blanc"]],
            },
            (
                "Close to “Pinot”, which this customer bought: Riesling (grape varieties), Blanc,"
                " Alsace (region)."
            ),
        ),
        (
            # As the counts come: by kind. What tells most is said first, each kind once.
            {
                "code": "similar",
                "product": 2,
                "shared": [
                    ["aromas", "cerise"],
                    ["aromas", "poivre"],
                    ["colour", "Rouge"],
                    ["price", "Premium"],
                    ["region", "Rhône"],
                    ["sugar", "sec"],
                ],
            },
            (
                "Close to “Pinot”, which this customer bought: Rouge, Rhône (region),"
                " cerise/poivre (aromas), sec (sugar), Premium (price segment)."
            ),
        ),
        (
            {"code": "similar", "product": 2, "shared": []},
            "Close to “Pinot”, which this customer bought.",
        ),
        (
            {"code": "taste", "shared": [["colour", "Rouge"]], "share": 0.62},
            "62 % of the purchases are like this: Rouge.",
        ),
        (
            {"code": "taste", "shared": [["family", "Rouge"], ["colour", "rouge"]], "share": 0.5},
            "50 % of the purchases are like this: Rouge.",
        ),
        (
            {"code": "popular", "customers": 12, "days": 90},
            "12 customers bought it in the last 90 days.",
        ),
        (
            {"code": "popular", "customers": 1, "days": 90, "segment": "vip"},
            "1 customer of the same segment (VIP) bought it in the last 90 days.",
        ),
        ({"code": "rated", "rating": 4}, "Rated 4 of 5 when it was proposed before."),
        ({"code": "by_hand"}, "A colleague chose it for this customer."),
    ],
)
def test_each_fact_is_a_sentence(fact: dict[str, Any], sentence: str) -> None:
    with time_machine.travel(dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)):
        assert reasons.sentences([fact], NAMES) == [sentence]


def test_every_code_of_the_evidence_has_its_words() -> None:
    codes = re.findall(r"^- ``(\w+)``", evidence.__doc__ or "", flags=re.MULTILINE)

    assert sorted(codes) == sorted(reasons.CODES)


def test_what_is_gone_or_unknown_says_nothing() -> None:
    facts: list[dict[str, Any]] = [
        {"code": "together", "product": 9, "customers": 4},
        {"code": "similar", "product": 9, "shared": []},
        {"code": "of another version"},
        {"code": "by_hand"},
    ]

    assert reasons.sentences(facts, NAMES) == ["A colleague chose it for this customer."]


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [("fr", "03", "3 mai 2026"), ("fr", "01", "1er mai 2026"), ("en", "01", "May 1, 2026")],
)
def test_days_are_written_as_the_language_does(language: str, day: str, written: str) -> None:
    with translation.override(language):
        (sentence,) = reasons.sentences([{"code": "due", "since": f"2026-05-{day}"}], {})

    assert f" {written}" in sentence


# --- the whole of it ---


@pytest.fixture
def wines() -> list[Product]:
    return [make.product(name) for name in ("Riesling", "Pinot", "Sylvaner")]


@pytest.mark.django_db
def test_the_summary_says_who_what_first_and_why_now(
    wines: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = make.recommendation(make.customer("Anna Petit"), wines[:2], wines[2:], segment="vip")
    facts: list[dict[str, Any]] = [
        {"code": "bought", "times": 3, "last": "2026-03-10", "every": 40},
        {"code": "due", "since": "2026-04-19"},
        {"code": "popular", "customers": 12, "days": 90},
    ]
    made.products.filter(product=wines[0]).update(evidence=facts)

    # Its products, and its customer.
    with django_assert_num_queries(2):
        told = reasons.summary(made)

    assert told == (
        "For Anna Petit (VIP): propose “Riesling” first. Bought 3 times, last on March 10, 2026,"
        " about every 40 days. Due since April 19, 2026: the usual interval is over. To discover:"
        " “Sylvaner”."
    )


@pytest.mark.django_db
def test_without_a_list_to_buy_again_the_first_to_discover_is_told(wines: list[Product]) -> None:
    made = make.recommendation(make.customer("Omar"), new=wines)
    fact = {"code": "together", "product": wines[1].pk, "customers": 4}
    made.products.filter(product=wines[0]).update(evidence=[fact])

    assert reasons.summary(made) == (
        "For Omar: propose “Riesling” first. 4 customers who bought “Pinot” took this too."
    )


@pytest.mark.django_db
def test_where_nothing_is_left_it_says_so(wines: list[Product]) -> None:
    made = make.recommendation(make.customer("Omar"), new=wines)
    made.products.update(rank=None)

    assert reasons.summary(made) == "Nothing is left to propose to Omar."


@pytest.mark.django_db
def test_names_of_all_products_told_of_are_one_query(
    wines: list[Product], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = make.recommendation(make.customer("Omar"), new=wines)
    for place, other in zip(made.products.all(), reversed(wines), strict=True):
        place.evidence = [{"code": "together", "product": other.pk, "customers": 3}]
        place.save(update_fields=["evidence"])
    places = list(made.products.all())

    with django_assert_num_queries(1):
        names = reasons.names_for(places)

    assert names == {wine.pk: wine.name for wine in wines}
