"""Write orders to a file, for other programs or for a schedule of the house."""

from __future__ import annotations

import datetime as dt
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.models import Channel
from orders import exports
from orders.models import Order

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from typing import IO

    from django.db.models import QuerySet


class Command(BaseCommand):
    help = "Write orders as CSV, XLSX or PDF to a file or to standard output (-)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["csv", "xlsx", "pdf"], default="csv")
        parser.add_argument("--status", choices=Order.Status.values)
        parser.add_argument("--channel", choices=Channel.values)
        parser.add_argument(
            "--from", type=dt.date.fromisoformat, help="received on 2026-01-31 or later"
        )
        parser.add_argument(
            "--to", type=dt.date.fromisoformat, help="received on 2026-01-31 or earlier"
        )
        parser.add_argument("--output", required=True, help="a file, or - for standard output")

    def handle(self, *args: Any, output: str, **options: Any) -> None:
        orders, filters = _chosen(options)
        with ExitStack() as stack:
            try:
                file: IO[bytes] = (
                    sys.stdout.buffer
                    if output == "-"
                    else stack.enter_context(Path(output).open("wb"))
                )
                exports.write(file, orders, options["format"], filters=filters)
            except OSError as error:
                raise CommandError(f"{output}: {error.strerror}") from error
            except DomainError as error:
                raise CommandError(str(error)) from error


def _open(output: str, stack: ExitStack) -> IO[bytes]:
    return sys.stdout.buffer if output == "-" else stack.enter_context(Path(output).open("wb"))


def _chosen(options: dict[str, Any]) -> tuple[QuerySet[Order], list[str]]:
    """The orders asked for, newest first, and the words for it."""
    orders = Order.objects.all()
    filters = []
    for name, choices in (("status", Order.Status), ("channel", Channel)):
        if options[name]:
            orders = orders.filter(**{name: options[name]})
            filters.append(str(choices(options[name]).label))
    if options["from"]:
        orders = orders.filter(created_at__gte=_midnight(options["from"]))
        filters.append(_("from %(day)s") % {"day": options["from"].strftime("%d/%m/%Y")})
    if options["to"]:
        next_day = options["to"] + dt.timedelta(days=1)
        orders = orders.filter(created_at__lt=_midnight(next_day))
        filters.append(_("until %(day)s") % {"day": options["to"].strftime("%d/%m/%Y")})
    return orders, filters


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
