"""Why a decision about a ticket came too late, or cannot be made: sentences for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from support.models import Draft, Ticket, TicketEvent

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

Kind = TicketEvent.Kind
ENDINGS = (Kind.REPLIED, Kind.AUTOMATIC, Kind.CLOSED, Kind.MERGED)


class TicketNotFound(ObjectDoesNotExist, DomainError):
    """There is no ticket with that id."""

    code = "not_found"

    def __init__(self, ticket_id: int) -> None:
        super().__init__(_("There is no such ticket."), field="ticket_id", value=ticket_id)


class DraftNotFound(ObjectDoesNotExist, DomainError):
    """There is no draft with that id."""

    code = "not_found"

    def __init__(self, draft_id: int) -> None:
        super().__init__(_("There is no such draft."), field="draft_id", value=draft_id)


class TicketNotOpen(DomainError):
    """Somebody ended the ticket before; the sentence says who, how and when."""

    code = "not_open"
    conflict = True

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(_already_ended(ticket), field="status", value=ticket.status)


class TicketOpen(DomainError):
    """The ticket waits for us: there is nothing to reopen."""

    code = "already_open"
    conflict = True

    def __init__(self, ticket: Ticket) -> None:
        told = _("%(number)s is open already.") % {"number": ticket.number}
        super().__init__(told, field="status", value=ticket.status)


class StaleDraft(DomainError):
    """The text answers a thread that has gone on, or another draft took its place."""

    code = "stale_draft"
    conflict = True

    def __init__(self, ticket: Ticket, revision: int) -> None:
        super().__init__(_overtaken(ticket, revision), field="revision", value=revision)


class DraftDecided(DomainError):
    """Somebody decided about the draft before."""

    code = "draft_decided"
    conflict = True

    def __init__(self, draft: Draft) -> None:
        super().__init__(_already_decided(draft), field="status", value=draft.status)


def require(by: User, permission: str) -> None:
    """Raise ``PermissionDenied`` where the person lacks ``permission`` ("support.reply_ticket")."""
    if not by.has_perm(permission):
        raise PermissionDenied(
            _("This takes the permission “%(permission)s”.") % {"permission": permission}
        )


def clock(moment: datetime) -> str:
    """The time, "10:42", with the day where it is not today's."""
    when = timezone.localtime(moment)
    time = date_format(when, "H:i")
    if when.date() == timezone.localdate():
        return time
    return f"{date_format(when, 'SHORT_DATE_FORMAT')} {time}"


def person(user: User) -> str:
    """How colleagues call the person."""
    return user.get_full_name() or user.get_username()


def _already_ended(ticket: Ticket) -> str:
    ending = ticket.events.filter(kind__in=ENDINGS).select_related("actor").last()
    words = {"number": ticket.number, "when": clock(ticket.ended_at or ticket.updated_at)}
    if ticket.outcome == Ticket.Outcome.MERGED:
        words["other"] = f"T-{ticket.merged_into_id}"
        return _("%(number)s was already merged into %(other)s at %(when)s.") % words
    if ending is None or ending.actor is None:
        if ticket.status == Ticket.Status.AUTOMATIC:
            return _("%(number)s was already answered automatically at %(when)s.") % words
        if ticket.outcome == Ticket.Outcome.CLOSED:
            return _("%(number)s was already closed at %(when)s.") % words
        return _("%(number)s was already answered at %(when)s.") % words
    words["who"] = person(ending.actor)
    if ending.kind == Kind.CLOSED:
        return _("%(number)s was already closed by %(who)s at %(when)s.") % words
    return _("%(number)s was already answered by %(who)s at %(when)s.") % words


def _already_decided(draft: Draft) -> str:
    words = {"when": clock(draft.decided_at or draft.created_at)}
    who = draft.decided_by
    if who is None:
        return _("This draft was already sent at %(when)s.") % words
    words["who"] = person(who)
    if draft.status == Draft.Status.REJECTED:
        return _("This draft was already rejected by %(who)s at %(when)s.") % words
    return _("This draft was already sent by %(who)s at %(when)s.") % words


def _overtaken(ticket: Ticket, revision: int) -> str:
    if ticket.revision != revision:
        words = {"when": clock(ticket.last_message_at)}
        return _("The customer wrote again at %(when)s: read the new message first.") % words
    newer = ticket.drafts.select_related("asked_by").first()
    if newer is not None and newer.status in Draft.OPEN:
        words = {"when": clock(newer.created_at)}
        if newer.asked_by is None:
            return _("Another draft was begun at %(when)s: read that one first.") % words
        words["who"] = person(newer.asked_by)
        return _("%(who)s had another draft written at %(when)s: read that one first.") % words
    return _("This draft was put away meanwhile: look at the ticket as it is now.")
