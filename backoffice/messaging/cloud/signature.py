"""Is this request really from Meta?"""

from __future__ import annotations

import hashlib
import hmac
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)

HEADER = "X-Hub-Signature-256"


def verify_meta(request: HttpRequest) -> bytes:
    """Return the body that Meta signed, or raise ``PermissionDenied`` (403) for anybody else's.

    The signature covers the very bytes: the same JSON written another way has another one.
    """
    secret: str = settings.WHATSAPP_APP_SECRET
    if not secret:
        logger.error("A webhook of WhatsApp was refused: WHATSAPP_APP_SECRET is not set.")
        raise PermissionDenied
    body = request.body
    expected = sign(body, secret)
    # Bytes: compare_digest takes no text beyond ASCII, and a header may hold any.
    given = request.headers.get(HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, expected.encode()):
        logger.warning("A webhook at %s was refused: its signature is wrong.", request.path)
        raise PermissionDenied
    return body


def sign(body: bytes, secret: str) -> str:
    """The header's value for these bytes."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def is_verify_token(given: str) -> bool:
    """Whether this is the token of our own choice; never while none is set."""
    token: str = settings.WHATSAPP_VERIFY_TOKEN
    if not token:
        logger.error("WhatsApp cannot verify the webhook: WHATSAPP_VERIFY_TOKEN is not set.")
        return False
    return hmac.compare_digest(
        given.encode("utf-8", "surrogatepass"), token.encode("utf-8", "surrogatepass")
    )
