"""People of the desk for its tests: with a role's permissions, or with those named."""

from __future__ import annotations

from django.contrib.auth.models import Permission, User


def member(*codes: str, name: str = "lea") -> User:
    """A member of staff who holds these permissions ("view_listing") of this desk, no others."""
    user = User.objects.create_user(name, is_staff=True, first_name=name.title())
    for code in codes:
        app, _dot, codename = code.rpartition(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app or "listings", codename=codename)
        )
    return user


def trader_of_the_desk(name: str = "lea") -> User:
    """Who may do everything here that a sales person may."""
    return member(
        "view_listing",
        "change_listing",
        "decide_listing",
        "export_listing",
        "import_listing",
        "view_match",
        "view_trader",
        "change_trader",
        "write_trader",
        "erase_trader",
        "view_suspicion",
        "change_suspicion",
        "messaging.view_inboundmessage",
        name=name,
    )
