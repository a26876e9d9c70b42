from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from backoffice.core import ai
from backoffice.core.models import AiCall
from backoffice.testing.http import Answer, FixtureServer, Request
from backoffice.testing.openai import EMBEDDINGS, openai_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[FixtureServer]:
    with openai_server(settings) as server:
        yield server


@pytest.mark.parametrize(
    "fixture",
    ["embeddings_float_256", "embeddings_base64_256", "embeddings_float_256_shuffled_index"],
)
def test_vectors_come_in_the_order_of_the_texts(
    server: FixtureServer, settings: Settings, fixture: str
):
    settings.OPENAI_EMBEDDING_DIMENSIONS = 256
    server.answers("POST", EMBEDDINGS, fixture)

    first, second = ai.embed(["Rolex Submariner", "Omega Speedmaster"], purpose="listings")

    assert (len(first), len(second)) == (256, 256)
    assert first[:2] == pytest.approx([-0.0158163, 0.03161225], abs=1e-6)
    assert second[:2] == pytest.approx([0.11059246, 0.00273313], abs=1e-6)
    sent = server.requests[0].json()
    assert (sent["model"], sent["dimensions"]) == ("text-embedding-3-small", 256)
    assert sent["input"] == ["Rolex Submariner", "Omega Speedmaster"]
    call = AiCall.objects.get()
    assert (call.input_tokens, call.cost_usd) == (23, Decimal("0.000000"))


def test_many_texts_go_in_batches(server: FixtureServer, settings: Settings):
    settings.OPENAI_EMBEDDING_DIMENSIONS = 0

    def lengths(request: Request) -> Answer:
        texts = request.json()["input"]
        rows = [
            {"object": "embedding", "index": index, "embedding": [float(text)]}
            for index, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return Answer.json({"object": "list", "model": "m", "data": rows[::-1], "usage": usage})

    server.answers("POST", EMBEDDINGS, lengths)

    vectors = ai.embed([str(number) for number in range(70)], purpose="listings")

    assert vectors == [[float(number)] for number in range(70)]
    assert [len(request.json()["input"]) for request in server.requests] == [30, 30, 10]
    assert "dimensions" not in server.requests[0].json()


def test_long_and_empty_texts_do_not_spoil_the_batch(server: FixtureServer):
    ai.embed(["م" * 20_000, "  "], purpose="listings")

    assert server.requests[0].json()["input"] == ["م" * 8_000, "-"]


def test_no_text_is_no_request(server: FixtureServer):
    assert ai.embed([], purpose="listings") == []
    assert server.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer.json({"object": "list", "data": []}),
        Answer.json({"object": "list", "data": [{"index": 0, "embedding": "?not base64?"}]}),
        Answer.json({}),
        Answer(200, b"<html>", {"Content-Type": "text/html"}),
    ],
)
def test_an_answer_that_does_not_fit_is_invalid(server: FixtureServer, answer: Answer):
    server.answers("POST", EMBEDDINGS, answer)

    with pytest.raises(ai.AiInvalidAnswer):
        ai.embed(["a", "b"], purpose="listings")

    assert AiCall.objects.get().outcome == "invalid"
