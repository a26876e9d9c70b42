"""Our webhook at the address the fixtures were signed for."""

from __future__ import annotations

from django.urls import path

from backoffice.messaging import webhooks

urlpatterns = [path("webhooks/twilio/whatsapp", webhooks.twilio_whatsapp)]
