"""What people decide about an alert: open -> acknowledged -> resolved, and open again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from orders.models import Alert

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = Alert.State
PERMISSION = "orders.change_alert"
DECIDED = (
    "state",
    "acknowledged_by",
    "acknowledged_at",
    "resolved_by",
    "resolved_at",
    "note",
)


class AlertNotFound(ObjectDoesNotExist, DomainError):
    """There is no alert with that id."""

    code = "not_found"

    def __init__(self, alert_id: int) -> None:
        super().__init__(_("There is no such alert."), field="alert_id", value=alert_id)


class AlertDecided(DomainError):
    """Somebody was first, or the fact has gone; the sentence says who, what and when."""

    code = "already_decided"
    conflict = True

    def __init__(self, alert: Alert) -> None:
        super().__init__(_already(alert), field="state", value=alert.state)


def acknowledge(alert_id: int, *, by: User, note: str = "") -> Alert:
    """Say that ``by`` looks after it; it stays so while the fact lasts."""
    with transaction.atomic():
        alert = _lock(alert_id, by)
        if alert.state != State.OPEN:
            raise AlertDecided(alert)
        alert.state = State.ACKNOWLEDGED
        alert.acknowledged_by, alert.acknowledged_at = by, timezone.now()
        _save(alert, note)
    return alert


def resolve(alert_id: int, *, by: User, note: str = "") -> Alert:
    """Put the alert away; it comes back only when the fact has changed, or ended and begun anew."""
    with transaction.atomic():
        alert = _lock(alert_id, by)
        if alert.state == State.RESOLVED:
            raise AlertDecided(alert)
        alert.state = State.RESOLVED
        alert.resolved_by, alert.resolved_at = by, timezone.now()
        _save(alert, note)
    return alert


def reopen(alert_id: int, *, by: User) -> Alert:
    """Take back that it was acknowledged or resolved.

    ``DomainError`` where the fact has gone, or the alert was raised anew meanwhile.
    """
    with transaction.atomic():
        alert = _lock(alert_id, by)
        if alert.state == State.OPEN:
            raise AlertDecided(alert)
        if alert.state == State.RESOLVED and not alert.fingerprint:
            raise DomainError(
                _("What this alert says is no longer so: there is nothing to open again."),
                code="fact_gone",
                field="state",
            )
        alert.state = State.OPEN
        alert.acknowledged_by = alert.acknowledged_at = None
        alert.resolved_by = alert.resolved_at = None
        _save(alert, "")
    return alert


def _lock(alert_id: int, by: User) -> Alert:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied(
            _("This takes the permission “%(permission)s”.") % {"permission": PERMISSION}
        )
    # Without joins, as in orders.workflow: after waiting the row is read anew, joined ones are not.
    alert = Alert.objects.select_for_update(no_key=True).filter(pk=alert_id).first()
    if alert is None:
        raise AlertNotFound(alert_id)
    return alert


def _save(alert: Alert, note: str) -> None:
    if note.strip():
        alert.note = "\n".join(filter(None, [alert.note, note.strip()]))
    alert.save(update_fields=DECIDED)


def _already(alert: Alert) -> str:
    resolved = alert.state == State.RESOLVED
    who = alert.resolved_by if resolved else alert.acknowledged_by
    at = alert.resolved_at if resolved else alert.acknowledged_at
    if alert.state == State.OPEN:
        return _("This alert is open.")
    words = {
        "when": date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT"),
        "who": (who.get_full_name() or who.get_username()) if who else "",
    }
    if not resolved:
        return _("This alert was acknowledged by %(who)s on %(when)s.") % words
    if who is None:
        return _("This alert ended by itself on %(when)s: it is no longer so.") % words
    return _("This alert was resolved by %(who)s on %(when)s.") % words
