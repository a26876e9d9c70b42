"""One request to an Odoo server: bounded in time and size, to the configured host only."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from backoffice.integrations import odoo_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

# An answer of a thousand records weighs some hundred kB; a server that sends more sends rubbish.
MAX_BYTES = 32 * 1024 * 1024
# What is looked at of an answer that is an error.
MAX_ERROR_BYTES = 256 * 1024
# One request with its answer, however slowly the bytes drip in.
MAX_SECONDS = 40.0
_OK = 200
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Reply:
    """``is_cut``: of an error only the beginning was read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False

    @property
    def is_html(self) -> bool:
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind == "text/html" or self.body.lstrip()[:15].lower().startswith(
            (b"<!doctype html", b"<html")
        )


class Http:
    """A connection to ``origin``; raises ``ServiceError`` and nothing else."""

    def __init__(self, client: httpx.Client, origin: str) -> None:
        self._client = client
        self._origin = origin

    def send(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str]
    ) -> Reply:
        """The answer, whatever its status; a redirect to another host is an error."""
        import httpx  # noqa: PLC0415 - slow import

        url = self._origin + path
        # Not compressed: a bomb unpacks to what no limit on its bytes would see.
        asked = {"Accept-Encoding": "identity", "User-Agent": "backoffice/1.0", **headers}
        try:
            with self._client.stream(method, url, content=body or None, headers=asked) as response:
                self._refuse_other_host(response, url)
                return _read(response)
        except httpx.InvalidURL as error:
            raise odoo_errors.bad_address(self._origin) from error
        except httpx.ConnectError as error:
            raise odoo_errors.unreachable(self._origin, str(error)) from error
        except httpx.TimeoutException as error:
            raise odoo_errors.slow(self._origin) from error
        except httpx.HTTPError as error:
            raise odoo_errors.broken_off(self._origin) from error

    def _refuse_other_host(self, response: httpx.Response, url: str) -> None:
        if response.status_code not in _REDIRECTS:
            return
        target = urljoin(url, response.headers.get("location", ""))
        parts = urlsplit(target)
        if f"{parts.scheme}://{parts.netloc}".lower() != self._origin.lower():
            raise odoo_errors.sends_elsewhere(self._origin, parts.scheme, parts.netloc)


def _read(response: httpx.Response) -> Reply:
    limit = MAX_BYTES if response.status_code == _OK else MAX_ERROR_BYTES
    deadline = time.monotonic() + MAX_SECONDS
    content = bytearray()
    is_cut = False
    for chunk in response.iter_raw(64 * 1024):
        content += chunk
        # Counted, not believed: Content-Length is the server's word.
        if len(content) > limit:
            if response.status_code == _OK:
                raise odoo_errors.too_large(limit)
            is_cut = True
            break
        if time.monotonic() > deadline:
            raise odoo_errors.slow(str(response.url.host))
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, headers, bytes(content[:limit]), is_cut)
