"""Buttons and links of a lead, in a row of the list and on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise

    from scoring.admin.lead_rows import Way

# By the channel of the contact history: the dialog, its icon and its words.
DONE: dict[str, tuple[str, str, _StrOrPromise]] = {
    "call": ("call_done", "call", gettext_lazy("Call done")),
    "email": ("email_done", "mail", gettext_lazy("E-mail done")),
}
# Opens the admin's dialog; without scripts it is a page of its own.
_BUTTON = (
    '<a class="lead-done" href="{0}" data-dialog="{1}" hx-get="{0}" hx-target="#modal-content"'
    ' hx-select="#dialog" x-on:htmx:after-on-load="openModal = true">'
    '<span class="material-symbols-outlined" aria-hidden="true">{2}</span><span>{3}</span></a>'
)


def of_row(customer_id: int, channels: Sequence[str]) -> str:
    """What may be noted of this lead: only what the customer allows, and has an address for."""
    buttons = [
        (reverse(f"admin:scoring_leadscore_{name}", args=[customer_id]), name, icon, words)
        for channel, (name, icon, words) in DONE.items()
        if channel in channels
    ]
    if not buttons:
        return format_html('<span class="lead-second">{}</span>', _("no way allowed"))
    return format_html(
        '<span class="lead-buttons">{}</span>', format_html_join("", _BUTTON, buttons)
    )


def links(ways: Sequence[Way]) -> str:
    """Numbers and addresses: links, or struck out where the customer does not want them used."""
    return format_html(
        '<span class="lead-ways">{}</span>',
        format_html_join(
            "",
            "{}",
            ((_link(way),) for way in ways),
        ),
    )


def _link(way: Way) -> str:
    if way.link:
        return format_html(
            '<a href="{0}" title="{2}"><span class="material-symbols-outlined" aria-hidden="true">'
            "{1}</span><span>{2}</span></a>",
            way.link,
            way.icon,
            way.value,
        )
    title = _("does not want to be contacted this way")
    return format_html(
        '<span title="{0}"><span class="material-symbols-outlined" aria-hidden="true">block</span>'
        '<s>{1}</s><span class="sr-only"> {0}</span></span>',
        title,
        way.value,
    )
