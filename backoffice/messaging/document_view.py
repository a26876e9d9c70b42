"""Showing what strangers sent to staff, never as a page of our own site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from backoffice.messaging import byte_ranges
from backoffice.messaging.cleaning import file_name
from backoffice.messaging.models import Channel, Document, InboundMessage

if TYPE_CHECKING:
    from django.core.files import File
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
VIEW_RECEIVED = "messaging.view_inboundmessage"
VIEW_SENT = "messaging.view_outboundmessage"
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
# Browsers show no PDF in a sandbox; their viewers run it apart from our pages anyway.
PDF_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
)


@staff_member_required
@require_safe
@xframe_options_sameorigin
def show(request: HttpRequest, document_id: int) -> HttpResponseBase:
    """The file, or the range asked for, with the type we found in its bytes.

    A file belongs to the messages it came or went with: who may see messages
    received (of whatever desk: there is one permission for all) may see it, or
    messages sent where it was sent.
    """
    document = get_object_or_404(Document, pk=document_id)
    name = _name(document, request)
    if same := get_conditional_response(request, etag=_etag(document)):
        return same
    try:
        file = document.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    try:
        part = byte_ranges.wanted(_range_header(request, document), file.size)
    except byte_ranges.NoSuchRange:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{document.size}"})
    return _response(document, file, name, part)


def _name(document: Document, request: HttpRequest) -> str:
    """What the file is called in a message the person may see; else ``PermissionDenied``."""
    came = document.attachments.order_by("pk").first()
    sent = document.sent_attachments.order_by("pk").first()
    if request.user.has_perm(VIEW_RECEIVED) and (came or not sent):
        name = came.filename if came else ""
    elif request.user.has_perm(VIEW_SENT) and sent:
        name = sent.filename
    else:
        raise PermissionDenied
    return file_name(name) or document.sha256[:12]


def _response(
    document: Document, file: File[bytes], name: str, part: range | None
) -> HttpResponseBase:
    inline = document.mime in INLINE_TYPES
    response: FileResponse | StreamingHttpResponse
    if part is None:
        response = FileResponse(file)
    else:
        response = StreamingHttpResponse(byte_ranges.Part(file, part), status=206)
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
        response["Content-Length"] = str(len(part))
    response["Content-Type"] = document.mime if inline else "application/octet-stream"
    response["Content-Disposition"] = str(content_disposition_header(not inline, name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = PDF_POLICY if document.mime == PDF else FILE_POLICY
    response["Cache-Control"] = "private, max-age=3600"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = _etag(document)
    return response


def _range_header(request: HttpRequest, document: Document) -> str:
    # "If it is still the same file": ours never change, so any other tag is another file's.
    is_other = request.headers.get("If-Range", _etag(document)) != _etag(document)
    return "" if is_other else request.headers.get("Range", "")


def _etag(document: Document) -> str:
    return f'"{document.sha256}"'


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
