from __future__ import annotations

import base64
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from backoffice.core import ai
from backoffice.core.models import AiCall
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.openai import COMPLETIONS, completion, openai_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n"


class Line(BaseModel):
    product: str
    quantity: float
    unit_price: float | None


class Order(BaseModel):
    is_order: bool
    delivery_date: str | None
    lines: list[Line]


@pytest.fixture
def server(settings: Settings) -> Iterator[FixtureServer]:
    with openai_server(settings) as server:
        yield server


def ask_for_order() -> Order:
    return ai.structured(
        Order,
        purpose="orders.extraction",
        instructions="Read the order.",
        parts=[ai.TextPart("5000 sachets fond plat")],
    )


def outcomes() -> list[tuple[str, str]]:
    return list(AiCall.objects.order_by("pk").values_list("outcome", "detail"))


def test_structured_returns_the_schema_and_records_the_call(server: FixtureServer):
    order = ask_for_order()

    assert [(line.product, line.quantity) for line in order.lines] == [
        ("Sachets fond plat", 5000),
        ("Sac fond carré avec poignées torsadées", 2000),
    ]
    call = AiCall.objects.get()
    assert (call.purpose, call.model, call.outcome) == ("orders.extraction", "gpt-6-luna", "ok")
    assert (call.input_tokens, call.cached_tokens, call.output_tokens) == (412, 0, 96)
    # 412 x $0.10 + 96 x $0.50, per million
    assert call.cost_usd == Decimal("0.000089")
    assert call.request_id == "req_test0000000000000000000000000001"
    assert call.detail == ""


def test_structured_sends_a_strict_schema_and_keeps_message_and_instructions_apart(
    server: FixtureServer,
):
    ask_for_order()

    (request,) = server.requests
    sent = request.json()
    assert request.headers["authorization"] == "Bearer sk-test-0001"
    assert sorted(sent) == ["messages", "model", "reasoning_effort", "response_format"]
    assert sent["reasoning_effort"] == "none"
    assert sent["messages"] == [
        {"role": "system", "content": "Read the order."},
        {"role": "user", "content": [{"type": "text", "text": "5000 sachets fond plat"}]},
    ]
    asked = sent["response_format"]["json_schema"]
    assert (asked["name"], asked["strict"]) == ("Order", True)
    assert asked["schema"]["required"] == ["is_order", "delivery_date", "lines"]
    assert asked["schema"]["additionalProperties"] is False


def test_temperature_and_effort_are_sent_only_when_set(server: FixtureServer, settings: Settings):
    settings.OPENAI_REASONING_EFFORT = ""
    settings.OPENAI_TEMPERATURE = 0.0

    ask_for_order()

    sent = server.requests[0].json()
    assert sent["temperature"] == 0
    assert "reasoning_effort" not in sent


@pytest.mark.parametrize(
    ("fixture", "error", "outcome", "detail"),
    [
        ("chat_refusal", ai.AiRefused, "refused", "refusal"),
        ("chat_content_filter", ai.AiRefused, "refused", "content_filter"),
        ("chat_length_truncated", ai.AiTruncated, "truncated", "length"),
        ("chat_length_empty_all_reasoning", ai.AiTruncated, "truncated", "length"),
        ("chat_schema_violation", ai.AiInvalidAnswer, "invalid", "bool_parsing at is_order"),
        ("chat_plain_reply", ai.AiInvalidAnswer, "invalid", "json_invalid at the top"),
    ],
)
def test_useless_answers_are_told_apart_and_paid_for(
    server: FixtureServer, fixture: str, error: type[ai.AiError], outcome: str, detail: str
):
    server.answers("POST", COMPLETIONS, fixture)

    with pytest.raises(error) as caught:
        ask_for_order()

    assert type(caught.value) is error
    call = AiCall.objects.get()
    assert (call.outcome, call.detail) == (outcome, detail)
    assert call.input_tokens > 0
    assert call.cost_usd > 0
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>gateway</html>", {"Content-Type": "text/html"}),
        Answer(200, b'{"choices": [', {"Content-Type": "application/json"}),
        Answer.json({"object": "chat.completion", "choices": []}),
        Answer.json(["not", "a", "completion"]),
        Answer.json({}),
        Answer(200, b"", {"Content-Type": "application/json"}),
    ],
)
def test_an_answer_that_is_no_completion_is_invalid(server: FixtureServer, answer: Answer):
    server.answers("POST", COMPLETIONS, answer)

    with pytest.raises(ai.AiInvalidAnswer):
        ask_for_order()

    assert [outcome for outcome, _ in outcomes()] == ["invalid"]


def test_invalid_answers_leave_no_content_in_the_error(server: FixtureServer):
    server.answers("POST", COMPLETIONS, completion('{"is_order": "Karim Bennani"}'))

    with pytest.raises(ai.AiInvalidAnswer) as caught:
        ask_for_order()

    assert "Karim" not in f"{caught.value} {caught.value.code} {caught.value.__cause__}"
    assert "Karim" not in AiCall.objects.get().detail


def test_chat_returns_plain_text(server: FixtureServer):
    server.answers("POST", COMPLETIONS, completion("  Bonjour Karim,\nmerci. "))

    text = ai.chat(purpose="support.draft", instructions="Answer.", parts=[ai.TextPart("Salam")])

    assert text == "Bonjour Karim,\nmerci."


def test_chat_does_not_return_an_empty_answer(server: FixtureServer):
    server.answers("POST", COMPLETIONS, completion(" \n"))

    with pytest.raises(ai.AiInvalidAnswer):
        ai.chat(purpose="support.draft", instructions="Answer.", parts=[ai.TextPart("Salam")])


def test_read_images_sends_every_page_to_the_vision_model(
    server: FixtureServer, settings: Settings
):
    settings.OPENAI_VISION_MODEL = "gpt-eyes"
    server.answers("POST", COMPLETIONS, completion("Désignation | Qté\nSachets | 5 000\n"))

    text = ai.read_images([PNG, PNG + b"2"], purpose="documents.vision", mime="image/png")

    assert text == "Désignation | Qté\nSachets | 5 000"
    sent = server.requests[0].json()
    assert sent["model"] == "gpt-eyes"
    assert [part["image_url"]["url"] for part in sent["messages"][1]["content"]] == [
        f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in (PNG, PNG + b"2")
    ]


def test_read_images_of_an_empty_page_is_empty(server: FixtureServer):
    server.answers("POST", COMPLETIONS, completion(""))

    assert ai.read_images([PNG], purpose="documents.vision", mime="image/png") == ""


def test_files_are_sent_as_data_urls(server: FixtureServer):
    part = ai.FilePart(b"%PDF-", "application/pdf", "bon.pdf")

    ai.chat(purpose="documents.pdf", instructions="Read.", parts=[part])

    assert server.requests[0].json()["messages"][1]["content"] == [
        {
            "type": "file",
            "file": {"filename": "bon.pdf", "file_data": "data:application/pdf;base64,JVBERi0="},
        }
    ]
