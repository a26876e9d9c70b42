"""Versions of the model for tests that can be loaded: the shipped one with other chances."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from scoring.engine import artifact
from scoring.models import ScoringModel
from scoring.versions import keeping, shipped

# What training wrote of a model, as `Report.as_json` has it.
REPORT: dict[str, Any] = {
    "model": "forest",
    "split": "temporal",
    "learned": 1499,
    "clients": 501,
    "base_rate": 0.2275,
    "auc": 0.8351,
    "log_loss": 0.3953,
    "lift_at_10": 2.9912,
    "intervals": {"auc": [0.7955, 0.8731], "log_loss": [0.36, 0.43], "lift_at_10": [2.456, 3.684]},
    "calibration_error": 0.028,
    "calibration": [
        {"clients": 250, "foretold": 0.1, "came": 0.12},
        {"clients": 251, "foretold": 0.4, "came": 0.34},
    ],
    "importance": {"recency": 0.7, "rfm": 0.3},
    "champion": {"model": "forest", "auc": 0.8351, "validation": {"log_loss": 0.3911}},
    "challengers": [
        {
            "model": "logistic",
            "auc": 0.835,
            "validation": {"log_loss": 0.3944},
            "gain_on_champion": {"log_loss": [-0.001, -0.02, 0.019]},
        }
    ],
    "warnings": ["The column “website_visits” tells the outcome nearly alone."],
}


def version(shift: float = 1.0, **values: Any) -> ScoringModel:
    """A version beside the shipped one, which is in use; ``shift`` moves its log-odds."""
    keeping.in_use()
    shipped_one = shipped.model()
    calibration = shipped_one.calibration
    moved = replace(calibration, shift=calibration.shift + shift)
    data = artifact.to_bytes(replace(shipped_one, calibration=moved))
    given: dict[str, Any] = {"kind": "forest", "source": "clients", "source_name": "ours.csv"}
    given |= {"report": REPORT, "artifact": data, "sha256": hashlib.sha256(data).hexdigest()}
    return ScoringModel.objects.create(**{**given, **values})
