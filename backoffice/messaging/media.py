"""Files that came with messages: stored once by their content, fetched where only a link came."""

from __future__ import annotations

import hashlib
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from backoffice.integrations import twilio_media, whatsapp_cloud_media
from backoffice.integrations.errors import ServiceError
from backoffice.messaging.cleaning import storable
from backoffice.messaging.documents.detect import detect
from backoffice.messaging.models import Attachment, Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backoffice.messaging.models import InboundMessage


SETTLING = timedelta(minutes=10)
# Files that messages went on without: when they are asked for again, and for how long.
_SOONEST, _LATEST = timedelta(minutes=1), timedelta(hours=6)
_KEPT_AT_META = timedelta(days=7)
_AT_ONCE = 50
# No transaction takes longer to commit the row of a file it has stored.
UNCOMMITTED_FOR = timedelta(days=1)
# What was stored lately is not written to again for the sake of its date alone.
_STALE = timedelta(days=1)
# A file that lies there without a row is written anew when it is older, so that it counts as fresh.
_JUST_WRITTEN = timedelta(hours=1)


def store(content: bytes, declared_type: str = "") -> Document:
    """The document of these bytes; the same bytes give the same row, also to two workers at once.

    Its type is what the bytes are, not what the sender said. Refer to it in the same
    transaction, or within days: until then it is not pruned.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    known = _hold(sha256)
    if known is not None and known.file.storage.exists(str(known.file.name)):
        return known
    _kind, mime = detect(content, declared_type)
    name = _place(sha256)
    with _alone_with(sha256):
        _write(name, content)
    # File before row: a row whose file is missing helps nobody, the other way round does no harm.
    row, _created = Document.objects.get_or_create(
        sha256=sha256, defaults={"file": name, "size": len(content), "mime": mime}
    )
    return row


def _hold(sha256: str) -> Document | None:
    """The row of these bytes, if there is one, kept from the pruning until it is referred to.

    A transaction holds it to its end by a key-share lock, which keeps nobody else from
    storing the same file, so that no order of files is a deadlock. Without one the
    row counts as stored anew.
    """
    if not connection.in_atomic_block:
        stale = Document.objects.filter(sha256=sha256, created_at__lt=timezone.now() - _STALE)
        stale.update(created_at=timezone.now())
        return Document.objects.filter(sha256=sha256).first()
    rows = Document.objects.raw(
        "SELECT * FROM messaging_document WHERE sha256 = %s FOR KEY SHARE", [sha256]
    )
    return next(iter(rows), None)


def remove_unless_known(sha256: str) -> bool:
    """Remove the file of these bytes if no row is about it; whether it was removed.

    One written or asked for lately stays: its row may not be committed yet.
    """
    name = _place(sha256)
    with _alone_with(sha256):
        if Document.objects.filter(sha256=sha256).exists() or not default_storage.exists(name):
            return False
        if _is_fresh(name, UNCOMMITTED_FOR):
            return False
        default_storage.delete(name)
    return True


def fetch_missing(message: InboundMessage, *, is_last: bool = False) -> None:
    """Download what came as a link only.

    A file that cannot be had gets its reason in ``problem``; one that may be
    had later raises ``ServiceError`` after the others were fetched, unless this
    is the ``is_last`` attempt. For a file of the Cloud API nothing is held back:
    the message goes on without it, and is read again once it is here (:func:`fetch_late`).
    """
    later: ServiceError | None = None
    for attachment in message.attachments.filter(document=None, problem="").exclude(source_url=""):
        try:
            _fetch(attachment, message)
        except ServiceError as error:
            if whatsapp_cloud_media.is_link(attachment.source_url):
                _put_off(attachment, message, error)
                continue
            if not is_last and _may_pass(error, message):
                later = ServiceError(str(error), code=error.code, retry_after=error.retry_after)
                continue
            attachment.problem = storable(str(error))
            attachment.save(update_fields=["problem"])
    if later is not None:
        raise later


def fetch_late() -> list[int]:
    """Ask again for files that messages went on without; the messages that have one now.

    They come up until somebody takes ``fetch_again_at`` away, in the transaction that has the
    message read again.
    """
    due = Attachment.objects.filter(fetch_again_at__lte=timezone.now())
    found = []
    # The last of them may take long as well.
    deadline = time.monotonic() + settings.JOB_TIMEOUT / 4
    for attachment in due.select_related("message").order_by("fetch_again_at")[:_AT_ONCE]:
        if time.monotonic() > deadline:
            break
        try:
            if attachment.document_id is None:
                _fetch(attachment, attachment.message)
        except ServiceError as error:
            _put_off(attachment, attachment.message, error)
        else:
            found.append(attachment.message_id)
    return sorted(set(found))


def _put_off(attachment: Attachment, message: InboundMessage, error: ServiceError) -> None:
    """Say why the file is not here, and ask again after as long as it was asked for already."""
    age = timezone.now() - message.received_at
    is_over = error.permanent or age > _KEPT_AT_META
    wait = max(_SOONEST, min(age, _LATEST))
    attachment.problem = storable(str(error))
    attachment.fetch_again_at = None if is_over else timezone.now() + wait
    attachment.save(update_fields=["problem", "fetch_again_at"])


def _may_pass(error: ServiceError, message: InboundMessage) -> bool:
    # For some time after the webhook Twilio may not know its own file yet.
    is_young = timezone.now() - message.received_at < SETTLING
    return not error.permanent or (error.code == "404" and is_young)


def _fetch(attachment: Attachment, message: InboundMessage) -> None:
    media = _downloaded(attachment.source_url, message)
    declared = media.declared_type or attachment.declared_type
    attachment.document = store(media.content, declared)
    attachment.filename = attachment.filename or storable(media.filename, 255)
    attachment.problem = ""
    attachment.save(update_fields=["document", "filename", "problem"])


def _downloaded(source: str, message: InboundMessage) -> twilio_media.Media:
    if not whatsapp_cloud_media.is_link(source):
        return twilio_media.download(source)
    found = whatsapp_cloud_media.follow(source, number_id=message.account)
    return twilio_media.Media(found.content, found.declared_type, filename="")


@contextmanager
def _alone_with(sha256: str) -> Iterator[None]:
    """One writer of a file at a time, on whichever host: a file half-written looks like a wreck.

    Let go before the transaction ends: who stores several files never waits for another who
    stores the same ones in another order.
    """
    key = int.from_bytes(bytes.fromhex(sha256[:16]), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _place(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _is_fresh(name: str, age: timedelta) -> bool:
    return timezone.now() - default_storage.get_modified_time(name) < age


def _write(name: str, content: bytes) -> None:
    """Put the bytes at exactly this name, replacing what a killed worker left half-written."""
    if default_storage.exists(name):
        if default_storage.size(name) == len(content) and _is_fresh(name, _JUST_WRITTEN):
            return
        default_storage.delete(name)
    written = default_storage.save(name, ContentFile(content))
    if written != name:
        # Somebody wrote past the lock; the storage gave our copy a name of its own.
        default_storage.delete(written)
