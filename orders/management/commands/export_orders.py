"""Write orders to a file, for other programs or for a schedule of the house."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.messaging.models import Channel
from orders import exports
from orders.erp import export
from orders.models import Order

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator
    from typing import IO

    from django.db.models import QuerySet


class Command(BaseCommand):
    help = (
        "Write orders as CSV, XLSX or PDF to a file or to standard output (-). With --format erp:"
        " validated orders that the ERP was not given yet, which are then marked as given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=["csv", "xlsx", "pdf", "erp"], default="csv")
        parser.add_argument("--status", choices=Order.Status.values)
        parser.add_argument("--channel", choices=Channel.values)
        parser.add_argument(
            "--from", type=dt.date.fromisoformat, help="received on 2026-01-31 or later"
        )
        parser.add_argument(
            "--to", type=dt.date.fromisoformat, help="received on 2026-01-31 or earlier"
        )
        parser.add_argument("--again", action="store_true", help="erp: given ones too")
        parser.add_argument(
            "--only-complete", action="store_true", help="erp: leave out what lacks something"
        )
        parser.add_argument("--output", required=True, help="a file, or - for standard output")

    def handle(self, *args: Any, output: str, **options: Any) -> None:
        orders, filters = _chosen(options)
        try:
            with _output(output) as file:
                if options["format"] == "erp":
                    self._give(file, orders, options)
                else:
                    exports.write(file, orders, options["format"], filters=filters)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
        except DomainError as error:
            raise CommandError(str(error)) from error

    def _give(self, file: IO[bytes], orders: QuerySet[Order], options: dict[str, Any]) -> None:
        narrowed = any(options[name] for name in ("status", "channel", "from", "to"))
        batch = export.export(
            by=None,
            orders=orders if narrowed else None,
            again=options["again"],
            only_complete=options["only_complete"],
        )
        # Before it is copied: whatever happens to the copy, the orders are marked by now.
        self.stderr.write(
            _("%(orders)d orders, %(lines)d lines for the ERP. The file is kept as export %(pk)d.")
            % {"orders": batch.orders, "lines": batch.lines, "pk": batch.pk}
        )
        with default_storage.open(batch.path) as kept:
            shutil.copyfileobj(kept, file)


@contextmanager
def _output(name: str) -> Iterator[IO[bytes]]:
    """The file of that name, which is whole or as it was before; or standard output."""
    path = Path(name)
    if name == "-":
        yield sys.stdout.buffer
        return
    if path.exists() and not path.is_file():
        # A pipe, say: there is nothing to put in its place.
        with path.open("wb") as file:
            yield file
        return
    beside = f".{path.name}."
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=beside, delete=False) as part:
        try:
            yield part.file
        except BaseException:
            Path(part.name).unlink()
            raise
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.fchmod(part.fileno(), mode)
    Path(part.name).replace(path)


def _umask() -> int:
    """The mask of new files; it can be read only by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


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
