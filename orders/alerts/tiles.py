"""How many alerts nobody has taken up yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core import tiles
from orders.models import Alert, Severity

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

PERMISSION = "orders.view_alert"


def waiting() -> QuerySet[Alert]:
    """Open alerts that somebody has to take up; information needs nobody."""
    return Alert.objects.filter(state=Alert.State.OPEN, severity__gte=Severity.WARNING)


def critical_alerts(_user: User) -> tiles.Tile:
    number = waiting().filter(severity=Severity.CRITICAL).count()
    return tiles.Tile(
        title=_("Critical alerts"),
        number=number,
        text=_("Nobody has taken them up yet.") if number else _("Nothing is critical."),
        link=_list(Severity.CRITICAL),
        tone="danger" if number else "success",
        icon="notification_important",
    )


def warnings(_user: User) -> tiles.Tile:
    number = waiting().filter(severity=Severity.WARNING).count()
    return tiles.Tile(
        title=_("Warnings"),
        number=number,
        text=_("Nobody has taken them up yet.") if number else _("Nothing to warn of."),
        link=_list(Severity.WARNING),
        tone="warning" if number else "success",
        icon="notifications",
    )


def _list(severity: Severity) -> str:
    return tiles.list_link("orders.alert", f"?state=open&severity__exact={severity:d}")


tiles.register(critical_alerts, permission=PERMISSION, order=12)
tiles.register(warnings, permission=PERMISSION, order=14)
tiles.register_badge("orders.alert", waiting)
