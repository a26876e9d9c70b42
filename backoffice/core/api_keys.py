"""Keys by which programs sign in: shown once, kept as a digest, limited by scopes."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
import time
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.auth import get_user_model
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.models import ApiKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User
    from django.db.models import Model

logger = logging.getLogger(__name__)

_START = "bo_"
_SHOWN = len(_START) + 6
_SCOPE = re.compile(r"[a-z_]+:(read|write)")
# Writing "last used" at every request would make every read a write.
_USE_NOTED_EVERY = timedelta(minutes=1)
# Seconds for which a sign-in is recalled, and for which it is while the database is away.
_RECALLED = 5.0
_RECALLED_ALONE = 900.0
_MOST_RECALLED = 1000

_areas: set[str] = set()


def declare_area(area: str) -> None:
    """Make ``<area>:read`` and ``<area>:write`` known; done for each router that is mounted."""
    _areas.add(area)


def known_scopes() -> list[str]:
    return [f"{area}:{way}" for area in sorted(_areas) for way in ("read", "write")]


def issue(name: str, user: User, scopes: Iterable[str]) -> tuple[ApiKey, str]:
    """Make a key that acts as ``user`` within ``scopes``; returns the row and the key itself.

    The key cannot be had again: only its digest is stored.
    """
    chosen = sorted(set(scopes))
    for scope in chosen:
        if not _SCOPE.fullmatch(scope):
            raise DomainError(
                _("“%(scope)s” is not a scope: write one like orders:read.") % {"scope": scope},
                code="unknown_scope",
                field="scopes",
                value=scope,
            )
    key = _START + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        name=name, user=user, scopes=chosen, prefix=key[:_SHOWN], digest=_digest(key)
    )
    return row, key


def authenticate(key: str) -> ApiKey | None:
    """The key's row with its user, where the key is valid and the user active."""
    digest = _digest(key)
    row = _valid(digest)
    # The index found it by its digest, of which an attacker knows nothing; still in constant time.
    if row is None or not hmac.compare_digest(row.digest, digest):
        return None
    now = timezone.now()
    if row.last_used_at is None or row.last_used_at < now - _USE_NOTED_EVERY:
        # Of many at once one writes.
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED_EVERY)
        ApiKey.objects.filter(stale, pk=row.pk).update(last_used_at=now)
    return row


class _SignIn(NamedTuple):
    row: ApiKey
    # By the monotonic clock: when the database said so, and when it is asked again.
    told: float
    again: float


class Recall:
    """As :func:`authenticate`, asking the database every five seconds at most in each process.

    For addresses that compute from what they are sent, and neither show nor change anything of
    ours: elsewhere a key must end with its revocation. A revocation in this process is known at
    once. While the database is away nobody can revoke, and who signed in within the last quarter
    of an hour stays signed in.
    """

    def __init__(self) -> None:
        self._known: dict[str, _SignIn] = {}

    def __call__(self, key: str) -> ApiKey | None:
        known, digest, now = self._known, _digest(key), time.monotonic()
        found = known.get(digest)
        if found is not None and now < found.again:
            return found.row
        try:
            row, told = authenticate(key), now
        except DatabaseError as error:
            if found is None or now > found.told + _RECALLED_ALONE:
                raise
            logger.warning("A key is taken as it was, the database is away: %s", error)
            row, told = found.row, found.told
        known.pop(digest, None)
        if row is not None:
            # Into what was there before the question: a revocation meanwhile began another one.
            known[digest] = _SignIn(row, told, now + _RECALLED)
            if len(known) > _MOST_RECALLED:
                # A copy at once: other threads put theirs in meanwhile.
                known.pop(next(iter(tuple(known))), None)
        return row

    def forget(self) -> None:
        self._known = {}


recall = Recall()


def revoke(key_id: int) -> ApiKey:
    """Make the key invalid for ever; raises ``DomainError`` (conflict) where it already is."""
    with transaction.atomic():
        row = ApiKey.objects.select_for_update().get(pk=key_id)
        if row.revoked_at is not None:
            error = DomainError(_("This key was revoked before."), code="already_revoked")
            error.conflict = True
            raise error
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        transaction.on_commit(recall.forget)
    return row


def _valid(digest: str) -> ApiKey | None:
    with connection.cursor() as cursor:
        cursor.execute(_question(), [digest])
        found = cursor.fetchone()
    if found is None:
        return None
    user, names = get_user_model(), _names(ApiKey)
    row = ApiKey.from_db(connection.alias, names, found[: len(names)])
    row.user = user.from_db(connection.alias, _names(user), found[len(names) :])
    return row


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - Django's own


@lru_cache(maxsize=1)
def _question() -> str:
    # As text: every request asks it, and Django takes longer to write it than PostgreSQL to answer.
    rows = ApiKey.objects.select_related("user").filter(
        digest="", revoked_at=None, user__is_active=True
    )
    return str(rows.order_by().query.sql_with_params()[0])


def _digest(key: str) -> str:
    # A fast hash will do: the key is 256 random bits, not a password.
    return sha256(key.encode("utf-8", "replace")).hexdigest()
