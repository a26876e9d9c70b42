from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn import metrics

from backoffice.core.errors import DomainError
from scoring.engine import clients
from scoring.model import CRMScoringModel
from scoring.training import comparison, dataset, figures, fitting, leaks
from scoring.training.candidates import CANDIDATES, LOGISTIC
from scoring.training.dataset import Dataset
from scoring.versions import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from django.conf import LazySettings

    from scoring.tests.conftest import Rows
    from scoring.training.comparison import Report


OPTIMUM = 0.826


def test_sample_comes_near_the_optimum(report: Report):
    assert abs(report.chosen.test.measures["auc"].value - OPTIMUM) <= 0.02
    assert report.split == "stratified"
    assert report.warnings == ()
    assert [one.kind for one in report.contenders] == ["forest", "logistic", "boosting"]


def test_chances_come_true(report: Report):
    for one in report.contenders:
        assert one.test.error < 0.05
    table = report.chosen.test.calibration
    assert sum(one.clients for one in table) == report.chosen.test.clients
    assert table[-1].came > 5 * table[0].came


def test_intervals_hold_the_value(report: Report):
    for one in report.chosen.test.measures.values():
        assert one.low < one.value < one.high


def test_figures_equal_those_of_scikit_learn():
    draw = np.random.default_rng(1)
    bought = draw.integers(0, 2, 500)
    chances = np.round(np.clip(0.3 * bought + draw.random(500), 0.01, 0.99), 2).astype(np.float64)
    measured = {name: one.value for name, one in figures.measure(chances, bought).measures.items()}
    assert measured.pop("lift_at_10") == pytest.approx(
        bought[np.argsort(-chances)[:50]].mean() / bought.mean(), abs=0.2
    )
    assert measured == pytest.approx(
        {
            "auc": metrics.roc_auc_score(bought, chances),
            "pr_auc": metrics.average_precision_score(bought, chances),
            "brier": metrics.brier_score_loss(bought, chances),
            "log_loss": metrics.log_loss(bought, chances),
        }
    )


def test_training_twice_gives_the_same_model(sample: Dataset):
    logistic = next(one for one in CANDIDATES if one.kind == LOGISTIC)
    first, second = (fitting.fit(logistic, sample).model for _ in range(2))
    assert np.array_equal(first.chances(sample.features), second.chances(sample.features))


def test_column_that_gives_the_outcome_away_is_told(sample: Dataset):
    rows = sample.clients.copy()
    # Visits were counted after the purchase: none, or three, only for those who bought.
    rows[:, 5] = np.where(sample.bought == 1, 3, rows[:, 5] + 4)
    found = list(leaks.warnings(Dataset(rows, sample.bought)))
    assert len(found) == 1
    assert found[0].startswith("The column website_visits nearly tells by itself who bought (AUC")


def test_too_few_outcomes_are_refused(sample: Dataset):
    few = np.concatenate([np.flatnonzero(sample.bought)[:20], np.flatnonzero(1 - sample.bought)])
    with pytest.raises(
        DomainError,
        match=r"^20 customers bought and \d+ did not: learning needs 60 of either\. Give more",
    ):
        dataset.divide(sample.at(few))


def test_figures_that_say_nothing_are_called_a_guess(sample: Dataset):
    mixed = np.random.default_rng(5).permutation(sample.bought[:600])
    report = comparison.train(Dataset(sample.clients[:600], mixed))
    assert report.is_guess
    assert report.warnings[0].startswith("These figures say next to nothing about who buys (AUC 0.")
    # Nobody is told that they are far from the average.
    assert np.ptp(report.model.chances(sample.features)) < 0.2


def test_seasons_are_told(sample: Dataset):
    moments = np.repeat([1, 2, 3, 4], len(sample) // 4)
    bought = np.where(moments == 2, 0, sample.bought)
    report = comparison.train(Dataset(sample.clients, bought, moments), ways=CANDIDATES[1:2])
    assert len(report.warnings) == 1
    assert report.warnings[0].startswith("From 0 % to 2")


def test_time_divides_where_rows_have_moments(sample: Dataset):
    moments = np.arange(len(sample)) // 100
    split = dataset.divide(Dataset(sample.clients, sample.bought, moments))
    assert split.kind == "temporal"
    assert split.learn.moments is not None
    assert split.test.moments is not None
    assert split.learn.moments.max() < split.test.moments.min()
    assert len(split.learn) + len(split.test) == len(sample)


def test_rows_of_one_moment_are_divided_by_lot(sample: Dataset):
    split = dataset.divide(Dataset(sample.clients, sample.bought, np.ones(len(sample), dtype=int)))
    assert split.kind == "stratified"
    assert split.learn.base_rate == pytest.approx(split.test.base_rate, abs=0.002)


def test_outcomes_are_checked(sample: Dataset):
    table = {name: sample.clients[:2, place] for place, name in enumerate(clients.NAMES)}
    with pytest.raises(DomainError, match=r"^Give the outcomes, or a column converted\.$"):
        CRMScoringModel().train(table)
    with pytest.raises(DomainError, match="There are 2 clients, but 1 outcomes"):
        CRMScoringModel().train(table, [1])
    with pytest.raises(DomainError, match=r"^Row 2: converted is “2”. Give 1 for a purchase"):
        CRMScoringModel().train(table, [1, 2])


def test_untrained_model_says_so():
    with pytest.raises(DomainError, match="No model is there yet"):
        CRMScoringModel().predict_score(np.ones((1, 7)))


def test_shipped_model_is_kept_and_read_again(
    model: CRMScoringModel, settings: LazySettings, tmp_path: Path, strangers: Rows
):
    settings.DATA_DIR = tmp_path
    path = shipped.folder() / f"shipped-{shipped.fingerprint()}.npz"
    model.save_model(path)
    before = path.stat().st_mtime_ns
    kept = CRMScoringModel().load_model()
    assert path.stat().st_mtime_ns == before
    assert kept.compiled.score_of_one(strangers[0]) == model.compiled.score_of_one(strangers[0])
