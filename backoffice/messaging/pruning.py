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
    from collections.abc import Iterator

# Whoever has stored a file has long referred to it by then, or never will.
UNREFERENCED_FOR = timedelta(days=7)
_BATCH = 500
_FOLDERS = 256
_NAME = re.compile(r"[0-9a-f]{64}")


def prune() -> int:
    """Remove documents without a message, and some of the files without a row; how many files.

    Row before file, so that no row loses its file. Should somebody refer to a
    document at the very moment it goes, the database refuses one of the two;
    a job that is refused is tried again and stores the file anew.
    """
    old = timezone.now() - UNREFERENCED_FOR
    rows = Document.objects.filter(created_at__lt=old, attachments=None, sent_attachments=None)
    removed = 0
    for document in rows.order_by("pk")[:_BATCH]:
        try:
            with transaction.atomic():
                document.delete()
        except IntegrityError:
            continue  # referred to just now
        removed += media.remove_unless_known(document.sha256)
    return removed + sum(media.remove_unless_known(sha256) for sha256 in _orphans())


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
