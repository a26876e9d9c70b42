"""The demo's wine estate: synced, with rows to mend, and only where nobody works yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from crm import demo
from crm.models import (
    Customer,
    DataSource,
    Recommendation,
    RecommendationModel,
    RecommendedProduct,
    Sale,
    StagedRow,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_an_estate_is_synced_with_rows_to_mend_and_customers_twice():
    with translation.override("en"):
        sentence = demo.load()

    source = DataSource.objects.get()
    run = source.runs.get()
    assert (run.status, [row.status for row in run.table_runs.all()]) == ("done", ["done"] * 4)
    assert sentence.startswith("Wine estate: ")
    assert Sale.objects.filter(source=source.slug).count() > 400
    assert 5 < StagedRow.objects.count() < 30
    assert Customer.objects.filter(name__icontains="de la tournelle").count() > 3
    # To review, approved, rejected, and one that was used and bought.
    found = Recommendation.objects.values_list("status", flat=True)
    assert {status: list(found).count(status) for status in ("approved", "rejected")} == {
        "approved": 3,
        "rejected": 2,
    }
    assert list(found).count("pending") > 20
    assert Recommendation.objects.filter(bought_on__isnull=False, status="approved").count() == 1

    _look_credible()

    demo.load()
    assert DataSource.objects.count() == 1


def _look_credible() -> None:
    """Priced in euros, each with a reason; customers who are told apart, and algorithms too."""
    shown = RecommendedProduct.objects.filter(rank__isnull=False)
    assert set(shown.values_list("currency", flat=True)) == {"EUR"}
    assert not shown.filter(evidence=[]).exists()
    assert len(set(Recommendation.objects.values_list("confidence", flat=True))) > 10
    measured = RecommendationModel.objects.get().evaluation["questions"]
    assert all(question["customers"] > 40 for question in measured.values())


def test_a_database_with_a_real_customer_is_left_alone():
    Customer.objects.create(company="Real")

    demo.load()

    assert not DataSource.objects.exists()
