"""Addresses of the doors and of the documents."""

from __future__ import annotations

from django.urls import path, re_path

from backoffice.messaging import document_view, status_webhook, webhooks
from backoffice.messaging.cloud import webhook as cloud_webhook

app_name = "messaging"
urlpatterns = [
    # Meta calls without the slash; a redirect would lose the body.
    re_path(r"^webhook/?$", cloud_webhook.whatsapp_cloud, name="whatsapp-cloud"),
    # With and without the slash: a redirect would lose the form and its signature.
    re_path(r"^webhook/whatsapp/?$", webhooks.twilio_whatsapp, name="twilio-whatsapp"),
    re_path(r"^webhook/whatsapp/status/?$", status_webhook.twilio_status, name="twilio-status"),
    path("messaging/document/<row:document_id>/", document_view.show, name="document"),
    path("messaging/message/<row:message_id>/original/", document_view.original, name="original"),
]
