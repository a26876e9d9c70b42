"""Is this request really from Twilio? Shared by every address Twilio calls."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from twilio.request_validator import RequestValidator, get_signature_algorithm

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"


def verify_twilio(request: HttpRequest) -> QueryDict:
    """Return the form Twilio sent, or raise ``PermissionDenied`` (403) for anybody else's.

    The signature covers the address as Twilio called it, which behind a proxy
    is ``PUBLIC_URL`` and not the request's own host, and every field, empty
    ones included. A JSON body is not signed itself: its digest is part of the
    signed address. Such a request gives an empty form; its bytes stay in
    ``request.body``.
    """
    secrets = [secret for secret in (settings.TWILIO_AUTH_TOKEN, *_further_secrets()) if secret]
    if not secrets:
        logger.error("A webhook of Twilio was refused: TWILIO_AUTH_TOKEN is not set.")
        raise PermissionDenied
    # Always UTF-8, whatever character set the request claims.
    is_form = request.content_type == FORM
    form = QueryDict(request.body if is_form else b"", encoding="utf-8")
    if not any(_signed_with(secret, request, form) for secret in secrets):
        logger.warning("A webhook at %s was refused: its signature is wrong.", request.path)
        raise PermissionDenied
    return form


def _further_secrets() -> list[str]:
    secrets: list[str] = settings.TWILIO_WEBHOOK_SECRETS
    return secrets


def _signed_with(secret: str, request: HttpRequest, form: QueryDict) -> bool:
    signature = request.headers.get("X-Twilio-Signature", "")
    algorithm = get_signature_algorithm(
        request.headers.get("X-Twilio-Webhooks-Signature-Settings", "")
    )
    signed: QueryDict | str = form
    if "bodySHA256" in request.GET:
        signed = request.body.decode("utf-8", "replace")
    elif request.content_type != FORM:
        return False  # nothing would vouch for such a body
    url = f"{settings.PUBLIC_URL}{request.get_full_path()}"
    # validate(None) raises, so an absent header must not reach it.
    return bool(signature) and bool(
        RequestValidator(secret).validate(url, signed, signature, algorithm)
    )
