"""Make the roles staff are given, or complete them."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from backoffice.core.roles import ROLES, ensure_roles


class Command(BaseCommand):
    help = "Make the groups of permissions (roles) that are missing."

    def handle(self, *args: object, **options: object) -> None:
        ensure_roles()
        self.stdout.write("Roles: " + ", ".join(ROLES))
