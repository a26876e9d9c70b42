"""Asking models: optional by design, the only place that knows ``openai``.

Look at :func:`is_available` first, have local rules ready, and catch
:class:`AiError`. What a call may cost and how it ended is in ``AiCall``.
"""

from __future__ import annotations

from backoffice.core.ai.audio import Transcript, transcribe
from backoffice.core.ai.availability import is_available, why_unavailable
from backoffice.core.ai.completions import chat, read_images, structured
from backoffice.core.ai.errors import (
    AiBudgetSpent,
    AiError,
    AiInvalidAnswer,
    AiLocalOnly,
    AiNotConfigured,
    AiQuotaExhausted,
    AiRateLimited,
    AiRefused,
    AiRejected,
    AiTimeout,
    AiTruncated,
    AiUnavailable,
)
from backoffice.core.ai.parts import FilePart, ImagePart, Part, TextPart
from backoffice.core.ai.recording import without_database
from backoffice.core.ai.time_limit import time_limit
from backoffice.core.ai.vectors import embed

__all__ = [
    "AiBudgetSpent",
    "AiError",
    "AiInvalidAnswer",
    "AiLocalOnly",
    "AiNotConfigured",
    "AiQuotaExhausted",
    "AiRateLimited",
    "AiRefused",
    "AiRejected",
    "AiTimeout",
    "AiTruncated",
    "AiUnavailable",
    "FilePart",
    "ImagePart",
    "Part",
    "TextPart",
    "Transcript",
    "chat",
    "embed",
    "is_available",
    "read_images",
    "structured",
    "time_limit",
    "transcribe",
    "why_unavailable",
    "without_database",
]
