"""Bring what is new in the shipped catalogue into the tables; what staff changed there stays."""

from __future__ import annotations

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import transaction

from listings.reading import seed_catalogue


class Command(BaseCommand):
    help = "Add new brands, models and grammars of the shipped catalogue; changes of staff stay."

    def handle(self, *_args: object, **_options: object) -> None:
        with transaction.atomic():
            done = seed_catalogue.bring(apps)
        self.stdout.write(f"{done.added} added, {done.extended} extended")
