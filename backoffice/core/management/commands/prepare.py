"""Bring an installation up to date: what `make run` and a deployment do before serving."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from backoffice.core import preparing


class Command(BaseCommand):
    help = (
        "Migrate the database, collect static files, make what must be there before serving;"
        " with --demo, sample data and a superuser."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo",
            action="store_true",
            help="in an empty database: sample messages, and a superuser whose password is shown",
        )

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"The database cannot be used: {reason}") from error
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        for said in preparing.run_all():
            self.stdout.write(said)
        if demo:
            call_command("load_demo", stdout=self.stdout)
            self._ensure_superuser()

    def _ensure_superuser(self) -> None:
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(9)
        users.create_superuser("admin", "admin@localhost", password)
        self.stdout.write(f"Sign in as admin with the password {password} (shown only now).")
