"""How the desk's pages name colleagues."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def person(user: User | None) -> str:
    """The full name, or the one they sign in with; empty for nobody."""
    return (user.get_full_name() or user.get_username()) if user else ""
