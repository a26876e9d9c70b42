"""The address at which Twilio reports what became of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backoffice.messaging import statuses
from backoffice.messaging.twilio_signature import verify_twilio

if TYPE_CHECKING:
    from django.http import HttpRequest

# No id of ours has as many digits.
_TOO_LONG = 19


@csrf_exempt
@require_POST
def twilio_status(request: HttpRequest) -> HttpResponse:
    """204 for every signed report, also on a message that is not ours: no use in asking again."""
    form = verify_twilio(request)
    # The address is signed too: these are what we wrote into it, or nothing.
    own_id = request.GET.get("message", "")
    fields = {name: str(form[name]) for name in form}
    statuses.record_twilio(
        fields,
        message_id=int(own_id) if own_id.isdecimal() and len(own_id) < _TOO_LONG else None,
        attempt=request.GET.get("attempt", ""),
    )
    return HttpResponse(status=204)
