"""Voice messages into text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel import Locale
from django.conf import settings

from backoffice.core.ai.client import ask
from backoffice.core.ai.errors import AiInvalidAnswer
from backoffice.core.ai.ledger import Entry, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openai import OpenAI


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said; empty ``text`` means that nothing was heard.

    ``language`` is a two-letter code, empty when the model does not tell; of a
    mixture the one named first. ``seconds`` is the length that is charged.
    """

    text: str
    language: str
    seconds: float


def transcribe(  # noqa: PLR0913 - the parts of one request
    audio: bytes,
    *,
    filename: str,
    mime: str,
    purpose: str,
    prompt: str = "",
    languages: Sequence[str] = (),
) -> Transcript:
    """Return what is said in a recording of at most 25 MiB. Raises AiError.

    The service judges the format by the ending of ``filename`` (a WhatsApp voice
    message is ``.ogg``). ``prompt`` gives words and spellings to expect,
    ``languages`` two-letter codes that may be spoken.
    """
    model = settings.OPENAI_TRANSCRIPTION_MODEL
    options = _options(model, languages)
    if prompt:
        options["prompt"] = prompt

    def send(client: OpenAI) -> object:
        return client.audio.transcriptions.create(
            model=model, file=(filename, audio, mime), **options
        )

    return ask(purpose, model, send, _read)


def _options(model: str, languages: Sequence[str]) -> dict[str, Any]:
    """Return the parameters that differ by family: gpt-transcribe takes several languages."""
    if model.startswith("gpt-transcribe"):
        return {
            "response_format": "json",
            **({"languages": list(languages)} if languages else {}),
        }
    # The older ones take one language, and a wrong one makes them translate.
    language = {"language": languages[0]} if len(languages) == 1 else {}
    # Only whisper's long form tells the language and the length.
    form = "verbose_json" if model.startswith("whisper") else "json"
    return {"response_format": form, **language}


def _read(answer: object, entry: Entry) -> Transcript:
    from openai.types.audio import Transcription, TranscriptionVerbose  # noqa: PLC0415 - slow import

    if not isinstance(answer, (Transcription, TranscriptionVerbose)):
        raise AiInvalidAnswer(code="not_a_transcription")
    usage = answer.usage
    if usage is not None and usage.type == "tokens":
        entry.usage = Usage(input_tokens=usage.input_tokens, output_tokens=usage.output_tokens)
    elif usage is not None:
        entry.usage = Usage(audio_seconds=usage.seconds)
    elif isinstance(answer, TranscriptionVerbose):
        entry.usage = Usage(audio_seconds=answer.duration)
    if not isinstance(answer.text, str):
        raise AiInvalidAnswer(code="no_text")
    if isinstance(answer, TranscriptionVerbose):
        language = _code_of(answer.language)
    else:
        language = answer.languages[0].code if answer.languages else ""
    return Transcript(answer.text.strip(), language, entry.usage.audio_seconds)


def _code_of(name: str) -> str:
    """Return the code of a language that whisper names in English ("french")."""
    names = Locale("en").languages.items()
    return next((code for code, label in names if label.casefold() == name.casefold()), "")
