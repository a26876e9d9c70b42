"""Handing a task to the worker."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.tasks import async_task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def enqueue(task: Callable[..., object], *args: int | str) -> None:
    """Have the worker call ``task(*args)``: a function of a ``tasks`` module, ids only.

    With the database as broker the queue row belongs to the caller's
    transaction: it is there exactly if the caller's work is. Redis knows no
    transactions, so there the task is handed over on commit and the sweeper
    covers a crash in between.
    """
    name = dotted_name(task)
    if settings.REDIS_URL:
        transaction.on_commit(partial(async_task, name, *args), robust=True)
    else:
        async_task(name, *args)


def enqueue_many(task: Callable[..., object], ids: Iterable[int], *args: int | str) -> None:
    """As :func:`enqueue` of each of ``ids`` with ``args``, in their order; one INSERT for all."""
    if settings.REDIS_URL:
        for pk in ids:
            enqueue(task, pk, *args)
        return
    broker = _Collector()
    for pk in ids:
        async_task(dotted_name(task), pk, *args, broker=broker)
    now = timezone.now()
    rows = [OrmQ(key=Conf.CLUSTER_NAME, payload=payload, lock=now) for payload in broker.payloads]
    if rows:
        OrmQ.objects.bulk_create(rows)


class _Collector:
    """In the place of django-q's broker: keeps what would be inserted one by one."""

    list_key = Conf.CLUSTER_NAME

    def __init__(self) -> None:
        self.payloads: list[str] = []

    def enqueue(self, payload: str) -> None:
        self.payloads.append(payload)


def dotted_name(task: Callable[..., object]) -> str:
    """How the worker finds the function again."""
    return f"{task.__module__}.{task.__qualname__}"


def give_back_taken() -> None:
    """Make every entry that a cluster has taken available again; called before one starts.

    What a killed cluster had taken would lie there for ``retry`` seconds. Where
    another host's cluster is at work, some entries are delivered twice, which
    every task must bear anyway.
    """
    if not settings.REDIS_URL:
        now = timezone.now()
        OrmQ.objects.filter(lock__gt=now).update(lock=now)
