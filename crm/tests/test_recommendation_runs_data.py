"""From the database into columns: what counts as bought, and what a product is known by."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import time_machine

from crm.models import Customer
from crm.recommendations.engine.returns import take_off
from crm.recommendations.making import data
from crm.tests import wine_shop as make

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def kept(*lines: tuple[int, int, int, float]) -> list[tuple[int, int, int, float]]:
    customer, product, day = (np.array([line[n] for line in lines], np.int32) for n in range(3))
    quantity = np.array([line[3] for line in lines], np.float32)
    columns = take_off(customer, product, day, quantity)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(who, what, when, round(much, 3)) for who, what, when, much in rows]


def test_lines_of_a_day_are_one_whatever_their_order():
    assert kept((1, 0, 5, 2), (0, 3, 9, 1), (0, 3, 4, 1), (1, 0, 5, 3)) == [
        (0, 3, 4, 1),
        (0, 3, 9, 1),
        (1, 0, 5, 5),
    ]
    assert kept() == []


@pytest.mark.parametrize(
    ("quantities", "left"),
    [
        # By day: what was bought, what was sent back.
        ([6, -2, 6], [(0, 4), (2, 6)]),
        ([6, 6, -8], [(0, 4)]),
        ([6, -9, 6], [(2, 6)]),
        # A return without a purchase before it.
        ([-3, 6], [(1, 6)]),
        ([6, -6], []),
        ([0.1, 0.2, -0.3], []),
        ([4, -1, -1, 2, -3], [(0, 1)]),
    ],
)
def test_a_return_takes_off_the_latest_purchases_before_it(
    quantities: list[float], left: list[tuple[int, float]]
):
    lines = [(0, 0, day, quantity) for day, quantity in enumerate(quantities)]
    other = (0, 1, 0, 5.0)

    found = kept(*lines, other)

    assert [(day, much) for _who, what, day, much in found if what == 0] == left
    assert other in found


@pytest.mark.django_db
def test_lessons_have_everybody_and_everything_but_only_what_was_kept_until_today():
    with time_machine.travel(NOW, tick=False):
        today = NOW.date()
        anna, bruno, gone = (make.customer(name) for name in ("Anna", "Bruno", "Gone"))
        Customer.objects.filter(pk=gone.pk).update(merged_into=anna)
        riesling = make.product(
            "Riesling Grand Cru 2021",
            bottles=6,
            list_price=120,
            attributes={"grape_varieties": ["Riesling"], "region": "Alsace", "vintage": 2021},
        )
        muscat = make.product("Muscat", category="", attributes={"colour": "Rouge"})
        make.sale(anna, riesling, today)
        make.sale(anna, riesling, today - dt.timedelta(days=3), 4)
        make.sale(anna, riesling, today - dt.timedelta(days=2), -1)
        make.sale(bruno, muscat, today + dt.timedelta(days=1))

        found = data.lessons(data.evening())

    bought = found.purchases
    assert bought.customers.tolist() == sorted([anna.pk, bruno.pk])
    place = bought.products.tolist().index(riesling.pk)
    assert bought.product.tolist() == [place, place]
    assert [data.day_of(day) for day in bought.day] == [today - dt.timedelta(days=3), today]
    assert bought.quantity.tolist() == [3, 6]
    assert found.as_of == data.day_number(today) + 1
    catalogue = found.catalogue
    other = bought.products.tolist().index(muscat.pk)
    assert catalogue.names[place] == "Riesling Grand Cru 2021"
    assert (catalogue.price[place], catalogue.price[other]) == (20, 12.5)
    assert catalogue.family[place] != catalogue.family[other]
    words = {kind: list(of[place]) for kind, of in catalogue.words.items() if of[place]}
    assert words == {
        "grapes": ["Riesling"],
        "region": ["Alsace"],
        "category": ["Blanc"],
        "text": ["grand", "riesling"],
    }
    assert catalogue.words["colour"][other] == ["Rouge"]


@pytest.mark.django_db
def test_a_block_keeps_the_order_asked_for_and_knows_only_the_products_of_the_model():
    anna, bruno = make.customer("Anna"), make.customer("Bruno")
    wines = [make.product(name) for name in ("A", "B", "C")]
    day = NOW.date()
    make.sale(anna, wines[0], day)
    make.sale(anna, wines[2], day)
    make.sale(bruno, wines[2], day)
    known = np.array(sorted([wines[0].pk, wines[2].pk, 10**9]), dtype=np.int64)

    found = data.block([bruno.pk, anna.pk], known, day + dt.timedelta(days=1)).purchases
    less = data.block([anna.pk], known[1:], day + dt.timedelta(days=1)).purchases

    assert found.customers.tolist() == [bruno.pk, anna.pk]
    assert list(zip(found.customer.tolist(), found.product.tolist(), strict=True)) == [
        (0, 1),
        (1, 0),
        (1, 1),
    ]
    assert less.product.tolist() == [0]
