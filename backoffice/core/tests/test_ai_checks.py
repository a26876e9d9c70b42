from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core import checks

if TYPE_CHECKING:
    from pytest_django import Settings


def ids() -> list[str]:
    return [str(message.id) for message in checks.run_checks() if str(message.id).startswith("ai.")]


def test_the_defaults_are_sound():
    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("OPENAI_PRICES", [], ["ai.E001"]),
        ("OPENAI_PRICES", {"m": 3}, ["ai.E001"]),
        ("OPENAI_PRICES", {"m": {"inptu": 3}}, ["ai.E001"]),
        ("OPENAI_PRICES", {"m": {"input": "3"}}, ["ai.E001"]),
        ("OPENAI_PRICES", {"m": {"input": -3}}, ["ai.E001"]),
        ("OPENAI_PRICES", {}, []),
        ("OPENAI_PRICES", {"m": {"minute": 0}}, []),
        ("OPENAI_TEMPERATURE", "hot", ["ai.E002"]),
        ("OPENAI_TEMPERATURE", 3, ["ai.E002"]),
        ("OPENAI_TEMPERATURE", 0, []),
        ("OPENAI_TIMEOUT", 90, ["ai.W001"]),
        ("OPENAI_BASE_URL", "http://models.example/v1", ["ai.W002"]),
        ("OPENAI_BASE_URL", "http://ollama:11434/v1", []),
        ("OPENAI_BASE_URL", "http://192.168.1.20:11434/v1", []),
        ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1", []),
    ],
)
def test_wrong_settings_are_told_at_the_start(
    settings: Settings, name: str, value: object, expected: list[str]
):
    settings.OPENAI_API_KEY = "sk-test-0001"
    setattr(settings, name, value)

    assert ids() == expected
