"""Deciding about recommendations: what changes, what never does, and who is told why not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from backoffice.core.errors import DomainError
from crm.models import (
    Customer,
    Product,
    Question,
    Recommendation,
    RecommendationRules,
    RefusedProduct,
    StockLevel,
)
from crm.recommendations import workflow
from crm.tests import recommended as make

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = timezone.localdate


@pytest.fixture
def leila() -> User:
    return make.colleague()


@pytest.fixture
def anna() -> Customer:
    return make.customer("Anna Petit")


@pytest.fixture
def wines() -> list[Product]:
    return [make.product(name) for name in ("Riesling", "Pinot", "Sylvaner", "Muscat")]


def refusal(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def place(found: Recommendation, product: Product) -> int:
    return found.products.get(product=product).pk


# --- approve ---


def test_approving_says_who_and_when_and_keeps_one_row_of_feedback(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:2], wines[2:])

    workflow.approve(made.pk, by=leila)

    made.refresh_from_db()
    assert (made.status, made.decided_by) == ("approved", leila)
    assert made.decided_at is not None
    assert make.actions(made) == [("approved", "leila")]


def test_the_second_of_two_is_told_who_was_first(
    anna: Customer, wines: list[Product], leila: User
) -> None:
    made = make.recommendation(anna, wines[:2])
    workflow.approve(made.pk, by=leila)

    error = refusal(lambda: workflow.reject(made.pk, by=make.colleague("omar"), rejection="data"))

    assert error.conflict
    assert error.code == "already_decided"
    assert str(error).startswith("This was already approved by Leila at ")
    assert make.actions(made) == [("approved", "leila")]
