"""Entry points of the worker for files that come late."""

from __future__ import annotations

from backoffice.messaging import moving


def read_late_files() -> None:
    moving.read_late_files()
