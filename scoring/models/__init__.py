"""Versions of the model, our customers' scores, and how both came to be."""

from __future__ import annotations

from scoring.models.lead import LeadScore, ScorePoint, SegmentChange
from scoring.models.outcome import ScoreOutcome
from scoring.models.run import LeadTouch, ScoreDay, ScoringRun
from scoring.models.subscriber import DigestSubscriber
from scoring.models.version import ModelTraining, ScoringModel

__all__ = [
    "DigestSubscriber",
    "LeadScore",
    "LeadTouch",
    "ModelTraining",
    "ScoreDay",
    "ScoreOutcome",
    "ScorePoint",
    "ScoringModel",
    "ScoringRun",
    "SegmentChange",
]
