"""What a question consists of besides its instructions: texts, pictures, files."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openai.types.chat import ChatCompletionContentPartParam


@dataclass(frozen=True, slots=True)
class TextPart:
    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """A picture (``image/png``, ``image/jpeg``, ``image/webp``, ``image/gif``)."""

    data: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """A document the model reads itself, such as a PDF."""

    data: bytes
    mime: str
    filename: str


Part = TextPart | ImagePart | FilePart


def to_wire(parts: Sequence[Part]) -> list[ChatCompletionContentPartParam]:
    return [_to_wire(part) for part in parts]


def _to_wire(part: Part) -> ChatCompletionContentPartParam:
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ImagePart(data, mime):
            return {"type": "image_url", "image_url": {"url": _data_url(data, mime)}}
        case FilePart(data, mime, filename):
            file = {"filename": filename, "file_data": _data_url(data, mime)}
            return {"type": "file", "file": file}  # type: ignore[typeddict-item]


def _data_url(data: bytes, mime: str) -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"
