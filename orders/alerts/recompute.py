"""Making the alerts say what is so: raised, changed, ended. It may run as often as one likes.

Each family has a transaction of its own and an advisory lock in it: of two runs the second one
reads the facts after the first has written, and finds nothing left to do.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone, translation

from orders.alerts import (
    copies,
    delivery,
    mailboxes,
    providers,
    requests,
    totals,
    unread,
    untold,
    unusual,
    waiting,
)
from orders.alerts.facts import Scope
from orders.models import Alert, Order, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from orders.alerts.facts import Fact, Family

logger = logging.getLogger(__name__)

FAMILIES: tuple[Family, ...] = (
    delivery.FAMILY,
    waiting.FAMILY,
    unusual.FAMILY,
    totals.FAMILY,
    copies.FAMILY,
    requests.FAMILY,
    untold.FAMILY,
    unread.FAMILY,
    mailboxes.FAMILY,
    providers.FAMILY,
)
UNRESOLVED = ~Q(state=Alert.State.RESOLVED)
# Resolved by a person while the fact lasts: what the machine ends loses its fingerprint.
PUT_AWAY = Q(state=Alert.State.RESOLVED) & ~Q(fingerprint="")
# Advisory lock held while the alerts of a family are compared with its facts.
_COMPARING = int.from_bytes(b"alerts")
_BATCH = 1000
SAID = ("severity", "sentence", "fingerprint", "order_id", "message_id", "notice_id")


@dataclass(slots=True)
class Changes:
    raised: int = 0
    changed: int = 0
    ended: int = 0

    def add(self, other: Changes) -> None:
        self.raised += other.raised
        self.changed += other.changed
        self.ended += other.ended


def recompute(orders: Collection[int] | None = None) -> Changes:
    """Bring the alerts up to date: all of them, or those about the orders with these ids.

    A family that fails leaves its alerts as they are and does not keep the others from theirs;
    its error is raised at the end.
    """
    scope = Scope(timezone.now(), None if orders is None else frozenset(orders))
    changes = Changes()
    failure: Exception | None = None
    for family in FAMILIES:
        if scope.orders is not None and not family.is_about_orders:
            continue
        try:
            changes.add(_compare(family, scope))
        except Exception as error:
            logger.exception("Alerts of %s could not be computed.", family.kinds[0])
            failure = error
    if failure is not None:
        raise failure
    return changes


def recompute_order(order_id: int) -> Changes:
    """Bring the alerts of one order up to date, and of its copies, which depend on it."""
    copies_of_it = Order.objects.filter(duplicate_of=order_id).values_list("pk", flat=True)
    return recompute([order_id, *copies_of_it])


def _compare(family: Family, scope: Scope) -> Changes:
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_COMPARING])
        facts = {fact.key: fact for fact in family.find(scope)}
        alerts = _alerts(family, scope, facts)
        standing = {row.key: row for row in alerts.filter(UNRESOLVED)}
        kept = alerts.filter(PUT_AWAY).only("key", "fingerprint", "order_id")
        put_away = {row.key: row for row in kept.order_by("pk")}
        new = [
            fact
            for key, fact in facts.items()
            if key not in standing
            and (key not in put_away or put_away[key].fingerprint != fact.fingerprint)
        ]
        # What a person put away counts until the fact ends or changes.
        raised = {fact.key for fact in new}
        forgotten = [row for key, row in put_away.items() if key in raised or key not in facts]
        changed = _changed(standing, facts, scope.now)
        over = [row for key, row in standing.items() if key not in facts]
        there = _hold([*new, *forgotten, *changed, *over])
        new = [fact for fact in new if fact.order_id is None or fact.order_id in there]
        _raise(new)
        _forget(alerts, [row.key for row in forgotten])
        return Changes(len(new), _change(changed), _end([row.pk for row in over], scope.now))


def _alerts(family: Family, scope: Scope, facts: Collection[str]) -> QuerySet[Alert]:
    alerts = Alert.objects.filter(kind__in=family.kinds)
    if scope.orders is None:
        return alerts
    # Also those that knew nothing yet of the order they are about.
    return alerts.filter(Q(order__in=scope.orders) | Q(key__in=facts))


def _hold(rows: Sequence[Fact | Alert]) -> set[int]:
    """Let nobody delete the orders that these are about until we commit; those that are there.

    In the order of their ids, and before their alerts, as whoever deletes orders locks them.
    """
    ids = sorted({row.order_id for row in rows if row.order_id is not None})
    if not ids:
        return set()
    with connection.cursor() as cursor:
        # Django has no name for this lock: nobody who works on an order waits for it.
        cursor.execute(
            "SELECT id FROM orders_order WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE", [ids]
        )
        return {pk for (pk,) in cursor.fetchall()}


def _forget(alerts: QuerySet[Alert], keys: Collection[str]) -> None:
    if keys:
        alerts.filter(PUT_AWAY, key__in=keys).update(fingerprint="")


def _raise(facts: Sequence[Fact]) -> None:
    if not facts:
        return
    rows = [
        Alert(key=fact.key, kind=fact.kind, **{name: getattr(fact, name) for name in SAID})
        for fact in facts
    ]
    Alert.objects.bulk_create(rows, batch_size=_BATCH)


def _changed(
    standing: Mapping[str, Alert], facts: Mapping[str, Fact], now: datetime
) -> list[Alert]:
    """The alerts that say something else by now, with what they are to say; nothing is written."""
    changed = []
    for key in standing.keys() & facts.keys():
        row, fact = standing[key], facts[key]
        said = {name: getattr(fact, name) for name in SAID} | {
            "severity": _severity(fact, row, now)
        }
        if any(getattr(row, name) != value for name, value in said.items()):
            for name, value in said.items():
                setattr(row, name, value)
            changed.append(row)
    return changed


def _change(changed: Sequence[Alert]) -> int:
    if not changed:
        return 0
    # Not what somebody resolved this moment: its fingerprint is what they saw.
    unresolved = Alert.objects.filter(UNRESOLVED)
    return unresolved.bulk_update(changed, SAID, batch_size=_BATCH)


def _severity(fact: Fact, row: Alert, now: datetime) -> Severity:
    rises_at = None if fact.critical_after is None else row.raised_at + fact.critical_after
    return fact.severity if rises_at is None or now < rises_at else Severity.CRITICAL


def _end(ids: Collection[int], now: datetime) -> int:
    if not ids:
        return 0
    over = {"state": Alert.State.RESOLVED, "resolved_at": now, "fingerprint": ""}
    return Alert.objects.filter(UNRESOLVED, pk__in=ids).update(**over)
