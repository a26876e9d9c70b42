"""What calls cost: one AiCall row each, the price table, the month's budget."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from backoffice.core.ai.recording import is_recording
from backoffice.core.models import AiCall

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)

_PER_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Usage:
    """What the service says it used; ``input_tokens`` includes ``cached_tokens``."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    audio_seconds: float = 0


@dataclass(slots=True)
class Entry:
    """One call, filled while it goes on; ``detail`` holds codes, never content."""

    purpose: str
    model: str
    outcome: AiCall.Outcome = AiCall.Outcome.OK
    usage: Usage = Usage()
    latency_ms: int = 0
    request_id: str = ""
    detail: str = ""


def write(entry: Entry) -> None:
    """Record a call; a database that cannot take it is logged, not raised.

    Callers are outside transactions (a model may take a minute), so the row is
    committed by itself. Inside a transaction it shares that transaction's fate,
    in a savepoint so that a failing write cannot break it.
    """
    usage = entry.usage
    amount = cost(entry.model, usage)
    log.info(
        "AI %s by %s: %s in %d ms, %d + %d tokens, %.1f s audio, $%s",
        entry.purpose,
        entry.model,
        entry.outcome.value,
        entry.latency_ms,
        usage.input_tokens,
        usage.output_tokens,
        usage.audio_seconds,
        amount,
    )
    if not is_recording():
        return
    try:
        with transaction.atomic():
            AiCall.objects.create(
                purpose=entry.purpose[:60],
                model=entry.model[:80],
                outcome=entry.outcome,
                input_tokens=usage.input_tokens,
                cached_tokens=usage.cached_tokens,
                output_tokens=usage.output_tokens,
                audio_seconds=usage.audio_seconds,
                cost_usd=amount,
                latency_ms=entry.latency_ms,
                request_id=entry.request_id[:120],
                detail=entry.detail[:300],
            )
    except (Error, OSError) as error:
        log.warning("An AI call could not be recorded: %s", type(error).__name__)


def cost(model: str, usage: Usage) -> Decimal:
    """US dollars by ``settings.OPENAI_PRICES``.

    A dated name ("gpt-6-luna-2026-09-01") has the price of the name it begins
    with. A model without a price is charged the dearest price of the table, so
    that the budget is never overstepped unseen; give free models a price of 0.
    """
    price = _price(model)
    fresh = max(usage.input_tokens - usage.cached_tokens, 0)
    tokens = (
        fresh * price["input"]
        + usage.cached_tokens * price["cached"]
        + usage.output_tokens * price["output"]
    ) / _PER_MILLION
    audio = Decimal(str(usage.audio_seconds)) / 60 * price["minute"]
    return (tokens + audio).quantize(Decimal("0.000001"))


def budget_left() -> bool:
    """Whether this month's recorded calls cost less than OPENAI_MONTHLY_BUDGET_USD.

    0 allows no call at all. Calls under way are not counted yet, so parallel
    workers may overstep by one call each. When the database cannot be asked the
    answer is yes: workers need it for everything else, so only a person's single
    command can come here.
    """
    if not is_recording() or connection.needs_rollback:
        return True
    start = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    try:
        total = AiCall.objects.filter(created_at__gte=start).aggregate(total=Sum("cost_usd"))
    except (Error, OSError) as error:
        log.warning("The AI budget cannot be checked: %s", type(error).__name__)
        return True
    return (total["total"] or Decimal(0)) < settings.OPENAI_MONTHLY_BUDGET_USD


def _price(model: str) -> dict[str, Decimal]:
    table: Mapping[str, Mapping[str, float]] = settings.OPENAI_PRICES
    known = max((name for name in table if model.startswith(name)), key=len, default="")
    if known:
        rows = [table[known]]
    else:
        log.warning("OPENAI_PRICES has no price for %s: the dearest is assumed.", model)
        rows = list(table.values())
    price = {
        kind: max((Decimal(str(row.get(kind, 0))) for row in rows), default=Decimal(0))
        for kind in ("input", "output", "minute")
    }
    # Without a price of its own, cached input costs what input costs.
    price["cached"] = max(
        (Decimal(str(row.get("cached", row.get("input", 0)))) for row in rows), default=Decimal(0)
    )
    return price
