"""A service we depend on that refuses us or cannot be reached: Twilio, the mail server, OpenAI.

Seen in what became of our own requests; nobody is asked here. A service that is not configured
is nothing to alert about.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from backoffice.core.ai import availability, errors
from backoffice.core.models import AiCall
from backoffice.messaging.delivery import MISSING
from backoffice.messaging.models import Channel, OutboundMessage
from orders.alerts.facts import Fact, Family, Scope, in_words
from orders.models import Alert, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

Status = OutboundMessage.Status
# The code of messages and calls to which nobody answered.
UNREACHED = "connection"
CRITICAL_AFTER = timedelta(minutes=30)
# What failing calls of a model say of the service, and how many in a row are no bad luck.
AI_FAILURES: dict[str | None, type[errors.AiError]] = {
    error.outcome: error
    for error in (
        errors.AiTimeout,
        errors.AiUnavailable,
        errors.AiRejected,
        errors.AiQuotaExhausted,
    )
}
IN_A_ROW = 3
# What a call came to says nothing of the service days later.
RECENT = timedelta(days=1)


def find(scope: Scope) -> Iterator[Fact]:
    """Services that refuse or miss our requests; three statements at most."""
    yield from _channels()
    yield from _model(scope.now)


def _channels() -> Iterator[Fact]:
    refused = Q(status=Status.NOT_CONFIGURED) & ~Q(error_code=MISSING)
    unreached = Q(status=Status.QUEUED, attempts__gt=0, error_code=UNREACHED)
    waiting = OutboundMessage.objects.filter(refused | unreached)
    for channel, error in waiting.values_list("channel").annotate(error=Max("error")).order_by():
        sentence = _(
            "Messages by %(channel)s wait: the service does not take them. %(reason)s They leave"
            " by themselves once it does."
        )
        words = {"channel": Channel(channel).label, "reason": in_words(error)}
        yield _fact(channel, Severity.WARNING, sentence % words)


def _model(now: datetime) -> Iterator[Fact]:
    try:
        availability.ensure_available()
    except (errors.AiNotConfigured, errors.AiLocalOnly):
        return
    except errors.AiBudgetSpent as error:
        # Somebody set that limit; the local rules go on reading.
        yield _fact("budget", Severity.INFO, str(error), critical_after=None)
        return
    except (errors.AiQuotaExhausted, errors.AiRejected) as error:
        yield _fact("openai", Severity.WARNING, _read_locally(error))
        return
    except errors.AiError:
        # A pause of a minute after one time-out: the calls below say whether it is more.
        pass
    calls = AiCall.objects.filter(created_at__gte=now - RECENT).order_by("-created_at")
    last = list(calls.values_list("outcome", flat=True)[:IN_A_ROW])
    down = len(last) == IN_A_ROW and all(outcome in AI_FAILURES for outcome in last)
    if down or last[:1] == [AiCall.Outcome.QUOTA]:
        yield _fact("openai", Severity.WARNING, _read_locally(AI_FAILURES[last[0]]()))


def _read_locally(error: errors.AiError) -> str:
    sentence = _(
        "%(reason)s Messages are read by the local rules meanwhile; pictures and voice messages"
        " wait for a person."
    )
    return sentence % {"reason": error}


def _fact(
    name: str,
    severity: Severity,
    sentence: str,
    critical_after: timedelta | None = CRITICAL_AFTER,
) -> Fact:
    return Fact(
        key=f"{Alert.Kind.PROVIDER_DOWN}:{name}",
        kind=Alert.Kind.PROVIDER_DOWN,
        severity=severity,
        sentence=sentence,
        fingerprint="down",
        critical_after=critical_after,
    )


FAMILY = Family((Alert.Kind.PROVIDER_DOWN,), find, is_about_orders=False)
