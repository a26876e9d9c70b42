"""Load demo data where there is none of any kind."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from backoffice.core import demo


class Command(BaseCommand):
    help = "Loads the demo data of each app into an empty database; run again, it does nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for sentence in demo.load_all():
            self.stdout.write(sentence)
