"""May a model be asked right now? Checked before every call, and by those who plan one."""

from __future__ import annotations

from django.conf import settings

from backoffice.core.ai import breaker, ledger
from backoffice.core.ai.errors import AiBudgetSpent, AiError, AiLocalOnly, AiNotConfigured
from backoffice.core.network import OutgoingForbidden, ensure_outgoing_allowed


def is_available() -> bool:
    """Whether a call would be made now: key, LOCAL_ONLY, budget and breaker allow it."""
    return _obstacle() is None


def why_unavailable() -> str:
    """A sentence for staff; empty when calls are possible."""
    return str(_obstacle() or "")


def ensure_available() -> None:
    """Raise the AiError that stands in the way of a call, if one does."""
    obstacle = _obstacle()
    if obstacle is not None:
        raise obstacle


def _obstacle() -> AiError | None:
    try:
        ensure_outgoing_allowed(settings.OPENAI_BASE_URL)
    except OutgoingForbidden:
        return AiLocalOnly()
    if not settings.OPENAI_API_KEY:
        return AiNotConfigured()
    if not ledger.budget_left():
        return AiBudgetSpent()
    return breaker.open_error()
