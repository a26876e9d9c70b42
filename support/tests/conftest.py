"""What the tests of the support desk share: the classifier, trained once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.understanding import stored

if TYPE_CHECKING:
    from support.understanding.classifier import TrainedClassifier


@pytest.fixture(scope="session")
def classifier() -> TrainedClassifier:
    return stored.active()
