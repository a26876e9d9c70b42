"""Files of imports that nobody confirmed: they hold personal data and are of no use."""

from __future__ import annotations

import datetime as dt

from django.core.files.storage import default_storage
from django.utils import timezone

# Where import-export keeps an upload between preview and confirmation.
FOLDER = "django-import-export"
KEPT = dt.timedelta(hours=24)


def forget() -> int:
    """Delete uploads older than a day; how many there were."""
    try:
        _folders, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return 0
    before = timezone.now() - KEPT
    paths = [f"{FOLDER}/{name}" for name in names]
    old = [path for path in paths if default_storage.get_modified_time(path) < before]
    for path in old:
        default_storage.delete(path)
    return len(old)
