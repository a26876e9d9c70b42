"""Meta's error codes: whether asking again helps, and a sentence for staff.

The same codes come as answers to a request and later in status reports.
"""

from __future__ import annotations

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

WINDOW_CLOSED = "131047"
_TOKEN = "190"  # noqa: S105 - the code of a refused token
_MISSING_OBJECT = "33"


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

_REFUSED = _t("WhatsApp refuses the access token: renew WHATSAPP_ACCESS_TOKEN.")
_FORBIDDEN = _t(
    "The access token may not write for this number: give its system user the permission "
    "whatsapp_business_messaging."
)
_BUSY = _t("WhatsApp asks for a pause: too many messages at once.")
_AWAY = _t("WhatsApp's service is away for the moment.")
_TEMPLATE = _t("WhatsApp does not take the message template: it is paused, disabled or rejected.")

MEANINGS: dict[str, Meaning] = {
    _TOKEN: Meaning(_S, _REFUSED),
    "0": Meaning(_S, _REFUSED),
    "3": Meaning(_S, _FORBIDDEN),
    "10": Meaning(_S, _FORBIDDEN),
    "200": Meaning(_S, _FORBIDDEN),
    "131005": Meaning(_S, _FORBIDDEN),
    "368": Meaning(_S, _t("WhatsApp has blocked our account for breaking a rule.")),
    "131031": Meaning(_S, _t("WhatsApp has locked our account.")),
    "131042": Meaning(_S, _t("WhatsApp sends nothing: something is wrong with the payment.")),
    "133010": Meaning(_S, _t("Our number is not registered with WhatsApp's Cloud API.")),
    "2": Meaning(_L, _AWAY),
    "131000": Meaning(_L, _AWAY),
    "131016": Meaning(_L, _AWAY),
    "131057": Meaning(_L, _t("Our WhatsApp account is in maintenance.")),
    "133004": Meaning(_L, _AWAY),
    "4": Meaning(_L, _BUSY),
    "80007": Meaning(_L, _BUSY),
    "130429": Meaning(_L, _BUSY),
    "131056": Meaning(_L, _t("WhatsApp asks for a pause: too many messages to this person.")),
    "131048": Meaning(
        _L, _t("WhatsApp holds our messages back: people reported too many of them."),
        timedelta(hours=6),
    ),
    "131049": Meaning(
        _L, _t("WhatsApp chose not to deliver this message for now."), timedelta(hours=24)
    ),
    "130472": Meaning(_P, _t("WhatsApp did not deliver it: the person is part of an experiment.")),
    "131008": Meaning(_P, _t("The message lacks something that WhatsApp asks for.")),
    "131009": Meaning(_P, _t("The message holds something that WhatsApp does not take.")),
    "131021": Meaning(_P, _t("The recipient is our own number.")),
    "131026": Meaning(
        _P, _t("WhatsApp cannot deliver to this person: not on WhatsApp, or an old version of it.")
    ),
    WINDOW_CLOSED: Meaning(
        _P,
        _t("More than 24 hours have passed since the person last wrote: WhatsApp takes only an "
           "approved message template."),
    ),
    "131050": Meaning(_P, _t("The person has unsubscribed from our messages.")),
    "131051": Meaning(_P, _t("WhatsApp does not take messages of this kind.")),
    "131052": Meaning(_P, _t("WhatsApp could not fetch the person's file. Ask for it again.")),
    "131053": Meaning(_P, _t("WhatsApp could not take the file.")),
    "131062": Meaning(
        _P, _t("WhatsApp takes this message only to a phone number, and this person hides theirs.")
    ),
    "132000": Meaning(_P, _t("The values do not fit the message template: their number differs.")),
    "132001": Meaning(
        _P, _t("WhatsApp does not know this message template in this language, or has not "
               "approved it.")
    ),
    "132005": Meaning(_P, _t("The message template is too long once it is filled in.")),
    "132007": Meaning(_P, _t("The message template breaks a rule of WhatsApp.")),
    "132012": Meaning(_P, _t("The values do not fit the message template.")),
    "132015": Meaning(_P, _TEMPLATE),
    "132016": Meaning(_P, _TEMPLATE),
    "135000": Meaning(_P, _t("WhatsApp does not take the message template's values.")),
}  # fmt: skip


def sentence(code: str, fallback: str = "") -> str:
    """What ``code`` means, in words; the service's own words where we do not know it."""
    if meaning := MEANINGS.get(code):
        return str(meaning.sentence)
    if fallback or not code:
        return fallback or _("WhatsApp does not say why.")
    return _("WhatsApp reports error %s.") % code


@dataclass(frozen=True, slots=True)
class GraphError:
    """What an answer of the Graph API says went wrong; empty codes where it says nothing."""

    status: int
    code: str = ""
    subcode: str = ""
    words: str = ""


def from_answer(error: GraphError, *, writes: bool, retry_after: str = "") -> ServiceError:
    """The failure that an answer stands for; the code decides, not the HTTP status.

    An answer that says nothing we know, to a request that ``writes``, is doubtful where the
    server failed: it may have been done.
    """
    meaning = MEANINGS.get(error.code)
    if meaning is None and error.status == HTTPStatus.UNAUTHORIZED:
        meaning = MEANINGS[_TOKEN]
    if error.code == "100" and error.subcode == _MISSING_OBJECT and writes:
        told = _("WhatsApp does not know our number: check WHATSAPP_PHONE_NUMBER_ID.")
        return _settings(told, error.code)
    if meaning and meaning.kind is Kind.SETTINGS:
        return _settings(str(meaning.sentence), error.code or str(error.status))
    code = error.code or str(error.status)
    wait = timedelta(seconds=int(retry_after)) if _is_pause(retry_after) else None
    if meaning:
        permanent = meaning.kind is Kind.PERMANENT
        words = str(meaning.sentence)
        return ServiceError(words, permanent=permanent, code=code, retry_after=wait or meaning.wait)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        return ServiceError(str(_BUSY), code=code, retry_after=wait)
    server_failed = error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return ServiceError(
        sentence(code, error.words),
        permanent=not server_failed,
        doubtful=server_failed and writes,
        code=code,
        retry_after=wait,
    )


def _settings(told: str, code: str) -> NotConfigured:
    refusal = NotConfigured(told)
    refusal.code = code
    return refusal


def _is_pause(seconds: str) -> bool:
    return seconds.isascii() and seconds.isdecimal() and len(seconds) < 7  # noqa: PLR2004 - below 12 days
