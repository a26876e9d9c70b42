"""Fetching the files of WhatsApp messages from Twilio, and from nowhere else."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from backoffice.core.network import (
    HostForbidden,
    OutgoingForbidden,
    check_host,
    ensure_outgoing_allowed,
)
from backoffice.integrations.errors import ServiceError

if TYPE_CHECKING:
    from requests import Response

MAX_REDIRECTS = 3
CHUNK_BYTES = 64 * 1024
# The whole download, however slowly the bytes drip in.
MAX_SECONDS = 60
TRANSIENT = {408, 425, 429, 500, 502, 503, 504}
_TWILIO_API = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Media:
    """A file as the server sent it; ``declared_type`` is only its word."""

    content: bytes
    declared_type: str
    filename: str


def download(url: str) -> Media:
    """Return the file at ``url``, an address that Twilio gave for a message.

    Only https and only hosts of ``TWILIO_MEDIA_HOSTS`` are asked, also after a
    redirect, and the credentials go to the first host alone. Where
    ``TWILIO_API_URL`` stands in for Twilio, it does so for its files too.
    Raises ``ServiceError``, permanent where asking again cannot help.
    """
    _require_configured()
    target = _through_api_url(url)
    home = _origin(target)
    deadline = time.monotonic() + MAX_SECONDS
    for _hop in range(MAX_REDIRECTS + 1):
        _require_allowed(target)
        with _get(target, with_credentials=_origin(target) == home) as response:
            if response.is_redirect:
                target = urljoin(target, response.headers["Location"])
                continue
            _require_success(response)
            return Media(
                content=_read(response, deadline),
                declared_type=response.headers.get("Content-Type", "").partition(";")[0].strip(),
                filename=_filename(response),
            )
    raise ServiceError(_("Twilio sent us from address to address without end."), permanent=True)


def _require_configured() -> None:
    names = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
    if missing := [name for name in names if not getattr(settings, name)]:
        raise ServiceError(
            _("The file waits at Twilio: set %(names)s and read the message again.")
            % {"names": ", ".join(missing)},
            permanent=True,
            code="not_configured",
        )


def _through_api_url(url: str) -> str:
    if url.startswith(f"{_TWILIO_API}/"):
        return str(settings.TWILIO_API_URL).rstrip("/") + url.removeprefix(_TWILIO_API)
    return url


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _require_allowed(url: str) -> None:
    api: str = settings.TWILIO_API_URL
    # A stand-in on this machine is named in full, so that it may be plain http.
    stand_in = _origin(api) if api.startswith("http://") else urlsplit(api).hostname or ""
    try:
        check_host(url, [*settings.TWILIO_MEDIA_HOSTS, stand_in])
        ensure_outgoing_allowed(url)
    except HostForbidden as error:
        raise ServiceError(
            _(
                "The file lies at %(host)s, which is not one of Twilio's addresses that we know. "
                "If it is right, add it to TWILIO_MEDIA_HOSTS and read the message again."
            )
            % {"host": error.value or "?"},
            permanent=True,
            code="host",
        ) from error
    except OutgoingForbidden as error:
        raise ServiceError(str(error), permanent=True, code=error.code) from error


def _get(url: str, *, with_credentials: bool) -> Response:
    import requests  # noqa: PLC0415 - slow import

    credentials = (settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN)
    try:
        return requests.get(
            url,
            auth=credentials if with_credentials else None,
            allow_redirects=False,
            stream=True,
            timeout=settings.TWILIO_TIMEOUT,
        )
    except requests.RequestException as error:
        raise _unreachable() from error


def _unreachable() -> ServiceError:
    return ServiceError(
        _("Twilio's file server cannot be reached or does not answer in time."), code="connection"
    )


def _require_success(response: Response) -> None:
    status = response.status_code
    if status == 200:  # noqa: PLR2004 - OK
        return
    if status in (401, 403):
        raise ServiceError(
            _(
                "Twilio refuses the file to our account (%(status)s). Check TWILIO_ACCOUNT_SID "
                "and TWILIO_AUTH_TOKEN, then read the message again."
            )
            % {"status": status},
            permanent=True,
            code=str(status),
        )
    if status in (404, 410):
        raise ServiceError(
            _("Twilio no longer has the file. Ask the sender to send it again."),
            permanent=True,
            code=str(status),
        )
    raise ServiceError(
        _("Twilio's file server answered with an error (%(status)s).") % {"status": status},
        permanent=status not in TRANSIENT,
        code=str(status),
        retry_after=_retry_after(response),
    )


def _retry_after(response: Response) -> timedelta | None:
    seconds = response.headers.get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else None


def _read(response: Response, deadline: float) -> bytes:
    import requests  # noqa: PLC0415 - slow import

    limit: int = settings.MAX_DOCUMENT_BYTES
    content = bytearray()
    try:
        for chunk in response.iter_content(CHUNK_BYTES):
            content += chunk
            # Counted, not believed: Content-Length is the server's word.
            if len(content) > limit:
                raise ServiceError(
                    _("The file is larger than %(limit)s, the most we accept.")
                    % {"limit": filesizeformat(limit)},
                    permanent=True,
                    code="too_large",
                )
            if time.monotonic() > deadline:
                raise _unreachable()
    except requests.RequestException as error:
        raise _unreachable() from error
    return bytes(content)


def _filename(response: Response) -> str:
    # The mail parser knows the header's quoting and its foreign alphabets (RFC 2231).
    header = Message()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    return header.get_filename() or ""
