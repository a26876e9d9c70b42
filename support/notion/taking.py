"""Taking over what somebody changed in Notion; nothing is ever sent by it.

Each function is called with the ticket locked and returns why it was not done, in words for
the history, or nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from support import merging
from support.drafting import requests
from support.models import Ticket, TicketEvent

if TYPE_CHECKING:
    import datetime as dt

Kind = TicketEvent.Kind
Status = Ticket.Status
# Notion tells the minute of an edit only.
_MINUTE = timedelta(minutes=1)


def take_reply(ticket: Ticket, text: str, *, edited_at: dt.datetime | None) -> str:
    """Make the text the ticket's draft, for a person to approve here.

    ``edited_at``: none where the text answers what the page itself asks.
    """
    if not ticket.is_open:
        return _("The ticket was ended before: the text written in Notion was not sent.")
    if not text.strip():
        return _("Emptied in Notion: the draft here stays.")
    if edited_at is not None and edited_at + _MINUTE <= ticket.last_message_at:
        return _("Written in Notion before the customer's last message: it does not answer it.")
    before = requests.current(ticket)
    requests.propose(ticket, text, notes=_("Written in Notion."))
    note_change(ticket, "reply", before.body if before else "", text, _("Written in Notion."))
    return ""


def take_status(ticket: Ticket, wanted: str, *, name: str) -> str:
    """Give the ticket the status that was chosen in Notion, where a person may choose it.

    ``name`` is what was chosen, as it reads there. "Traité" ends the ticket without sending.
    """
    if not wanted:
        return _("Notion says “%(name)s”, which is no status of tickets.") % {"name": name or "–"}
    if ticket.outcome == Ticket.Outcome.MERGED:
        return _("The ticket was merged into another one: its status stays.")
    if wanted == Status.AUTOMATIC:
        return _("“%(name)s” is set by the machine alone.") % {"name": name}
    if ticket.is_open and wanted == Status.ANSWERED:
        _close(ticket)
    elif ticket.is_open:
        _set_open(ticket, wanted)
    elif wanted in Ticket.OPEN:
        _reopen(ticket, wanted)
    else:
        return _("The ticket was ended otherwise here: its status stays.")
    return ""


def note_change(ticket: Ticket, field: str, before: str, after: str, note: str) -> None:
    """Keep both values in the history."""
    TicketEvent.objects.create(
        ticket=ticket, kind=Kind.NOTION, changes={field: [before, after]}, note=note
    )


def _close(ticket: Ticket) -> None:
    requests.make_stale(ticket)
    ticket.status = Status.ANSWERED
    ticket.outcome = Ticket.Outcome.CLOSED
    ticket.ended_at = timezone.now()
    ticket.save(update_fields=["status", "outcome", "ended_at", "updated_at"])
    TicketEvent.objects.create(
        ticket=ticket, kind=Kind.CLOSED, note=_("Closed in Notion. Nothing was sent.")
    )


def _set_open(ticket: Ticket, wanted: str) -> None:
    before = ticket.get_status_display()
    ticket.status = wanted
    ticket.save(update_fields=["status", "updated_at"])
    note_change(ticket, "status", before, ticket.get_status_display(), _("Changed in Notion."))


def _reopen(ticket: Ticket, wanted: str) -> None:
    merging.open_again(ticket)
    if ticket.status != wanted:
        ticket.status = wanted
        ticket.save(update_fields=["status", "updated_at"])
    TicketEvent.objects.create(ticket=ticket, kind=Kind.REOPENED, note=_("Changed in Notion."))
    requests.request(ticket)
