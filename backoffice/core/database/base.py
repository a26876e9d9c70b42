"""Django's PostgreSQL backend, with a server of its own when none is configured."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from backoffice.core.database import server


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts (or finds) the embedded server when the first connection is wanted."""

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params["host"] = server.ensure_running(params.pop("embedded_dir"))
        return params
