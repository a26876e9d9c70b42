"""A ticket and its draft as lines of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.messaging import desks
from support.drafting.placeholders import BY_NAME
from support.models import Draft
from support.order_lookup import order_facts
from support.status_words import FRENCH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.at_once import Handled
    from support.models import Ticket

INDENT = "    "


def handled(found: Handled, *, rehearsed: bool = False) -> str:
    """What became of a message, in lines that people read."""
    if found.ticket is None:
        return _elsewhere(found)
    rows = [*_about(found.ticket, rehearsed=rehearsed), *_about_draft(found.draft)]
    text = columns(rows)
    if found.draft and (body := found.draft.sent_body or found.draft.body):
        text += f"\n\n{_indented(body)}"
    return text


def columns(rows: Sequence[tuple[str, str]]) -> str:
    """Titles and values below each other; a title stands once for all lines of its value."""
    width = max(len(title) for title, _value in rows)
    lines = []
    for title, value in rows:
        first, *others = value.splitlines() or [""]
        lines.append(f"{title:<{width}}  {first}".rstrip())
        lines += [f"{'':<{width}}  {line}" for line in others]
    return "\n".join(lines)


def _elsewhere(found: Handled) -> str:
    message = found.message
    if message.desk != "support":
        told = _("This is none for support: the desk “%(desk)s” has it now.")
        return told % {"desk": desks.label(message.desk)}
    return columns(
        [(_("Message"), f"{message.pk}, {message.get_status_display()}"), ("", message.reason)]
    )


def _about(ticket: Ticket, *, rehearsed: bool) -> Iterator[tuple[str, str]]:
    if rehearsed:
        yield _("Ticket"), _("none: this was only tried out")
    else:
        yield _("Ticket"), f"{ticket.number} ({FRENCH[ticket.status]})"
        page = reverse("admin:support_ticket_change", args=[ticket.pk])
        yield _("Page"), f"{settings.PUBLIC_URL}{page}"
    if ticket.category:
        sure = f"{ticket.category} ({ticket.category_confidence:.0%})"
        yield _("Category"), sure
        if ticket.category_reasons:
            yield _("Because of"), ", ".join(map(str, ticket.category_reasons))
    yield _("Language"), ticket.language or "?"
    yield _("Order"), _order(ticket)
    if ticket.customer:
        yield _("Customer"), str(ticket.customer)
    if ticket.attention:
        yield _("To check"), ticket.attention


def _order(ticket: Ticket) -> str:
    row = ticket.shop_order or ticket.order
    if row is not None:
        return f"{row.number}, {row.status}" if ticket.shop_order else row.number
    if ticket.order_number:
        known = order_facts.is_known(ticket.order_number)
        told = _("%(number)s: somebody else's") if known else _("%(number)s: not known")
        return told % {"number": ticket.order_number}
    return _("none")


def _about_draft(draft: Draft | None) -> Iterator[tuple[str, str]]:
    if draft is None:
        yield _("Draft"), pgettext("draft", "none")
        return
    yield _("Draft"), draft.get_status_display()
    if draft.template:
        yield _("Template"), f"{draft.template} ({draft.language})"
    if draft.missing:
        yield _("Missing"), ", ".join(map(_label, draft.missing))
    if draft.notes:
        yield _("Remarks"), draft.notes
    if draft.error and draft.status == Draft.Status.FAILED:
        yield _("Failed"), draft.error


def _label(placeholder: str) -> str:
    known = BY_NAME.get(placeholder)
    return str(known.label) if known else placeholder


def _indented(text: str) -> str:
    return "\n".join(f"{INDENT}{line}".rstrip() for line in text.splitlines())
