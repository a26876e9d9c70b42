"""Runs of what changed end where a run for everybody would, whatever was edited in between."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from backoffice.core.errors import DomainError
from crm.duplicates import merging
from crm.models import (
    Customer,
    Product,
    Recommendation,
    RecommendationFeedback,
    RecommendationRules,
    RecommendedProduct,
    RefusedProduct,
    Sale,
    StockLevel,
)
from crm.profiles import recompute
from crm.recommendations.deciding import feedback, workflow
from crm.recommendations.making import fingerprints, proposing
from crm.tests import wine_shop as make
from crm.tests.wine_shop import Kind, run

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
Live = dict[int, list[object]]


class Town:
    """A shop whose customers, wines and everything about them are edited at random."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - no secret
        self.person = make.colleague()
        families = ("Blanc", "Rouge", "Mousseux")
        self.wines = [
            make.product(f"Cuvée {number}", category=families[number % 3], list_price=8 + number)
            for number in range(14)
        ]
        for number in range(16):
            owner = make.customer(f"Client {number:02}", consent_email=number % 8 != 7)
            for _ in range(self.random.randrange(0, 9)):
                self.buy(owner)

    def owner(self) -> Customer:
        return self.random.choice(list(Customer.objects.filter(merged_into=None).order_by("pk")))

    def wine(self) -> Product:
        return self.random.choice(self.wines)

    def line(self) -> Sale:
        return self.random.choice(list(Sale.objects.order_by("pk")))

    def waiting(self) -> Recommendation:
        rows = Recommendation.objects.filter(status="pending").order_by("pk")
        return self.random.choice(list(rows))

    def listed(self) -> RecommendedProduct:
        rows = self.waiting().products.filter(rank__isnull=False).order_by("pk")
        return self.random.choice(list(rows))

    def buy(self, owner: Customer | None = None) -> None:
        day = timezone.localdate() - dt.timedelta(days=self.random.randrange(-2, 150))
        for wine in self.random.sample(self.wines, self.random.randrange(1, 4)):
            make.sale(owner or self.owner(), wine, day, quantity=self.random.choice([1, 6]))

    def edit_sale(self) -> None:
        line = self.line()
        line.sold_on -= dt.timedelta(days=self.random.randrange(1, 40))
        line.quantity += 1
        line.save()

    def delete_sale(self) -> None:
        self.line().delete()

    def send_back(self) -> None:
        line = self.line()
        make.sale(line.customer, line.product, timezone.localdate(), -float(line.quantity))

    def stock(self) -> None:
        available = self.random.choice([-3, 0, 0, 5])
        StockLevel.objects.update_or_create(
            product=self.wine(), warehouse="main", defaults={"quantity": available}
        )

    def archive_product(self) -> None:
        wine = self.wine()
        wine.is_active = not wine.is_active
        wine.save()

    def price(self) -> None:
        wine = self.wine()
        wine.list_price = self.random.choice([None, Decimal(3), Decimal(40), Decimal(900)])
        wine.save()

    def consent(self) -> None:
        owner = self.owner()
        owner.consent_email = not owner.consent_email
        owner.save()

    def archive_customer(self) -> None:
        owner = self.owner()
        owner.archived_at = None if owner.archived_at else timezone.now()
        owner.save()

    def refuse(self) -> None:
        RefusedProduct.objects.get_or_create(customer=self.owner(), product=self.wine())

    def allow(self) -> None:
        RefusedProduct.objects.filter(customer=self.owner()).delete()

    def rate(self) -> None:
        listed = self.listed()
        RecommendationFeedback.objects.create(
            recommendation=listed.recommendation,
            product=self.random.choice([listed.product, None]),
            action="rated",
            rating=self.random.randrange(1, 6),
        )

    def rules(self) -> None:
        RecommendationRules.objects.update_or_create(
            pk=1,
            defaults={
                "price_factor": self.random.choice([None, 1, 3]),
                "bought_within_days": self.random.choice([10, 30]),
                "families": self.random.choice([1, 2, 3]),
                "top": self.random.choice([2, 4, 10]),
            },
        )

    def approve(self) -> None:
        with suppress(DomainError):
            workflow.approve(self.waiting().pk, by=self.person)

    def reject(self) -> None:
        workflow.reject(self.waiting().pk, by=self.person, rejection="products")

    def profiles(self) -> None:
        recompute.recompute()

    def newcomer(self) -> None:
        make.customer("Nora New", consent_email=True)

    def merge(self) -> None:
        one, other = self.owner(), self.owner()
        if one != other:
            merging.merge(one.pk, other.pk, by=None)


