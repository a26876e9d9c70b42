"""Learn from orders that were validated before, or loaded from a history."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from orders.learning import backfill


class Command(BaseCommand):
    help = (
        "Compare validated orders with what was proposed for them, and learn words, usual units "
        "and prices from them. Safe to repeat: no order teaches twice."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.LEARNING:
            raise CommandError(_("Learning is switched off: set LEARNING=true first."))
        report = backfill.run()
        self.stdout.write(
            _("%(orders)d validated orders read through, %(compared)d compared for the first time.")
            % {"orders": report.orders, "compared": report.compared}
        )
