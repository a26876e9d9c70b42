"""Whether there is a database to keep versions in: training can do without one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

# Seconds: a host that never answers would keep a training waiting for ever.
_PATIENCE: Final = 5


def is_there() -> bool:
    """Whether one is named, or the embedded one was made before; asked without starting it."""
    folder = settings.DATABASES["default"].get("OPTIONS", {}).get("embedded_dir")
    return folder is None or (Path(folder) / "PG_VERSION").exists()


def reach() -> None:
    """Connect, unless connected, and wait no longer than some seconds for an answer.

    Raises:
        django.db.Error: nobody answers, or not in time.

    """
    options = connection.settings_dict["OPTIONS"]
    if connection.connection is not None or "connect_timeout" in options:
        return connection.ensure_connection()
    options["connect_timeout"] = _PATIENCE
    try:
        return connection.ensure_connection()
    finally:
        del options["connect_timeout"]
