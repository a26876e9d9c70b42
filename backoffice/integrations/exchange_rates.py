"""Fetching the file of exchange rates that ``EXCHANGE_RATES_URL`` names, and nothing else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core.network import (
    HostForbidden,
    OutgoingForbidden,
    check_host,
    ensure_outgoing_allowed,
)
from backoffice.integrations.errors import NotConfigured, ServiceError

if TYPE_CHECKING:
    from requests import Response

MAX_REDIRECTS = 3
# The whole history, zipped, is half a megabyte.
MAX_BYTES = 20 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
TIMEOUT = 15
# The whole download, however slowly the bytes drip in.
MAX_SECONDS = 45
_OK = 200
_NEVER = {400, 401, 403, 404, 410}


def download() -> bytes:
    """The file of rates as it lies there.

    Only https, or http to this machine, and only the host of the address, also after a redirect.
    Raises ``ServiceError``, permanent where asking again cannot help.
    """
    url: str = settings.EXCHANGE_RATES_URL
    if not url:
        raise NotConfigured(_("Set EXCHANGE_RATES_URL, or import the rates from a file."))
    target, deadline = url, time.monotonic() + MAX_SECONDS
    for _hop in range(MAX_REDIRECTS + 1):
        _require_allowed(target, home=url)
        with _get(target) as response:
            if response.is_redirect:
                target = urljoin(target, response.headers["Location"])
                continue
            _require_success(response)
            return _read(response, deadline)
    raise ServiceError(
        _("The server of the exchange rates sends us from address to address without end."),
        permanent=True,
    )


def _require_allowed(url: str, *, home: str) -> None:
    try:
        ensure_outgoing_allowed(url)
        check_host(url, [_allowed(home)])
    except (HostForbidden, OutgoingForbidden) as error:
        raise ServiceError(str(error), permanent=True, code=error.code) from error


def _allowed(home: str) -> str:
    """The host of the address; a stand-in on this machine in full, so that it may be plain http."""
    try:
        parts = urlsplit(home)
    except ValueError:
        return ""
    return f"http://{parts.netloc}" if parts.scheme == "http" else parts.hostname or ""


def _get(url: str) -> Response:
    import requests  # noqa: PLC0415 - slow import

    try:
        return requests.get(url, allow_redirects=False, stream=True, timeout=TIMEOUT)
    except (requests.RequestException, UnicodeError) as error:
        raise _unreachable() from error


def _require_success(response: Response) -> None:
    status = response.status_code
    if status != _OK:
        raise ServiceError(
            _("The server of the exchange rates answered with an error (%(status)s).")
            % {"status": status},
            permanent=status in _NEVER,
            code=str(status),
        )


def _read(response: Response, deadline: float) -> bytes:
    import requests  # noqa: PLC0415 - slow import

    content = bytearray()
    try:
        for chunk in response.iter_content(CHUNK_BYTES):
            content += chunk
            # Counted, not believed: Content-Length is the server's word.
            if len(content) > MAX_BYTES:
                raise ServiceError(_("The file of exchange rates is too large."), permanent=True)
            if time.monotonic() > deadline:
                raise _unreachable()
    except requests.RequestException as error:
        raise _unreachable() from error
    return bytes(content)


def _unreachable() -> ServiceError:
    return ServiceError(
        _("The server of the exchange rates cannot be reached or does not answer in time."),
        code="connection",
    )
