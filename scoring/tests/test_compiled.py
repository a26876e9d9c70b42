from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from scoring.engine import features, scale
from scoring.engine.compiled import SUREST
from scoring.tests.conftest import EXAMPLE
from scoring.training import fitting
from scoring.training.candidates import CANDIDATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scoring.model import CRMScoringModel
    from scoring.tests.conftest import Rows
    from scoring.training.dataset import Dataset
    from scoring.training.fitting import Fitted


@pytest.fixture(scope="module", params=CANDIDATES, ids=lambda one: one.kind)
def fitted(request: pytest.FixtureRequest, sample: Dataset):
    return fitting.fit(request.param, sample)


def chances(fitted: Fitted, rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return what scikit-learn says; its threads only hinder one another in a test."""
    with threadpool_limits(1):
        both: NDArray[np.float64] = fitted.estimator.predict_proba(rows)
    return both[:, 1]


def test_chances_equal_those_of_scikit_learn(fitted: Fitted, strangers: Rows):
    rows = features.of_clients(strangers)
    theirs = chances(fitted, rows)
    raw = np.clip(theirs, SUREST, 1 - SUREST)
    calibration = fitted.model.calibration
    log_odds = calibration.slope * np.log(raw / (1 - raw)) + calibration.shift
    assert fitted.model.chances(rows) == pytest.approx(1 / (1 + np.exp(-log_odds)), abs=1e-6)
    kernel = fitted.model.kernel.margins(rows)
    plain = kernel if calibration.is_chance else 1 / (1 + np.exp(-kernel))
    assert plain == pytest.approx(theirs, abs=1e-6)


def test_value_on_a_threshold_goes_the_way_of_scikit_learn(fitted: Fitted, sample: Dataset):
    rows = sample.features[:50].copy()
    cuts = getattr(fitted.model.kernel, "threshold", np.array([5.0, 80.0]))
    places = getattr(fitted.model.kernel, "feature", np.array([0, 1]))
    asked = np.flatnonzero(places >= 0)[:50]
    for row, node in zip(rows, asked, strict=False):
        row[places[node]] = np.float32(cuts[node])
    kernel = fitted.model.kernel.margins(rows)
    plain = kernel if fitted.model.calibration.is_chance else 1 / (1 + np.exp(-kernel))
    assert plain == pytest.approx(chances(fitted, rows), abs=1e-9)


def test_one_client_scores_as_in_a_batch(fitted: Fitted, strangers: Rows):
    batch = fitted.model.scores(features.of_clients(strangers[-300:])).tolist()
    assert [fitted.model.score_of_one(row) for row in strangers[-300:].tolist()] == batch


def test_contributions_sum_to_the_score(fitted: Fitted, strangers: Rows):
    rows = features.of_clients(strangers[-2000:])
    explained = fitted.model.explain(rows)
    exact = scale.points(fitted.model.log_odds(rows), fitted.model.calibration.average)
    sums = [one.base + sum(one.contributions.values()) for one in explained]
    assert sums == pytest.approx(exact, abs=1e-6)
    assert [one.score for one in explained] == scale.rounded(exact).tolist()


def test_contributions_keep_the_signs_and_proportions_of_the_paths(fitted: Fitted, sample: Dataset):
    rows = sample.features[:200]
    paths = fitted.model.kernel.contributions(rows)
    assert fitted.model.kernel.base + paths.sum(axis=1) == pytest.approx(
        fitted.model.kernel.margins(rows), abs=1e-9
    )
    shown = np.array([list(one.contributions.values()) for one in fitted.model.explain(rows)])
    assert (shown * paths >= 0).all()
    assert shown * np.abs(paths).sum(axis=1, keepdims=True) == pytest.approx(
        paths * np.abs(shown).sum(axis=1, keepdims=True), abs=1e-6
    )


def test_score_never_falls_where_the_chance_rises(fitted: Fitted, strangers: Rows):
    rows = features.of_clients(strangers)
    order = np.argsort(fitted.model.chances(rows), kind="stable")
    scores = fitted.model.scores(rows)[order]
    assert (np.diff(scores) >= 0).all()
    assert scores[0] >= 0
    assert scores[-1] <= 100


def test_segments_begin_at_the_average_and_at_three_times_its_odds():
    average = scale.logit(0.2)
    exact = scale.points(average + np.log([1.0, 3.0]), average)
    assert exact == pytest.approx([40, 70])
    assert [scale.segment(score) for score in (0, 39, 40, 69, 70, 100)] == [
        *("Cold", "Cold", "Warm", "Warm", "Hot", "Hot")
    ]


def test_example_is_hot_and_says_why(model: CRMScoringModel):
    made = model.create_features(EXAMPLE)
    (score,) = model.predict_score(made)
    assert model.predict_segment([score]) == ["Hot"]
    (reasons,) = model.reasons(made)
    assert len(reasons) == 3
    assert "score" in reasons[0]


def test_hot_clients_buy_most_and_cold_least(model: CRMScoringModel, sample: Dataset):
    segments = np.array(model.predict_segment(model.compiled.scores(sample.features)))
    hot, warm, cold = (sample.bought[segments == one].mean() for one in ("Hot", "Warm", "Cold"))
    assert hot > 2 * sample.bought.mean() > 2 * cold
    assert hot > warm > cold


def test_importance_sums_to_one_the_greatest_first(model: CRMScoringModel):
    importance = model.get_feature_importance()
    assert set(importance) == set(features.NAMES)
    assert sum(importance.values()) == pytest.approx(1)
    assert list(importance.values()) == sorted(importance.values(), reverse=True)
