"""Bodies of unknown length (``Transfer-Encoding: chunked``), which Django takes for empty ones."""

from __future__ import annotations

from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_BLOCK = 64 * 1024


class WithLength:
    """Give the application every body with its length.

    Only of a web server that ends the body itself (``wsgi.input_terminated``, as gunicorn does).
    413 where it is longer than ``DATA_UPLOAD_MAX_MEMORY_SIZE``, 400 where it is not chunked as it
    says or breaks off.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        coding = str(environ.get("HTTP_TRANSFER_ENCODING", "")).lower()
        if "chunked" in coding and environ.get("wsgi.input_terminated"):
            try:
                body = _read(environ, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            except OSError:
                return _refuse(start_response, HTTPStatus.BAD_REQUEST)
            if body is None:
                return _refuse(start_response, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return self._application(environ, start_response)


def _read(environ: WSGIEnvironment, most: int) -> bytes | None:
    """The whole body; nothing where it has more than ``most`` bytes."""
    body = bytearray()
    while block := environ["wsgi.input"].read(_BLOCK):
        body += block
        if len(body) > most:
            return None
    return bytes(body)


def _refuse(start_response: StartResponse, status: HTTPStatus) -> Iterable[bytes]:
    # What is left of the body is read by nobody: the connection ends with it.
    headers = [("Content-Type", "text/plain"), ("Content-Length", "0"), ("Connection", "close")]
    start_response(f"{status.value} {status.phrase}", headers)
    return []
