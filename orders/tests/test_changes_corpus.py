"""How many unlike messages about orders there are become what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.utils import translation

from orders import extraction
from orders.tests import change_messages as corpus
from orders.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from orders.tests.change_messages import Answer


@pytest.fixture(autouse=True)
def english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    settings.OPENAI_API_KEY = ""
    with translation.override("en"):
        yield


def answers(name: str) -> Iterator[tuple[dict[str, Any], Answer]]:
    """Each message of a file beside the orders of its world, which see no other message."""
    make.all_products()
    make.message_templates()
    for one in corpus.labelled(name):
        with transaction.atomic():
            yield one, corpus.received(one)
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_changes_asked_for_become_requests_for_the_order_meant():
    both = list(answers("changes"))

    seen = [one["id"] for one, got in both if got.kind == one["kind"] and got.order == one["order"]]
    whole = [
        one["id"]
        for one, got in both
        if (got.kind, got.order, list(got.changes)) == (one["kind"], one["order"], one["changes"])
    ]
    new = [got for _one, got in both if got.orders]
    assert len(seen) / len(both) >= 0.97
    assert len(whole) / len(both) >= 0.96
    # What is taken for an order says that it may correct the one that waits.
    assert (len(new) <= 2, all(got.warned for got in new)) == (True, True)


@pytest.mark.django_db
def test_messages_that_only_sound_like_changes_change_nothing():
    both = list(answers("none"))

    assert [one["id"] for one, got in both if got.kind] == []
    assert sum(got.orders == one["orders"] for one, got in both) / len(both) >= 0.9


def test_several_orders_are_told_from_one():
    found = [(one, _orders(one)) for one in corpus.labelled("several")]

    split = [(one, got) for one, got in found if "-s" in one["id"]]
    assert sum(got == one["orders"] for one, got in split) / len(split) > 0.94
    assert [one["id"] for one, got in found if "-o" in one["id"] and len(got) != 1] == []


def _orders(one: dict[str, Any]) -> list[list[str]]:
    readings = extraction.read(corpus.content({"channel": "email", **one}))
    return [
        [
            f"{corpus.SHORT.get(line.product.value or '', '?')} {line.quantity.value}"
            for line in reading.lines
        ]
        for reading in readings
    ]
