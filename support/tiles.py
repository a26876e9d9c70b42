"""How many tickets wait for an answer, and how long already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core import tiles
from support.models import Ticket

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.models import QuerySet

# A ticket that waits longer than these shows in amber, then in red.
SLOW_SECONDS = 4 * 3600
LATE_SECONDS = 24 * 3600


def waiting() -> QuerySet[Ticket]:
    return Ticket.objects.open()


def tickets_to_answer(_user: User) -> tiles.Tile:
    row = waiting().aggregate(number=Count("pk"), oldest=Min("last_message_at"))
    text = _("Nothing waits.")
    tone: tiles.Tone = "success"
    if row["oldest"]:
        text = pgettext("ticket", "The oldest has waited for %(time)s.") % {
            "time": timesince(row["oldest"], depth=1)
        }
        late = (timezone.now() - row["oldest"]).total_seconds() > LATE_SECONDS
        tone = "danger" if late else "warning"
    return tiles.Tile(
        title=_("Tickets to answer"),
        number=row["number"],
        text=text,
        link=tiles.list_link("support.ticket"),
        tone=tone,
        icon="support_agent",
    )


tiles.register(tickets_to_answer, permission="support.view_ticket", order=20)
tiles.register_badge("support.ticket", waiting)
