"""What other parts do when a sync or an undo has ended, or stopped half-way."""

from __future__ import annotations

from typing import Final

from backoffice.core import jobs
from crm.models import Interaction, Sale, SyncChange, SyncRun
from crm.models.source import Entity
from crm.signals import customers_changed

Status = SyncRun.Status
# Changes of a run that are looked at one by one; of more, anybody may have changed.
LOOKED_AT: Final = 5_000
_COUNTS: Final = (Entity.CUSTOMER, Entity.SALE, Entity.INTERACTION)


def ended(run: SyncRun) -> None:
    """Called in the transaction that ends a run or its undo; the rest is a job of its own."""
    from crm import tasks  # noqa: PLC0415 - tasks import the engine

    tell(run)
    jobs.enqueue(tasks.after_run, run.pk)


def tell(run: SyncRun) -> None:
    """Send ``customers_changed`` for what the run wrote; nothing where it wrote nothing."""
    ids = _changed(run)
    if ids is None or ids:
        customers_changed.send(sender=SyncRun, customer_ids=ids)


def _changed(run: SyncRun) -> list[int] | None:
    """The customers of the run's journal; None: anybody."""
    if run.status in {Status.UNDONE, Status.UNDOING, Status.TO_UNDO} or run.undo_counts:
        # What was taken back is in the journal no more.
        return None
    journal = SyncChange.objects.filter(run=run.pk, entity__in=_COUNTS).order_by()
    changes = list(journal.values_list("entity", "object_id", "before")[: LOOKED_AT + 1])
    if len(changes) > LOOKED_AT:
        return None
    keys = {entity: [key for kind, key, _old in changes if kind == entity] for entity in _COUNTS}
    found = set(keys[Entity.CUSTOMER])
    for rows in (
        Sale.objects.filter(pk__in=keys[Entity.SALE]),
        Interaction.objects.filter(pk__in=keys[Entity.INTERACTION]),
    ):
        found.update(rows.order_by().values_list("customer_id", flat=True))
    # And whose a row was before.
    owners = [before.get("customer_id") for _kind, _key, before in changes if before]
    return sorted(found | {int(owner) for owner in owners if owner})
