"""Twilio's error codes: whether asking again helps, and a sentence for staff.

The same codes come as answers to a request and later in status callbacks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.integrations.errors import NotConfigured, ServiceError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WINDOW_CLOSED = "63016"


class Kind(Enum):
    PERMANENT = "permanent"
    LATER = "later"
    SETTINGS = "settings"


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: Kind
    sentence: _StrPromise
    wait: timedelta | None = None


_P, _L, _S = Kind.PERMANENT, Kind.LATER, Kind.SETTINGS
_t = gettext_lazy

MEANINGS: dict[str, Meaning] = {
    "20003": Meaning(
        _S, _t("Twilio refuses the sign-in: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
    ),
    "20005": Meaning(_S, _t("The Twilio account is suspended or closed.")),
    "63007": Meaning(
        _S, _t("Twilio does not know our WhatsApp number: check TWILIO_WHATSAPP_NUMBER.")
    ),
    "20429": Meaning(_L, _t("Twilio asks for a pause: too many requests.")),
    "63018": Meaning(_L, _t("WhatsApp asks for a pause: too many messages at once.")),
    "63038": Meaning(_L, _t("The account's daily limit is reached."), timedelta(hours=6)),
    "21211": Meaning(_P, _t("The recipient's number is not valid.")),
    "21408": Meaning(_P, _t("The Twilio account may not send to this country.")),
    "21610": Meaning(_P, _t("The recipient has unsubscribed from our messages.")),
    "21614": Meaning(_P, _t("The recipient's number cannot receive messages.")),
    "21617": Meaning(_P, _t("The message is longer than 1,600 characters.")),
    "21655": Meaning(_P, _t("Twilio does not know this content template.")),
    "21656": Meaning(_P, _t("The content template's variables do not fit.")),
    "63003": Meaning(_P, _t("The recipient could not be found on WhatsApp.")),
    "63013": Meaning(_P, _t("The message breaks a rule of WhatsApp.")),
    WINDOW_CLOSED: Meaning(
        _P,
        _t("More than 24 hours have passed since the person last wrote: WhatsApp takes only an "
           "approved content template."),
    ),
    "63024": Meaning(_P, _t("The recipient is not on WhatsApp.")),
    "63032": Meaning(_P, _t("WhatsApp does not let us write to this person.")),
    "63049": Meaning(_P, _t("WhatsApp chose not to deliver this message.")),
}  # fmt: skip


def sentence(code: str, fallback: str = "") -> str:
    """What ``code`` means, in words; the service's own words where we do not know it."""
    meaning = MEANINGS.get(code)
    return str(meaning.sentence) if meaning else fallback or _("Twilio reports error %s.") % code


def from_rest(error: Exception, *, writes: bool) -> ServiceError:
    """The failure that a ``TwilioException`` stands for.

    A 5xx answer to a request that ``writes`` is doubtful: it may have been done.
    """
    status, code, words = _parts(error)
    meaning = MEANINGS.get(code)
    if (meaning and meaning.kind is Kind.SETTINGS) or status == HTTPStatus.UNAUTHORIZED:
        refusal = NotConfigured(sentence(code if meaning else "20003"))
        refusal.code = code
        return refusal
    if (meaning and meaning.kind is Kind.LATER) or status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = meaning.wait if meaning else None
        return ServiceError(sentence(code, words), code=code, retry_after=wait)
    server_failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR or not status
    return ServiceError(
        sentence(code, words),
        permanent=not server_failed,
        doubtful=server_failed and writes,
        code=code,
    )


def _parts(error: Exception) -> tuple[int, str, str]:
    """HTTP status (0 where unknown), Twilio's code and its words."""
    status = getattr(error, "status", None)
    if status is not None:
        words = getattr(error, "msg", "") or getattr(error, "detail", "") or ""
        return int(status), str(getattr(error, "code", "") or status), str(words)
    # A list that fails carries the raw answer instead of its parts.
    answer = error.args[1] if len(error.args) > 1 else None
    status = int(getattr(answer, "status_code", 0))
    try:
        body = json.loads(getattr(answer, "text", ""))
        return status, str(body.get("code") or status), str(body.get("message") or "")
    except (ValueError, AttributeError):
        return status, str(status), ""
