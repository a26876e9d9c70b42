"""Tickets and their pages in "Contacts clients": what stands where, and who changed what.

Status and reply are kept in step both ways; the other columns are written by us alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.integrations.notion_values import same_name
from backoffice.messaging.models import Channel
from support.models import Draft, NotionBase, Ticket, TicketMessage
from support.notion import bases, taking
from support.notion.comparing import Agreed, Merged, is_later_there, same
from support.status_words import FRENCH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from backoffice.integrations.notion_values import Page
    from support.models import NotionPage
    from support.notion.bases import Columns

ROLES = tuple(column.role for column in bases.COLUMNS[NotionBase.CONTACTS])
_OURS = ("name", "email", "order", "message", "category")
# What a person who made the page by hand wrote there stays as they wrote it.
_THEIR_WORDS = ("name", "email", "message")
SOURCE = "notion"
# What people put before a number: "#4587", "n° 4587".
_SIGN = re.compile(r"^\s*(?:#|n\s*[°º])\s*", re.IGNORECASE)


def values(ticket: Ticket) -> dict[str, str]:
    """What the page should say, by role; no "reply" where we have no opinion on it."""
    first = ticket.thread.order_by("message__sent_at", "pk").first()
    found = {
        "name": ticket.name or ticket.email or ticket.phone,
        "email": ticket.email,
        "order": _order_number(ticket),
        "message": _words(first),
        "category": ticket.category.name.replace(",", " ") if ticket.category else "",
        "status": FRENCH[ticket.status],
    }
    reply = _reply(ticket)
    return found if reply is None else {**found, "reply": reply}


def _words(first: TicketMessage | None) -> str:
    return (first.text or first.message.body) if first else ""


def _order_number(ticket: Ticket) -> str:
    own = ticket.shop_order or ticket.order
    number = own.number if own else ticket.order_number
    return _SIGN.sub("", number).strip()


def _reply(ticket: Ticket) -> str | None:
    """The draft to approve, or what was sent; None while another one is being written."""
    latest = ticket.drafts.order_by("-pk").first()
    if ticket.is_open:
        if latest is None or latest.status == Draft.Status.READY:
            return latest.body if latest else None
        return "" if latest.status == Draft.Status.REJECTED else None
    if ticket.outcome != Ticket.Outcome.REPLIED:
        return None
    sent = ticket.drafts.filter(status=Draft.Status.SENT).order_by("-decided_at").first()
    return sent.sent_body if sent else None


def shown(columns: Columns, remote: Page) -> dict[str, str]:
    """What the page says, by role."""
    return {role: columns.text(remote, role) for role in ROLES}


def status_named(name: str) -> str:
    """The status that is called so in Notion; "" where there is none."""
    return next((key for key, known in FRENCH.items() if same_name(known, name)), "")


def came_from(ticket: Ticket) -> str:
    """The id of the page that the ticket was made of, where somebody added it in Notion."""
    message = (
        ticket.thread.filter(message__channel=Channel.API, message__account=SOURCE)
        .order_by("pk")
        .values_list("message__external_id", flat=True)
        .first()
    )
    return message.partition(":")[2] if message else ""


def reconcile(page: NotionPage, ticket: Ticket, remote: Page, columns: Columns) -> Merged:
    """Take over what changed there and return what to write there.

    Ticket and page are locked by the caller, who saves the page: ``page.agreed`` then says
    what is still owed to Notion.
    """
    there = shown(columns, remote)
    agreed = Agreed.of(page)
    if agreed.is_first:
        agreed = _first_meeting(ticket, there)
    here = values(ticket)
    merged = Merged(_ours(ticket, agreed, here, there))
    # A ticket is opened again before it gets its draft, and gets its draft before it is ended.
    for role in ("reply", "status") if ticket.is_open else ("status", "reply"):
        if role in here and _same_value(role, here[role], there[role]):
            continue
        is_ours = role in here and (
            role in agreed.owed or not same(here[role], agreed.here.get(role, ""))
        )
        if agreed.is_first and role == "reply" and there[role]:
            # Whoever added the page wrote the answer, too; the machine's draft gives way.
            is_ours = False
        is_theirs = not _same_value(role, there[role], agreed.there.get(role, ""))
        merged.conflicts += is_ours and is_theirs
        if is_theirs and (not is_ours or is_later_there(page, remote)):
            refused = _take(ticket, role, there[role], remote, is_first=agreed.is_first)
            if refused and role in here:
                merged.writes[role] = here[role]
            if refused or is_ours:
                told = refused or _("Changed here and in Notion; the later one, in Notion, stands.")
                taking.note_change(ticket, role, here.get(role, ""), there[role], told)
        elif is_ours:
            merged.writes[role] = here[role]
            if is_theirs:
                told = _("Changed here and in Notion; the later one, here, stands.")
                taking.note_change(ticket, role, there[role], here[role], told)
    _agree(page, ticket, there, merged.writes, agreed)
    page.remote_edited_at = remote.edited_at
    return merged


def _first_meeting(ticket: Ticket, there: Mapping[str, str]) -> Agreed:
    """As it was when somebody added the page: new, without a reply."""
    now = values(ticket)
    new = FRENCH[Ticket.Status.NEW]
    here = {role: now[role] for role in _THEIR_WORDS} | {"status": new}
    return Agreed(here, {**there, "reply": "", "status": new}, is_first=True)


def _ours(
    ticket: Ticket, agreed: Agreed, here: Mapping[str, str], there: Mapping[str, str]
) -> dict[str, str]:
    """The columns that are ours alone, where ours changed; what it replaces is kept."""
    writes = {}
    for role in _OURS:
        if _same_value(role, here[role], there[role]):
            continue
        is_ours = role in agreed.owed or not same(here[role], agreed.here.get(role, ""))
        was_edited = not same(there[role], agreed.there.get(role, ""))
        if not is_ours and not (role == "category" and was_edited):
            continue
        writes[role] = here[role]
        # Somebody's own words, and not those of an attempt that was noted before.
        is_theirs = there[role] and not _same_value(role, there[role], agreed.here.get(role, ""))
        if is_theirs and (was_edited or role not in agreed.owed):
            taking.note_change(ticket, role, there[role], here[role], _put_back(role))
    return writes


def _put_back(role: str) -> str:
    if role == "category":
        return _("Changed in Notion; the category is decided here, so ours was put back.")
    return _("Changed in Notion; the column is filled from here, so ours replaced it.")


def _same_value(role: str, first: str, second: str) -> bool:
    if role in ("status", "category"):
        return same_name(first, second)
    return same(first, second)


def _take(ticket: Ticket, role: str, value: str, remote: Page, *, is_first: bool) -> str:
    if role == "reply":
        # The page that a ticket was made of was there before the ticket.
        edited_at = None if is_first else remote.edited_at
        return taking.take_reply(ticket, value, edited_at=edited_at)
    return taking.take_status(ticket, status_named(value), name=value)


def _agree(
    page: NotionPage,
    ticket: Ticket,
    there: Mapping[str, str],
    writes: Mapping[str, str],
    before: Agreed,
) -> None:
    now = values(ticket)
    here = {role: before.here.get(role, "") if role in writes else now[role] for role in now}
    # What stays without an opinion now is compared with what it was when we had one.
    here |= {role: value for role, value in before.here.items() if role not in here}
    page.agreed = Agreed(here, dict(there), [*writes]).kept(page)
