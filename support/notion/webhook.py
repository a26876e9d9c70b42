"""Notion's webhook: it says that something changed, and the worker looks what.

Optional: without it the bases are read every two minutes all the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from backoffice.core.jobs import enqueue
from backoffice.integrations import notion
from backoffice.integrations.errors import NotConfigured
from backoffice.integrations.notion_values import id_of
from support.models import NotionBase, NotionSource
from support.notion import tasks

if TYPE_CHECKING:
    from django.http import HttpRequest

# Notion's own events have less than two thousand bytes.
_LONGEST = 100_000
_TOKEN = re.compile(r"[A-Za-z0-9_\-]{8,200}")
# Within this time one look serves all events; what comes after it, the next schedule takes.
_TOGETHER = timedelta(seconds=15)


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Answer at once; 403 to whoever does not know the verification token."""
    body = request.body
    if len(body) > _LONGEST:
        return HttpResponse(status=413)
    token = settings.NOTION_WEBHOOK_TOKEN
    if not token:
        return HttpResponse(status=200 if _offered(_read(body)) else 403)
    if not _is_signed(body, request.headers.get("X-Notion-Signature", ""), token):
        return HttpResponse(status=403)
    _take(_read(body))
    return HttpResponse(status=200)


def _is_signed(body: bytes, signature: str, token: str) -> bool:
    wanted = "sha256=" + hmac.new(token.encode(), body, hashlib.sha256).hexdigest()
    # Bytes: a signature that is not ASCII would raise.
    return hmac.compare_digest(wanted.encode(), signature.encode())


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _offered(event: dict[str, Any]) -> bool:
    """Keep the token of the handshake for a person, who alone can put it into the settings."""
    token = event.get("verification_token")
    if not notion.configured() or not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return False
    NotionSource.objects.update_or_create(
        base=NotionBase.CONTACTS, defaults={"offered_token": token}
    )
    return True


def _take(event: dict[str, Any]) -> None:
    authors = event.get("authors")
    if isinstance(authors, list) and authors and all(_is_bot(one) for one in authors):
        # Our own writing.
        return
    entity = event.get("entity")
    if event.get("type") == "page.deleted" and isinstance(entity, dict):
        try:
            enqueue(tasks.look_at, id_of(str(entity.get("id", ""))))
        except NotConfigured:
            return
    else:
        _have_read()


def _is_bot(author: object) -> bool:
    return isinstance(author, dict) and author.get("type") == "bot"


def _have_read() -> None:
    now = timezone.now()
    with transaction.atomic():
        NotionSource.objects.get_or_create(base=NotionBase.CONTACTS)
        rows = NotionSource.objects.filter(base=NotionBase.CONTACTS)
        not_just_now = Q(pull_asked_at=None) | Q(pull_asked_at__lt=now - _TOGETHER)
        if rows.filter(not_just_now).update(pull_asked_at=now):
            enqueue(tasks.pull)
