"""OpenAI as a server on loopback, with the settings that lead to it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from backoffice.testing.http import Answer, FixtureServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

_DATA = Path(__file__).resolve().parent.parent / "core" / "tests" / "data" / "openai"
COMPLETIONS = "/v1/chat/completions"
TRANSCRIPTIONS = "/v1/audio/transcriptions"
EMBEDDINGS = "/v1/embeddings"


@contextmanager
def openai_server(settings: Settings) -> Iterator[FixtureServer]:
    """Make the back office use a server that answers with the files of ``core/tests/data/openai``.

    ``settings`` is pytest-django's fixture. Tests need the database for the
    ledger and the breaker.
    """
    with FixtureServer(_DATA) as server:
        settings.LOCAL_ONLY = False
        settings.OPENAI_API_KEY = "sk-test-0001"
        settings.OPENAI_BASE_URL = f"{server.url}/v1"
        settings.OPENAI_TIMEOUT = 10
        yield server


def completion(content: str, **usage: int) -> Answer:
    """A chat completion that says ``content``."""
    message = {"role": "assistant", "content": content, "refusal": None}
    return Answer.json(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1795161600,
            "model": "gpt-6-luna",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, **usage},
        }
    )