EDITS: list[Callable[[Town], None]] = [
    Town.buy, Town.edit_sale, Town.delete_sale, Town.send_back, Town.stock, Town.stock,
    Town.archive_product, Town.price, Town.consent, Town.archive_customer, Town.refuse,
    Town.allow, Town.rate, Town.rules, Town.approve, Town.reject, Town.profiles, Town.newcomer,
    Town.merge,
]  # fmt: skip


def live() -> Live:
    """By customer what waits for a decision, and all that it says."""
    found: Live = {}
    head = ("customer", "confidence", "segment", "repeat_algorithm", "new_algorithm")
    for pk, owner, *told in Recommendation.objects.filter(status="pending").values_list(
        "pk", *head
    ):
        places = RecommendedProduct.objects.filter(recommendation=pk).order_by("question", "rank")
        columns = ("question", "rank", "product", "algorithm", "score", "price", "evidence")
        found[owner] = [told, *places.values_list(*columns)]
    return found


def made_for_everybody() -> Live:
    before = transaction.savepoint()
    run(Kind.FULL)
    found = live()
    transaction.savepoint_rollback(before)
    return found


@pytest.mark.parametrize(("seed", "most_watched"), [(1, 50), (3, 1)])
def test_what_changed_is_made_as_if_everybody_were(
    seed: int, most_watched: int, monkeypatch: pytest.MonkeyPatch
):
    # What was learnt, of opinions too, stays the same: that alone makes nobody anew.
    monkeypatch.setattr(fingerprints, "of_lessons", lambda _lessons: "")
    monkeypatch.setattr(feedback, "weights", lambda _question: {})
    monkeypatch.setattr(proposing, "MOST_WATCHED", most_watched)
    with time_machine.travel(NOW, tick=False):
        town = Town(seed)
        run(Kind.FULL)
        for _ in range(7):
            edits = town.random.sample(EDITS, 2)
            for edit in edits:
                edit(town)
            run()
            expected, found = made_for_everybody(), live()
            others = {key for key in expected if found.get(key) != expected[key]}
            assert (edits, others, found.keys()) == (edits, set(), expected.keys())
            assert run().made == 0


def test_what_becomes_due_makes_its_customer_anew():
    with time_machine.travel(NOW, tick=False) as clock:
        owners, wines = make.shop()
        # Each 50 days, longer than the pause of 30: due in ten days.
        for ago in (40, 90, 140):
            make.sale(owners[0], wines[5], NOW.date() - dt.timedelta(days=ago))
        Sale.objects.exclude(customer=owners[0], product=wines[5]).filter(
            customer=owners[0]
        ).delete()
        Sale.objects.exclude(customer=owners[0]).update(sold_on=NOW.date() - dt.timedelta(days=60))
        run(Kind.FULL)
        made = []
        for _ in range(12):
            clock.shift(dt.timedelta(days=1))
            made.append(run().made)

    # As of the evening of the 50th day.
    assert made == [0] * 8 + [1] + [0] * 3
    told = RecommendedProduct.objects.get(
        recommendation__customer=owners[0], recommendation__status="pending", product=wines[5]
    )
    assert {"code": "due", "since": "2026-12-01"} in told.evidence
