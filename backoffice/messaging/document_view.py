"""Showing what strangers sent to staff, never as a page of our own site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from backoffice.messaging.models import Channel, Document, InboundMessage

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# What a browser may show by itself. Everything else is a download: an HTML or
# SVG file from a stranger would run its scripts with the staff's session.
PDF = "application/pdf"
INLINE_TYPES = frozenset(
    {
        PDF,
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "audio/ogg",
        "audio/mpeg",
        "audio/mp4",
        "audio/aac",
        "audio/amr",
        "audio/wav",
        "audio/x-wav",
        "audio/webm",
    }
)
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
# Browsers show no PDF in a sandbox; their viewers run it apart from our pages anyway.
PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


@staff_member_required
@permission_required("messaging.view_inboundmessage", raise_exception=True)
@require_safe
@xframe_options_sameorigin
def show(_request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The file, with the type we found in its bytes and not the one the sender claimed."""
    document = get_object_or_404(Document, pk=document_id)
    try:
        file = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    inline = document.mime in INLINE_TYPES
    attachment = document.attachments.order_by("pk").first()
    response = FileResponse(
        file,
        as_attachment=not inline,
        filename=(attachment.filename if attachment else "") or document.sha256[:12],
        content_type=document.mime if inline else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PDF_POLICY if document.mime == PDF else FILE_POLICY
    response["Cache-Control"] = "private, max-age=3600"
    return response


@staff_member_required
@permission_required("messaging.view_inboundmessage", raise_exception=True)
@require_safe
def original(_request: HttpRequest, message_id: int) -> HttpResponse:
    """The message exactly as it arrived, as a download: an ``.eml``, or a webhook's body."""
    message = get_object_or_404(InboundMessage.objects.only("raw", "channel"), pk=message_id)
    ending = "eml" if message.channel == Channel.EMAIL else "txt"
    return HttpResponse(
        bytes(message.raw),
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="message-{message_id}.{ending}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
