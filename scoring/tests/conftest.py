from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from django.utils import translation

from scoring.engine import tables
from scoring.model import CRMScoringModel
from scoring.training import comparison
from scoring.versions import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from scoring.training.dataset import Dataset

    Rows = NDArray[np.float64]

EXAMPLE: dict[str, list[float]] = {
    "days_since_last_contact": [5],
    "total_contacts": [10],
    "total_spent": [1500.50],
    "emails_sent": [8],
    "emails_opened": [6],
    "website_visits": [15],
    "customer_age_days": [120],
}


@pytest.fixture(autouse=True)
def _in_english(_house_language: None) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def sample() -> Dataset:
    return tables.read_clients(shipped.SAMPLE)


@pytest.fixture(scope="session")
def report(sample: Dataset) -> comparison.Report:
    return comparison.train(sample)


@pytest.fixture(scope="session")
def model(report: comparison.Report) -> CRMScoringModel:
    return CRMScoringModel(report.model)


@pytest.fixture(scope="session")
def strangers() -> Rows:
    """10,000 clients unlike any that was learned from, and the edges of what is allowed."""
    draw = np.random.default_rng(7)
    rows = np.zeros((10_000, 7))
    rows[:, 6] = draw.integers(0, 36_526, 10_000)
    rows[:, 0] = np.floor(rows[:, 6] * draw.random(10_000) ** 3)
    rows[:, 1] = draw.poisson(6, 10_000)
    rows[:, 2] = np.round(draw.lognormal(5, 2, 10_000), 2) * (draw.random(10_000) < 0.7)
    rows[:, 3] = draw.poisson(8, 10_000)
    rows[:, 4] = draw.binomial(rows[:, 3].astype(int), draw.random(10_000))
    rows[:, 5] = draw.poisson(10, 10_000)
    edges = [
        [0, 0, 0, 0, 0, 0, 0],
        [36_525, 1_000_000, 1e9, 1_000_000, 1_000_000, 1_000_000, 36_525],
        [0, 1_000_000, 1e9, 1_000_000, 0, 0, 36_525],
        [36_525, 0, 0.01, 1, 1, 1, 36_525],
    ]
    return np.concatenate([rows, edges])
