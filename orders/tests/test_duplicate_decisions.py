"""What staff decide about an order that was sent twice, and who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.messaging.models import OutboundMessage
from orders import workflow
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from pytest_django import Settings

    from orders.models import Order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def salma():
    return make.clerk()


def events(order: Order) -> list[tuple[str, str | None]]:
    return [*order.events.values_list("kind", "actor__username")]


def test_duplicate_cannot_be_validated_until_somebody_says_both_are_wanted(salma: User):
    first = make.order_with_line()
    second = make.order_with_line(duplicate_of=first)

    with pytest.raises(DomainError) as refused:
        workflow.validate(second.pk, by=salma)
    assert (refused.value.code, refused.value.value) == ("duplicate", first.number)

    workflow.keep_both(second.pk, by=salma)
    workflow.validate(second.pk, by=salma)
    assert events(second) == [("edited", "salma"), ("validated", "salma"), ("notified", None)]


def test_duplicate_is_put_away_without_a_word_to_the_customer(salma: User):
    first = make.order_with_line()
    second, third = (make.order_with_line(duplicate_of=first) for _copy in range(2))

    workflow.reject_duplicate(second.pk, by=salma)
    workflow.reject(third.pk, by=salma, reason="deux fois")

    for order in (second, third):
        assert events(order) == [("rejected", "salma"), ("notified", None)]
        assert order.events.get(kind="notified").note == (
            f"The customer was not told: copy of {first.number}."
        )

    second.refresh_from_db()
    assert (second.status, second.rejection_reason) == (
        "rejected",
        f"Duplicate of {first.number}.",
    )
    assert not OutboundMessage.objects.exists()


def test_rejected_copy_of_a_rejected_order_is_answered(salma: User):
    first = make.order_with_line()
    second, third = (make.order_with_line(duplicate_of=first) for _copy in range(2))
    workflow.reject(first.pk, by=salma, reason="illisible")
    OutboundMessage.objects.all().delete()

    workflow.reject(second.pk, by=salma, reason="toujours illisible")
    workflow.reject_duplicate(third.pk, by=salma)

    told = OutboundMessage.objects.get()
    assert (told.about, "toujours illisible" in told.body) == (second, True)
    assert third.events.get(kind="notified").note.startswith("The customer was not told")


def test_duplicate_of_a_rejected_order_may_be_validated(salma: User):
    first = make.order_with_line()
    second = make.order_with_line(duplicate_of=first)
    workflow.reject(first.pk, by=salma, reason="illisible")

    assert workflow.validate(second.pk, by=salma).status == "validated"
