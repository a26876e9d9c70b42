"""Messages through WhatsApp's Business Cloud API, and what each failure means."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.whatsapp_cloud_errors import GraphError, from_answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

MAX_BODY = 4096
# A status report brings back what we gave along, up to this length.
MAX_REFERENCE = 512
_UNKNOWN_CODE = "unreadable"


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that WhatsApp has taken; ``is_held`` while it looks at the template's quality."""

    wamid: str
    is_held: bool = False


def missing_settings() -> list[str]:
    names = ("WHATSAPP_ACCESS_TOKEN", "WHATSAPP_PHONE_NUMBER_ID")
    return [name for name in names if not getattr(settings, name)]


def configured() -> bool:
    return not missing_settings() and not settings.LOCAL_ONLY


def require_configured() -> None:
    """Raise ``NotConfigured`` with the settings that are missing."""
    if settings.LOCAL_ONLY:
        raise NotConfigured(_("LOCAL_ONLY is on: nothing is sent to WhatsApp."))
    if missing := missing_settings():
        raise NotConfigured(_("WhatsApp waits for %(names)s.") % {"names": ", ".join(missing)})


def send_text(to: str, body: str, *, reference: str = "", answers: str = "") -> Taken:
    """Send free text of at most ``MAX_BODY`` characters; allowed in the 24-hour window only.

    ``to`` is an E.164 number or a WhatsApp user id; ``answers`` the wamid of the message that is
    quoted. Status reports bring ``reference`` back. Raises ``NotConfigured`` and ``ServiceError``;
    after a ``doubtful`` one nobody can be asked whether it left, since the API knows neither
    idempotency keys nor a list of what was sent.
    """
    content: dict[str, Any] = {"type": "text", "text": {"body": body, "preview_url": False}}
    if answers:
        content["context"] = {"message_id": answers}
    return _send(to, content, reference)


def send_template(
    to: str, name: str, language: str, variables: Mapping[str, str], *, reference: str = ""
) -> Taken:
    """Send an approved template with the values of its body, numbered from "1"."""
    ordered = sorted(variables.items(), key=lambda pair: int(pair[0]))
    parameters = [{"type": "text", "text": value} for _number, value in ordered]
    template: dict[str, Any] = {"name": name, "language": {"code": language}}
    if parameters:
        template["components"] = [{"type": "body", "parameters": parameters}]
    return _send(to, {"type": "template", "template": template}, reference)


def number_name() -> str:
    """What WhatsApp calls our own number; the cheapest proof that number and token are right."""
    fields = {"fields": "display_phone_number,verified_name"}
    answer = call("GET", settings.WHATSAPP_PHONE_NUMBER_ID, params=fields)
    names = (str(answer.get(name) or "") for name in ("display_phone_number", "verified_name"))
    return ", ".join(name for name in names if name)


def call(method: str, path: str, **arguments: Any) -> dict[str, Any]:
    """Ask the Graph API; the answer as an object. Raises ``NotConfigured`` and ``ServiceError``."""
    require_configured()
    writes = method == "POST"
    base = f"{str(settings.WHATSAPP_API_URL).rstrip('/')}/{settings.WHATSAPP_API_VERSION}"
    response = _request(method, f"{base}/{path}", writes=writes, **arguments)
    body = _body(response)
    if response.status_code >= HTTPStatus.BAD_REQUEST or "error" in body:
        raise _refusal(response, body, writes=writes)
    # A redirect is followed by nobody: the token would go along.
    if response.status_code != HTTPStatus.OK or not body:
        told = _("WhatsApp's answer cannot be read.")
        raise ServiceError(told, doubtful=writes, code=_UNKNOWN_CODE)
    return body


def _send(to: str, content: dict[str, Any], reference: str) -> Taken:
    body: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual"}
    body["to" if to.startswith("+") else "recipient"] = to
    if reference:
        body["biz_opaque_callback_data"] = reference[:MAX_REFERENCE]
    path = f"{settings.WHATSAPP_PHONE_NUMBER_ID}/messages"
    answer = call("POST", path, json=body | content)
    rows = answer.get("messages")
    first = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    wamid = first.get("id")
    if not isinstance(wamid, str) or not wamid:
        told = _("WhatsApp's answer cannot be read.")
        raise ServiceError(told, doubtful=True, code=_UNKNOWN_CODE)
    return Taken(wamid, is_held=first.get("message_status") == "held_for_quality_assessment")


def _request(method: str, url: str, *, writes: bool, **arguments: Any) -> Response:
    import requests  # noqa: PLC0415 - slow import

    try:
        return requests.request(
            method,
            url,
            headers=bearer(),
            timeout=settings.WHATSAPP_TIMEOUT,
            allow_redirects=False,
            **arguments,
        )
    except (requests.RequestException, UnicodeError) as error:
        raise ServiceError(
            _("WhatsApp cannot be reached or did not answer in time."),
            doubtful=writes and not _never_left(error),
            code="connection",
        ) from error


def bearer() -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.WHATSAPP_ACCESS_TOKEN}"}


def _never_left(error: Exception) -> bool:
    """Whether the connection was never made, so that nothing can have been sent."""
    from requests import ConnectTimeout  # noqa: PLC0415 - slow import
    from requests.exceptions import InvalidHeader, InvalidURL  # noqa: PLC0415 - slow import
    from urllib3.exceptions import NewConnectionError, SSLError  # noqa: PLC0415 - slow import

    cause = getattr(error.args[0], "reason", None) if error.args else None
    never = ConnectTimeout | InvalidHeader | InvalidURL | UnicodeError
    return isinstance(error, never) or isinstance(cause, NewConnectionError | SSLError)


def _body(response: Response) -> dict[str, Any]:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _refusal(response: Response, body: dict[str, Any], *, writes: bool) -> ServiceError:
    raw = body.get("error")
    error: dict[str, Any] = raw if isinstance(raw, dict) else {}
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else ""
    code, subcode = error.get("code"), error.get("error_subcode")
    told = GraphError(
        status=response.status_code,
        code="" if code is None else str(code),
        subcode="" if subcode is None else str(subcode),
        words=str(details or error.get("message") or "")[:300],
    )
    return from_answer(told, writes=writes, retry_after=response.headers.get("Retry-After", ""))
