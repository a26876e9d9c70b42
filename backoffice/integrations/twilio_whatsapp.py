"""WhatsApp messages through Twilio: send, look up, and what each failure means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.twilio_errors import from_rest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

MAX_BODY = 1600
_API = "https://api.twilio.com"
# One page of Twilio's list; a person gets far fewer messages from us in the minutes that matter.
_LOOKUP_LIMIT = 100


@dataclass(frozen=True, slots=True)
class TwilioMessage:
    """A message as Twilio knows it; ``body`` of a content template is the filled-in text."""

    sid: str
    status: str
    body: str
    created_at: datetime | None
    error_code: str = ""


def missing_settings() -> list[str]:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_WHATSAPP_NUMBER")
    return [name for name in names if not getattr(settings, name)]


def configured() -> bool:
    return not missing_settings() and not settings.LOCAL_ONLY


def require_configured() -> None:
    """Raise ``NotConfigured`` with the settings that are missing."""
    if settings.LOCAL_ONLY:
        raise NotConfigured(_("LOCAL_ONLY is on: nothing is sent through Twilio."))
    if missing := missing_settings():
        raise NotConfigured(_("WhatsApp waits for %(names)s.") % {"names": ", ".join(missing)})


def send_text(to: str, body: str, *, status_callback: str = "") -> TwilioMessage:
    """Send free text of at most ``MAX_BODY`` characters; allowed in the 24-hour window only.

    ``to`` is an E.164 number or a WhatsApp user id. Raises ``NotConfigured``
    and ``ServiceError``; a ``doubtful`` one must be looked up before sending
    again, because Twilio knows no idempotency key.
    """
    return _create(to, {"body": body}, status_callback)


def send_template(
    to: str, content_sid: str, variables: dict[str, str], *, status_callback: str = ""
) -> TwilioMessage:
    """Send an approved content template; no body may stand beside it. Errors as ``send_text``."""
    content = {"content_sid": content_sid, "content_variables": json.dumps(variables)}
    return _create(to, content, status_callback)


def find_sent(to: str, *, since: datetime) -> list[TwilioMessage]:
    """Our messages to ``to`` made at or after ``since`` (an aware time), newest first.

    Twilio's own date filter works on the sending date, which a queued message
    does not have yet, so the dates are compared here.
    """
    require_configured()
    rows = _call(
        lambda client: client.messages.list(
            to=address(to), from_=address(settings.TWILIO_WHATSAPP_NUMBER), limit=_LOOKUP_LIMIT
        )
    )
    found = [_read(row) for row in rows if str(row.direction).startswith("outbound")]
    return [message for message in found if message.created_at and message.created_at >= since]


def fetch(sid: str) -> TwilioMessage:
    """The message of that id as it stands now."""
    require_configured()
    return _read(_call(lambda client: client.messages(sid).fetch()))


def ask(question: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - the SDK is untyped
    """Have the SDK's client ask Twilio something. Raises ``NotConfigured`` and ``ServiceError``."""
    require_configured()
    return _call(question)


def _create(to: str, content: dict[str, str], status_callback: str) -> TwilioMessage:
    require_configured()
    # Twilio refuses a callback it could never reach, such as one on localhost.
    callback = {"status_callback": status_callback} if status_callback.startswith("https") else {}
    sender = address(settings.TWILIO_WHATSAPP_NUMBER)
    return _read(
        _call(
            lambda client: client.messages.create(
                to=address(to), from_=sender, **content, **callback
            ),
            writes=True,
        )
    )


def _call(ask: Callable[[Any], Any], *, writes: bool = False) -> Any:  # noqa: ANN401 - the SDK is untyped
    import requests  # noqa: PLC0415 - slow import
    from twilio.base.exceptions import TwilioException  # noqa: PLC0415 - slow import

    client = _client(
        settings.TWILIO_ACCOUNT_SID,
        settings.TWILIO_AUTH_TOKEN,
        settings.TWILIO_API_URL,
        settings.TWILIO_TIMEOUT,
    )
    try:
        return ask(client)
    except TwilioException as error:
        raise from_rest(error, writes=writes) from error
    except requests.RequestException as error:
        raise ServiceError(
            _("Twilio cannot be reached or did not answer in time."),
            doubtful=writes and not _never_left(error),
            code="connection",
        ) from error
    except ValueError as error:
        raise ServiceError(
            _("Twilio's answer cannot be read."), doubtful=writes, code="unreadable"
        ) from error


def _never_left(error: Exception) -> bool:
    """Whether the connection was never made, so that nothing can have been sent."""
    from requests import ConnectTimeout  # noqa: PLC0415 - slow import
    from urllib3.exceptions import NewConnectionError, SSLError  # noqa: PLC0415 - slow import

    cause = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, ConnectTimeout) or isinstance(cause, NewConnectionError | SSLError)


@lru_cache(maxsize=4)
def _client(account: str, token: str, api_url: str, timeout: int) -> Any:  # noqa: ANN401 - the SDK is untyped
    from twilio.http.http_client import TwilioHttpClient  # noqa: PLC0415 - slow import
    from twilio.rest import Client  # noqa: PLC0415 - slow import

    class HttpClient(TwilioHttpClient):  # type: ignore[misc, unused-ignore]
        """The SDK's own, with its one fixed host replaced by ours where that is set."""

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the SDK's
            return super().request(method, _rebased(url, api_url), *args, **kwargs)

    return Client(account, token, http_client=HttpClient(timeout=timeout))


def _rebased(url: str, api_url: str) -> str:
    if api_url == _API:
        return url
    base = urlsplit(api_url)
    return urlunsplit(urlsplit(url)._replace(scheme=base.scheme, netloc=base.netloc))


def address(number: str) -> str:
    """A number or user id as Twilio writes it."""
    return number if number.startswith("whatsapp:") else f"whatsapp:{number}"


def _read(row: Any) -> TwilioMessage:  # noqa: ANN401 - the SDK is untyped
    return TwilioMessage(
        sid=row.sid,
        status=str(row.status or ""),
        body=row.body or "",
        created_at=row.date_created,
        error_code=str(row.error_code or ""),
    )
