"""The addresses outside services call: check, store, answer. No work is done here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backoffice.messaging import receiving, statuses, twilio_door, whatsapp_probe
from backoffice.messaging.twilio_signature import verify_twilio

if TYPE_CHECKING:
    from django.http import HttpRequest

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


@csrf_exempt
@require_POST
def twilio_whatsapp(request: HttpRequest) -> HttpResponse:
    """A WhatsApp message through Twilio; answered with an empty TwiML, replies go by REST."""
    form = verify_twilio(request)
    fields = {name: form.get(name, "") for name in form}
    if whatsapp_probe.is_ours(fields):
        return HttpResponse(whatsapp_probe.proof(fields), content_type="text/plain")
    if "MessageStatus" in fields and "Body" not in fields:
        # A number whose status reports are sent here too: our own message, not a customer's.
        statuses.record_twilio(fields, message_id=None)
        return HttpResponse(EMPTY_TWIML, content_type="text/xml")
    receiving.receive(twilio_door.incoming(fields, request.body, timezone.now()))
    return HttpResponse(EMPTY_TWIML, content_type="text/xml")
