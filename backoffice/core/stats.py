"""The figures of ``GET /api/stats``, one part per app; an app registers its part in ``ready``.

The scoring model's figures have always stood at the top level of that answer,
every other app's under its own name, which is also the area of a key's scopes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.contrib.auth.models import User

    from backoffice.core.models import ApiKey


@dataclass(frozen=True, slots=True)
class _Part:
    build: Callable[[], Mapping[str, Any]]
    permission: str | None
    at_top: bool


_parts: dict[str, _Part] = {}


def register(
    name: str,
    build: Callable[[], Mapping[str, Any]],
    *,
    permission: str | None,
    at_top: bool = False,
) -> None:
    """Answer ``build()`` under ``name``, or at the top level, to those with ``permission``.

    None: to everybody who is let in, for it says nothing about anybody.
    """
    _parts[name] = _Part(build, permission, at_top)


def collect(user: User, key: ApiKey | None) -> dict[str, Any]:
    """All parts that this user may see, and this key where they came by one."""
    answer: dict[str, Any] = {}
    for name, part in _parts.items():
        if part.permission is None or (_is_within(key, name) and user.has_perm(part.permission)):
            answer |= part.build() if part.at_top else {name: part.build()}
    return answer


def _is_within(key: ApiKey | None, area: str) -> bool:
    return key is None or f"{area}:read" in key.scopes
