"""Versions of the model: kept, compared with the one in use, put to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scoring.models import LeadTouch, ScoringModel
from scoring.versions import active, keeping, shipped
from scoring.versions.keeping import Origin

if TYPE_CHECKING:
    from scoring.training.comparison import Report

pytestmark = pytest.mark.django_db

CLIENTS = Origin(ScoringModel.Source.CLIENTS, "clients.csv")


def test_shipped_model_becomes_a_version_once():
    first = keeping.in_use()
    assert keeping.in_use() == first
    assert ScoringModel.objects.count() == 1
    assert (first.source, first.kind, first.is_active) == ("shipped", "forest", True)
    assert active.about()["version"] == f"v{first.pk}"
    assert active.model().chances is not None
    assert first.report["champion"]["model"] == "forest"
    assert sum(first.reference["rfm"]["shares"]) == pytest.approx(1)
    # Nobody was scored by another one.
    assert LeadTouch.objects.count() == 0


def test_what_answers_alike_is_one_version(report: Report):
    assert keeping.keep(report, CLIENTS) == keeping.keep(report, CLIENTS)
    assert shipped.model().kind == "forest"
