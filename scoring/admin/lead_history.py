"""What happened with a lead, the latest first: contacts, purchases, changes of segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import tiles
from crm.models import Interaction, Sale
from crm.profiles.shown import money
from scoring.models import SegmentChange

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from scoring.models import LeadScore

SHOWN = 15


@dataclass(frozen=True, slots=True)
class Event:
    day: dt.date
    icon: str
    title: str
    text: str = ""
    tone: str = ""


def of(lead: LeadScore, user: User) -> list[Event]:
    """Three queries at most; what the person may not see elsewhere is not told here."""
    events = _changes(lead)
    if user.has_perm("crm.view_interaction"):
        events += _contacts(lead)
    if user.has_perm("crm.view_sale"):
        events += _purchases(lead)
    return sorted(events, key=lambda event: event.day, reverse=True)[:SHOWN]


def links(lead: LeadScore, user: User) -> list[tuple[str, str]]:
    """The whole lists, as (words, address)."""
    known = [
        ("crm.view_interaction", "crm.interaction", _("All contacts")),
        ("crm.view_sale", "crm.sale", _("All purchases")),
    ]
    return [
        (words, tiles.list_link(label, f"?customer__id__exact={lead.pk}"))
        for permission, label, words in known
        if user.has_perm(permission)
    ]


_ICONS: dict[str, str] = {
    Interaction.Channel.CALL: "call",
    Interaction.Channel.EMAIL: "mail",
    Interaction.Channel.SMS: "sms",
    Interaction.Channel.VISIT: "language",
    Interaction.Channel.MESSAGE: "chat",
    Interaction.Channel.MEETING: "groups",
}


def _contacts(lead: LeadScore) -> list[Event]:
    rows = Interaction.objects.filter(customer=lead.pk).order_by("-occurred_at", "-pk")[:SHOWN]
    return [
        Event(
            localtime(row.occurred_at).date(),
            _ICONS.get(row.channel, "forum"),
            _contact(row),
            row.response,
            tone="info",
        )
        for row in rows
    ]


def _contact(row: Interaction) -> str:
    """Such as "Call: Asks for prices"; of one without a subject, what it was."""
    channel = str(row.get_channel_display())
    if str(row) == channel:
        return channel.capitalize()
    return _("%(channel)s: %(subject)s") % {"channel": channel.capitalize(), "subject": row}


def _purchases(lead: LeadScore) -> list[Event]:
    """A day's lines together."""
    days = (
        Sale.objects.filter(customer=lead.pk)
        .order_by()
        .values("sold_on", "currency")
        .annotate(total=Sum("amount"), lines=Count("pk"))
        .order_by("-sold_on")[:SHOWN]
    )
    return [_purchase(row) for row in days]


def _purchase(row: Mapping[str, Any]) -> Event:
    lines = ngettext("%(count)d line", "%(count)d lines", row["lines"]) % {"count": row["lines"]}
    amount = money(row["total"], row["currency"]) if row["total"] is not None else ""
    # Returns are lines with a negative amount.
    if (row["total"] or 0) < 0:
        return Event(row["sold_on"], "undo", _("Return"), f"{amount}, {lines}", "warning")
    text = ", ".join(filter(None, (amount, lines)))
    return Event(row["sold_on"], "shopping_cart", _("Purchase"), text, "success")


def _changes(lead: LeadScore) -> list[Event]:
    rows = SegmentChange.objects.filter(customer=lead.pk).order_by("-changed_at", "-pk")[:SHOWN]
    return [
        Event(
            localtime(row.changed_at).date(),
            "trending_up" if _is_warmer(row) else "trending_down",
            _("%(before)s became %(after)s")
            % {"before": row.get_before_display(), "after": row.get_after_display()},
            _("by a new version of the model")
            if row.by_model
            else _("with %(score)d points") % {"score": row.score},
        )
        for row in rows
    ]


def _is_warmer(row: SegmentChange) -> bool:
    order = ("Cold", "Warm", "Hot")
    return order.index(row.after) > order.index(row.before)
