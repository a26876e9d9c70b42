"""How well the recommendation algorithms do, on the shop's sales or on a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from crm.recommendations.algorithms.base import Lessons

MOST_CUSTOMERS = 10_000


class Command(BaseCommand):
    help = (
        "Hold purchases out, have every algorithm guess them, and print how well it did. With a"
        " file of customer, product, date and quantity: without the database."
    )
    # They look at the database.
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            metavar="FILE.csv",
            help="with headings; without a file the sales of the database",
        )
        parser.add_argument(
            "--products", type=Path, metavar="FILE", help="product, name, family, price, ..."
        )
        parser.add_argument(
            "--split",
            choices=("last", "time"),
            default="last",
            help="hold out each customer's last day, or everything from a day on",
        )
        parser.add_argument("--k", type=int, default=10, help="length of the lists")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--algorithms", default="", metavar="NAME,NAME", help="only these, with commas between"
        )
        parser.add_argument(
            "--customers",
            type=int,
            default=MOST_CUSTOMERS,
            metavar="N",
            help="measure on a sample of at most so many; 0: on everybody",
        )
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        from crm.recommendations.evaluation import measuring, printed  # noqa: PLC0415 - slow import

        try:
            names = _checked(options)
            lessons, source = _lessons(options)
            found = measuring.evaluate(
                lessons,
                split=options["split"],
                k=options["k"],
                names=names,
                most_customers=options["customers"] or None,
            )
        except DomainError as error:
            raise CommandError(" ".join(str(error.sentence).split())) from error
        document = {"source": source, **found.table}
        if options["json"]:
            told = [orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()]
        else:
            told = list(printed.lines(document))
        self._tell(told)

    def _tell(self, lines: list[str]) -> None:
        try:
            for line in lines:
                self.stdout.write(line)
            self.stdout.flush()
        except BrokenPipeError:
            # Who reads it (head, less) has enough; nothing is left to be written at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _checked(options: dict[str, Any]) -> list[str]:
    """The algorithms asked for; CommandError names an option that makes no sense."""
    from crm.recommendations.algorithms import ALGORITHMS  # noqa: PLC0415 - slow import

    if not 1 <= options["k"] <= 100:  # noqa: PLR2004 - longer lists are no lists
        raise CommandError(
            _("--k %(value)d: give a number from 1 to 100.") % {"value": options["k"]}
        )
    if options["customers"] < 0:
        told = _("--customers %(value)d: give 0 or more.")
        raise CommandError(told % {"value": options["customers"]})
    if not 0 <= options["seed"] < 2**31:
        told = _("--seed %(value)d: give a number from 0 to 2147483647.")
        raise CommandError(told % {"value": options["seed"]})
    names = [name.strip() for name in options["algorithms"].split(",") if name.strip()]
    for name in names:
        if name not in ALGORITHMS:
            told = _("--algorithms %(name)s: there is none of this name; choose of %(known)s.")
            raise CommandError(told % {"name": name, "known": ", ".join(ALGORITHMS)})
    if options["products"] and not options["file"]:
        raise CommandError(_("--products goes with a file of purchases: name it first."))
    return names


def _lessons(options: dict[str, Any]) -> tuple[Lessons, dict[str, Any]]:
    """What to learn from, and what was read."""
    if options["file"] is None:
        from crm.recommendations.making import data  # noqa: PLC0415 - slow import

        return data.lessons(timezone.localdate(), seed=options["seed"]), {"file": None}
    from crm.recommendations.files import purchases as purchase_file  # noqa: PLC0415 - slow import

    read = purchase_file.read(options["file"])
    lessons = read.lessons(seed=options["seed"], products=options["products"])
    told = {
        "file": options["file"].name,
        "rows": read.rows,
        "anonymous": read.anonymous,
        "returned": read.returned,
    }
    return lessons, told
