"""Fetching the files of Cloud API messages: where a file lies is asked, then it is fetched."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from backoffice.core.network import HostForbidden, check_host
from backoffice.integrations import whatsapp_cloud
from backoffice.integrations.errors import NotConfigured, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

MAX_REDIRECTS = 3
CHUNK_BYTES = 64 * 1024
# The whole download, however slowly the bytes drip in.
MAX_SECONDS = 60
TRANSIENT = {401, 404, 408, 425, 429, 500, 502, 503, 504}
# What is kept in the place of an address: those that WhatsApp names are good for minutes.
_LINK = "whatsapp-media:"
MEDIA_ID = re.compile(r"[0-9A-Za-z_-]{1,100}")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Media:
    """A file as the server sent it; ``declared_type`` is only its word."""

    content: bytes
    declared_type: str


def digest(told: str) -> str:
    """A SHA-256 as the API writes it, hex or base64, as hex; empty where it is none."""
    if _HEX.fullmatch(told.lower()):
        return told.lower()
    try:
        raw = base64.b64decode(told, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == hashlib.sha256().digest_size else ""


def link(media_id: str, told_sha256: str) -> str:
    """What is kept of a file until it is fetched: its id, and the digest it was announced with."""
    sha256 = digest(told_sha256)
    return f"{_LINK}{media_id}" + (f"?{urlencode({'sha256': sha256})}" if sha256 else "")


def is_link(source: str) -> bool:
    return source.startswith(_LINK)


def follow(source: str, *, number_id: str) -> Media:
    """:func:`download` what a :func:`link` stands for."""
    media_id, _mark, query = source.removeprefix(_LINK).partition("?")
    sha256 = "".join(parse_qs(query).get("sha256", []))
    return download(media_id, sha256=sha256, number_id=number_id)


def download(media_id: str, *, sha256: str = "", number_id: str = "") -> Media:
    """Return the file of that id, of at most ``MAX_DOCUMENT_MB``, whole as its digest says.

    The address that WhatsApp names is fetched from ``WHATSAPP_MEDIA_HOSTS`` only, also after a
    redirect, and the token goes to the first host alone. Where ``WHATSAPP_API_URL`` stands in for
    WhatsApp, it does so for its files too. Raises ``ServiceError``, permanent where asking again
    cannot help.
    """
    if not MEDIA_ID.fullmatch(media_id):
        raise ServiceError(_("WhatsApp names no file."), permanent=True, code="media_id")
    facts = _facts(media_id, number_id)
    size = str(facts.get("file_size") or "")
    if size.isascii() and size.isdecimal() and int(size[:18]) > settings.MAX_DOCUMENT_BYTES:
        raise _too_large()
    media = _fetch(str(facts.get("url") or ""))
    found = hashlib.sha256(media.content).hexdigest()
    for told in (digest(sha256), digest(str(facts.get("sha256") or ""))):
        if told and not hmac.compare_digest(told, found):
            raise ServiceError(_("The file arrived damaged from WhatsApp."), code="sha256")
    return Media(media.content, str(facts.get("mime_type") or "") or media.declared_type)


def _facts(media_id: str, number_id: str) -> Mapping[str, object]:
    params = {"phone_number_id": number_id} if number_id else {}
    try:
        return whatsapp_cloud.call("GET", media_id, params=params)
    except NotConfigured as error:
        raise ServiceError(
            _("The file waits at WhatsApp: %(reason)s Read the message again within a week.")
            % {"reason": str(error)},
            permanent=True,
            code=error.code,
        ) from error
    except ServiceError as error:
        if error.code != "100":
            raise
        told = _("WhatsApp no longer has the file. Ask the sender to send it again.")
        raise ServiceError(told, permanent=True, code="gone") from error


def _fetch(url: str) -> Media:
    home = _origin(url)
    deadline = time.monotonic() + MAX_SECONDS
    target = url
    for _hop in range(MAX_REDIRECTS + 1):
        _require_allowed(target)
        with _get(target, with_token=_origin(target) == home) as response:
            if response.is_redirect:
                target = urljoin(target, response.headers["Location"])
                continue
            _require_success(response)
            declared = response.headers.get("Content-Type", "").partition(";")[0].strip()
            return Media(_read(response, deadline), declared)
    raise ServiceError(_("WhatsApp sent us from address to address without end."), permanent=True)


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _require_allowed(url: str) -> None:
    api: str = settings.WHATSAPP_API_URL
    # A stand-in on this machine is named in full, so that it may be plain http.
    stand_in = _origin(api) if api.startswith("http://") else urlsplit(api).hostname or ""
    try:
        check_host(url, [*settings.WHATSAPP_MEDIA_HOSTS, stand_in])
    except HostForbidden as error:
        raise ServiceError(
            _(
                "The file lies at %(host)s, which is not one of WhatsApp's addresses that we "
                "know. If it is right, add it to WHATSAPP_MEDIA_HOSTS and read the message again."
            )
            % {"host": error.value or "?"},
            permanent=True,
            code="host",
        ) from error


def _get(url: str, *, with_token: bool) -> Response:
    import requests  # noqa: PLC0415 - slow import

    try:
        return requests.get(
            url,
            headers=whatsapp_cloud.bearer() if with_token else {},
            allow_redirects=False,
            stream=True,
            timeout=settings.WHATSAPP_TIMEOUT,
        )
    except (requests.RequestException, UnicodeError) as error:
        raise _unreachable() from error


def _unreachable() -> ServiceError:
    return ServiceError(
        _("WhatsApp's file server cannot be reached or does not answer in time."),
        code="connection",
    )


def _require_success(response: Response) -> None:
    status = response.status_code
    if status == 200:  # noqa: PLR2004 - OK
        return
    # Such an address is good for five minutes: the next attempt asks for a new one.
    raise ServiceError(
        _("WhatsApp's file server answered with an error (%(status)s).") % {"status": status},
        permanent=status not in TRANSIENT,
        code=str(status),
    )


def _read(response: Response, deadline: float) -> bytes:
    import requests  # noqa: PLC0415 - slow import

    content = bytearray()
    try:
        for chunk in response.iter_content(CHUNK_BYTES):
            content += chunk
            # Counted, not believed: what was said before is the server's word.
            if len(content) > settings.MAX_DOCUMENT_BYTES:
                raise _too_large()
            if time.monotonic() > deadline:
                raise _unreachable()
    except requests.RequestException as error:
        raise _unreachable() from error
    return bytes(content)


def _too_large() -> ServiceError:
    return ServiceError(
        _("The file is larger than %(limit)s, the most we accept.")
        % {"limit": filesizeformat(settings.MAX_DOCUMENT_BYTES)},
        permanent=True,
        code="too_large",
    )
