"""What the tests of the support desk share: the classifier, trained once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.understanding import stored

if TYPE_CHECKING:
    from pytest_django import Settings

    from support.understanding.classifier import TrainedClassifier


@pytest.fixture(scope="session")
def classifier() -> TrainedClassifier:
    return stored.active()


@pytest.fixture
def outgoing_mail(settings: Settings) -> None:
    """A mail server is named; nothing is sent there."""
    settings.EMAIL_HOST = "smtp.example"
