"""Fetch the exchange rates of the European Central Bank."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from backoffice.core.errors import DomainError
from listings.management.commands.import_rates import tell
from listings.market.rates import fetching


class Command(BaseCommand):
    help = (
        "Fetch the file of EXCHANGE_RATES_URL and import its rates, as the schedule does each "
        "day at 17:00. Under LOCAL_ONLY nothing is fetched."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = fetching.fetch()
        except DomainError as error:
            raise CommandError(str(error)) from error
        tell(self, outcome)
