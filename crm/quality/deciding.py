"""What staff decide of anomalies: never mind, or look again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import Anomaly

State = Anomaly.State


def ignore(anomaly_id: int) -> Anomaly:
    """The anomaly stays ignored however often it is seen again; raises DomainError."""
    return _decide(anomaly_id, State.OPEN, State.IGNORED)


def reopen(anomaly_id: int) -> Anomaly:
    """An ignored anomaly is to be looked at again; raises DomainError."""
    return _decide(anomaly_id, State.IGNORED, State.OPEN)


def ignore_kind(table_id: int, code: str) -> int:
    """Ignore all open anomalies of one kind of a table, those of rows taken; how many.

    What refused a row goes with its row: dismiss that.
    """
    return Anomaly.objects.filter(
        table=table_id, code=code, state=State.OPEN, staged_row=None
    ).update(state=State.IGNORED)


def _decide(anomaly_id: int, before: State, after: State) -> Anomaly:
    with transaction.atomic():
        anomaly = Anomaly.objects.select_for_update(no_key=True).get(pk=anomaly_id)
        if anomaly.state != before:
            error = DomainError(
                _("This anomaly is “%(state)s” by now.") % {"state": anomaly.get_state_display()},
                code="conflict",
                value=anomaly.state,
            )
            error.conflict = True
            raise error
        anomaly.state = after
        anomaly.save(update_fields=["state"])
    return anomaly
