"""The address that WhatsApp's Cloud API calls: check, store, answer. No work is done here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from backoffice.messaging import receiving
from backoffice.messaging.cloud import door as cloud_door
from backoffice.messaging.cloud import statuses as cloud_statuses
from backoffice.messaging.cloud.signature import is_verify_token, verify_meta

if TYPE_CHECKING:
    from django.http import HttpRequest


@csrf_exempt
@require_http_methods(["GET", "POST"])
def whatsapp_cloud(request: HttpRequest) -> HttpResponse:
    """200 once everything in the request is stored; 403 for whoever is not Meta."""
    if request.method == "GET":
        return _verified(request)
    body = verify_meta(request)
    delivery = cloud_door.open_delivery(body, timezone.now())
    receiving.receive_many(delivery.messages)
    # After the commit: what an app does about a status must not cost us a message.
    cloud_statuses.record(delivery.reports)
    return HttpResponse("ok", content_type="text/plain")


def _verified(request: HttpRequest) -> HttpResponse:
    """The challenge that proves to Meta that the address is ours."""
    asked = request.GET
    if asked.get("hub.mode") != "subscribe" or not is_verify_token(
        asked.get("hub.verify_token", "")
    ):
        raise PermissionDenied
    response = HttpResponse(asked.get("hub.challenge", ""), content_type="text/plain")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
