"""Files that no message refers to are removed, after a while and never under somebody's feet."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.messaging import media
from backoffice.messaging.models import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

# Whoever has stored a file has long referred to it by then, or never will.
UNREFERENCED_FOR = timedelta(days=7)
_BATCH = 500
_FOLDERS = 256
_NAME = re.compile(r"[0-9a-f]{64}")


def prune() -> int:
    """Remove documents without a message, and some of the files without a row; how many files.

    Row before file, so that no row loses its file. A row that somebody holds, or has
    stored again, stays: whoever stored it is about to refer to it (``media.store``).
    """
    old = timezone.now() - UNREFERENCED_FOR
    rows = Document.objects.filter(created_at__lt=old, attachments=None, sent_attachments=None)
    gone = [
        sha256
        for pk, sha256 in rows.order_by("pk").values_list("pk", "sha256")[:_BATCH]
        if _delete(pk, old)
    ]
    return sum(media.remove_unless_known(sha256) for sha256 in [*gone, *_orphans()])


def forget(document_ids: Iterable[int]) -> int:
    """Remove these documents now where no message refers to them any more; how many files.

    For what a person asked to have erased. One stored within a day loses its text at once and
    goes with the next pruning: its file may just be on its way to another message.
    """
    fresh = timezone.now() - media.UNCOMMITTED_FOR
    rows = Document.objects.filter(
        pk__in=document_ids, attachments=None, sent_attachments=None
    ).order_by("pk")
    known = list(rows.values_list("pk", "sha256"))
    gone = [sha256 for pk, sha256 in known if _delete(pk, fresh)]
    rows.update(text="", page_starts=[], read_at=None)
    return sum(media.remove_unless_known(sha256) for sha256 in gone)


def _delete(pk: int, old: datetime) -> bool:
    try:
        with transaction.atomic():
            # Without joins: what refers to it is looked up once it is locked.
            rows = Document.objects.select_for_update(skip_locked=True)
            document = rows.filter(pk=pk, created_at__lt=old).first()
            if document is not None:
                document.delete()
    except IntegrityError:
        return False  # referred to just now
    return document is not None


def _orphans() -> Iterator[str]:
    """Files that a transaction stored before it was rolled back: one folder of 256 a day."""
    folder = f"{date.today().toordinal() % _FOLDERS:02x}"  # noqa: DTZ011 - any day will do
    if not default_storage.exists(folder):
        return
    below = default_storage.listdir(folder)[0]
    names = {name for part in below for name in default_storage.listdir(f"{folder}/{part}")[1]}
    hashes = {name for name in names if _NAME.fullmatch(name)}
    known = Document.objects.filter(sha256__in=hashes).values_list("sha256", flat=True)
    yield from sorted(hashes - set(known))
