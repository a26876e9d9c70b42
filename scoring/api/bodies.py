"""What callers send, as they send it: without a type, with NaN, with a mark of order, packed."""

from __future__ import annotations

import gzip
import json
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.utils.translation import gettext as _
from ninja.errors import HttpError

if TYPE_CHECKING:
    from django.http import HttpRequest

# A hundred thousand clients are some 20 MB; they are given and not kept.
LARGEST_BODY: Final = 64 * 1024 * 1024
_GZIP: Final = frozenset({"gzip", "x-gzip"})


def read(request: HttpRequest) -> bytes:
    """Return the whole body, unpacked where its Content-Encoding is gzip.

    Raises:
        HttpError: 413 it is too large, 415 packed in another way, 400 not packed as it says.

    """
    # Not request.body, whose limit is meant for forms.
    raw = request.read(LARGEST_BODY + 1)
    packed = request.headers.get("Content-Encoding", "identity").strip().lower()
    if packed in _GZIP:
        raw = _unpacked(raw)
    elif packed not in {"identity", ""}:
        raise HttpError(415, _("Send the request's body as it is, or packed by gzip."))
    if len(raw) > LARGEST_BODY:
        told = _("The request is larger than %(limit)d MB: send the clients in parts.")
        raise HttpError(413, told % {"limit": LARGEST_BODY // 1024**2})
    return raw


def parsed(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Return what the JSON says.

    Also as many libraries write it: with NaN and Infinity, which then get a fault of their own.

    Raises:
        HttpError: 400, it is none.

    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise HttpError(400, _("The request's body is not valid JSON.")) from error


def _unpacked(raw: bytes) -> bytes:
    """Return at most a byte more than is allowed, however much it would be."""
    try:
        return gzip.GzipFile(fileobj=BytesIO(raw)).read(LARGEST_BODY + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise HttpError(400, _("The request's body is not packed by gzip as it says.")) from error
