"""Whether there is a database to keep versions in: training can do without one."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def is_there() -> bool:
    """Whether one is named, or the embedded one was made before; asked without starting it."""
    folder = settings.DATABASES["default"].get("OPTIONS", {}).get("embedded_dir")
    return folder is None or (Path(folder) / "PG_VERSION").exists()
