"""Roles: groups of permissions that every installation has.

Their names are data that staff see, so they are French. A role only gains
permissions here, when it is made and when an app brings new ones; whoever wants
a smaller one makes a group of their own.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

DESKS = ("messaging", "crm", "orders", "support", "listings", "scoring")
SEE_EVERYTHING = tuple(f"{app}.view_*" for app in DESKS)

# Patterns over "app.codename".
ROLES: dict[str, tuple[str, ...]] = {
    "Commercial": (
        *SEE_EVERYTHING,
        "crm.add_customer*",
        "crm.change_customer*",
        "crm.delete_customeridentity",
        "crm.add_interaction",
        "crm.change_interaction",
        "crm.merge_customer",
        "crm.change_duplicatecandidate",
        "crm.export_*",
        "crm.approve_recommendation",
        "crm.generate_recommendation",
        "orders.add_order",
        "orders.change_order",
        "orders.*_orderline",
        "orders.*_erpline",
        "orders.*_erpproduct",
        "orders.validate_order",
        "orders.reject_order",
        "orders.export_order",
        "orders.apply_changerequest",
        "orders.change_alert",
        # Who sees a wrong word or price proposed shall be able to stop it; nothing is lost by it.
        "orders.change_learnedfact",
        "listings.change_listing",
        "listings.decide_listing",
        "listings.export_listing",
        "listings.decide_match",
        "listings.contact_match",
        "listings.change_trader",
        "listings.write_trader",
        "scoring.compute_leadscore",
        "scoring.contact_leadscore",
        "scoring.export_leadscore",
        "scoring.upload_leadscore",
        "messaging.process_inboundmessage",
        "messaging.resend_outboundmessage",
    ),
    "Support": (
        *SEE_EVERYTHING,
        # Not the switches of automatic answers, nor the training: those are a manager's.
        "support.*_ticket",
        "support.*_snippet",
        "support.*_replytemplate",
        "support.*_categoryexample",
        # The shop's list is theirs to bring up to date; deleting is a manager's.
        "support.add_shoporder",
        "support.change_shoporder",
        "support.import_shoporder",
        "support.export_shoporder",
        "crm.change_customer",
        "crm.*_customeridentity",
        "messaging.process_inboundmessage",
        "messaging.resend_outboundmessage",
    ),
    "Responsable": (*(f"{app}.*" for app in DESKS), "core.view_*"),
    "Lecture seule": SEE_EVERYTHING,
}


def ensure_roles() -> None:
    """Make the groups that are missing and give each the permissions it lacks; safe to repeat."""
    from django.contrib.auth.models import Group, Permission  # noqa: PLC0415 - apps load first

    permissions = Permission.objects.select_related("content_type").filter(
        content_type__app_label__in=[*DESKS, "core"]
    )
    codes = {f"{row.content_type.app_label}.{row.codename}": row for row in permissions}
    for name, patterns in ROLES.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*(row for code, row in codes.items() if matches(code, patterns)))


def matches(code: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(code, pattern) for pattern in patterns)
