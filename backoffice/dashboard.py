"""The admin's home: what waits on each desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.http import HttpRequest


def dashboard_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    return context
