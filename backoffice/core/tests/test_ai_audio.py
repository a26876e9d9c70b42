from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from backoffice.core import ai
from backoffice.core.models import AiCall
from backoffice.testing.http import Answer, FixtureServer, Upload
from backoffice.testing.openai import TRANSCRIPTIONS, openai_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

OGG = b"OggS\x00\x02\r\n\xff"


@pytest.fixture
def server(settings: Settings) -> Iterator[FixtureServer]:
    with openai_server(settings) as server:
        yield server


def transcribe(languages: tuple[str, ...] = ()) -> ai.Transcript:
    return ai.transcribe(
        OGG,
        filename="voice.ogg",
        mime="audio/ogg",
        purpose="documents.audio",
        prompt="kif dima, sachets fond plat",
        languages=languages,
    )


def test_gpt_transcribe_takes_several_languages(server: FixtureServer):
    server.answers("POST", TRANSCRIPTIONS, "transcription_gpt_transcribe_darija")

    transcript = transcribe(languages=("ar", "fr"))

    assert transcript == ai.Transcript(
        text="سلام خويا بغيت ثلاث آلاف sac fond carré بالپوانيي پلات و ألف sachet fond plat",
        language="ar",
        seconds=9,
    )
    (request,) = server.requests
    assert request.form() == {
        "model": ["gpt-transcribe"],
        "prompt": ["kif dima, sachets fond plat"],
        "response_format": ["json"],
        "languages[]": ["ar", "fr"],
    }
    assert request.files() == {"file": Upload("voice.ogg", "audio/ogg", OGG)}
    call = AiCall.objects.get()
    # 9 s at $0.0045 a minute
    assert (call.audio_seconds, call.cost_usd) == (9, Decimal("0.000675"))


def test_french(server: FixtureServer):
    server.answers("POST", TRANSCRIPTIONS, "transcription_gpt_transcribe_fr")

    assert transcribe() == ai.Transcript(
        "Bonjour, comme d'habitude, cinq mille sachets fond plat s'il vous plaît,"
        " livraison vendredi.",
        "fr",
        6,
    )


def test_silence_is_an_empty_text_and_no_error(server: FixtureServer):
    server.answers("POST", TRANSCRIPTIONS, "transcription_empty_silence")

    assert transcribe() == ai.Transcript("", "", 3)


@pytest.mark.parametrize(
    ("languages", "sent"), [((), {}), (("fr",), {"language": ["fr"]}), (("ar", "fr"), {})]
)
def test_whisper_takes_one_language_and_names_it_in_words(
    server: FixtureServer,
    settings: Settings,
    languages: tuple[str, ...],
    sent: dict[str, list[str]],
):
    settings.OPENAI_TRANSCRIPTION_MODEL = "whisper-1"
    server.answers("POST", TRANSCRIPTIONS, "transcription_whisper_verbose")

    transcript = transcribe(languages)

    assert transcript == ai.Transcript(
        "Bonjour, comme d'habitude, cinq mille sachets fond plat.", "fr", 7
    )
    assert server.requests[0].form() == {
        "model": ["whisper-1"],
        "prompt": ["kif dima, sachets fond plat"],
        "response_format": ["verbose_json"],
        **sent,
    }
    assert AiCall.objects.get().cost_usd == Decimal("0.0007")


def test_a_model_that_charges_tokens(server: FixtureServer, settings: Settings):
    settings.OPENAI_TRANSCRIPTION_MODEL = "gpt-4o-transcribe"
    settings.OPENAI_PRICES = {"gpt-4o-transcribe": {"input": 2.5, "output": 10}}
    usage = {"type": "tokens", "input_tokens": 100, "output_tokens": 20, "total_tokens": 120}
    server.answers("POST", TRANSCRIPTIONS, Answer.json({"text": "oui", "usage": usage}))

    assert transcribe() == ai.Transcript("oui", "", 0)
    assert AiCall.objects.get().cost_usd == Decimal("0.00045")


@pytest.mark.parametrize("fixture", ["error_audio_too_large_413", "error_audio_format_400"])
def test_a_recording_the_service_does_not_take(server: FixtureServer, fixture: str):
    server.answers("POST", TRANSCRIPTIONS, fixture)

    with pytest.raises(ai.AiRejected):
        transcribe()

    assert len(server.requests) == 1
    assert ai.is_available()


@pytest.mark.parametrize("answer", [Answer.json({}), Answer.json([]), Answer(200, b"<html>")])
def test_an_answer_without_text_is_invalid(server: FixtureServer, answer: Answer):
    server.answers("POST", TRANSCRIPTIONS, answer)

    with pytest.raises(ai.AiInvalidAnswer):
        transcribe()
