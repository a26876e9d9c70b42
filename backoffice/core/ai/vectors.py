"""Texts into vectors whose nearness means likeness."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings

from backoffice.core.ai.client import ask
from backoffice.core.ai.errors import AiInvalidAnswer
from backoffice.core.ai.ledger import Entry, Usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openai import OpenAI

# The service takes 8192 tokens a text, 300,000 tokens and 2048 texts a request,
# and no script needs much more than a token per character.
_LONGEST_TEXT = 8_000
_LARGEST_BATCH = 30


def embed(texts: Sequence[str], *, purpose: str) -> list[list[float]]:
    """Return one vector per text, in the order of ``texts``. Raises AiError.

    Vectors have OPENAI_EMBEDDING_DIMENSIONS numbers (0: the model's own length).
    Of a long text the first 8,000 characters count; an empty one is taken as "-",
    because the service refuses it and with it the whole batch.
    """
    vectors: list[list[float]] = []
    for batch in _batches([text.strip()[:_LONGEST_TEXT] or "-" for text in texts]):
        vectors += _embed_batch(batch, purpose)
    return vectors


def _batches(texts: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(texts), _LARGEST_BATCH):
        yield texts[start : start + _LARGEST_BATCH]


def _embed_batch(texts: list[str], purpose: str) -> list[list[float]]:
    model = settings.OPENAI_EMBEDDING_MODEL
    options: dict[str, Any] = {}
    if settings.OPENAI_EMBEDDING_DIMENSIONS:
        options["dimensions"] = settings.OPENAI_EMBEDDING_DIMENSIONS

    def send(client: OpenAI) -> object:
        return client.embeddings.create(model=model, input=texts, **options)

    return ask(purpose, model, send, partial(_read, expected=len(texts)))


def _read(answer: object, entry: Entry, *, expected: int) -> list[list[float]]:
    from openai.types import CreateEmbeddingResponse  # noqa: PLC0415 - slow import

    if not isinstance(answer, CreateEmbeddingResponse):
        raise AiInvalidAnswer(code="not_an_embedding")
    if answer.usage is not None:
        entry.usage = Usage(input_tokens=answer.usage.prompt_tokens)
    # Answers may come out of order: the index says which text a vector belongs to.
    rows = sorted(answer.data, key=lambda row: row.index)
    if [row.index for row in rows] != list(range(expected)):
        raise AiInvalidAnswer(code="wrong_count")
    return [list(row.embedding) for row in rows]
