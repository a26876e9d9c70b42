"""Print the figures of the order desk, or write them to a file."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.figures import period
from orders.analytics import report
from orders.analytics.scope import Origin, Scope, origin_of
from orders.report import data, pdf, text

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from orders.analytics.report import Report

# The last so many days, today included.
PERIODS = {"week": "7", "month": "30", "quarter": "90", "year": "365"}


class Command(BaseCommand):
    help = (
        "The figures of the order desk over the last 7, 30, 90 or 365 days (today included), or "
        "over the days from --from to --to, compared with as many days before."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", metavar="|".join(PERIODS), help="Default: month.")
        parser.add_argument("--from", dest="since", metavar="YYYY-MM-DD")
        parser.add_argument(
            "--to", dest="until", metavar="YYYY-MM-DD", help="The last day; default: today."
        )
        parser.add_argument("--channel", default="", metavar="|".join(Origin.values))
        parser.add_argument("--format", default="text", metavar="text|json|pdf")
        parser.add_argument("--output", type=Path, metavar="FILE", help="Default: standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        form, output = options["format"], options["output"]
        if form not in WRITERS:
            raise CommandError(
                _("There is no format “%(format)s”: choose one of %(known)s.")
                % {"format": form, "known": ", ".join(WRITERS)}
            )
        # Where the output is a file or another program, a PDF can go there.
        raw = None if self.stdout.isatty() else getattr(self.stdout, "buffer", None)
        if form == "pdf" and output is None and raw is None:
            raise CommandError(_("A PDF goes to a file: add --output FILE."))
        try:
            scope = Scope(_period(options), origin_of(options["channel"]))
        except DomainError as error:
            raise CommandError(str(error)) from error
        content = WRITERS[form](report.build(scope))
        if output is None and raw is not None:
            raw.write(content)
            return
        if output is None:
            self.stdout.write(content.decode(), ending="")
            return
        try:
            output.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
        self.stdout.write(_("Written to %(file)s.") % {"file": output})


def _period(options: dict[str, Any]) -> period.Period:
    name, since, until = options["period"], options["since"], options["until"]
    if since is None and until is None:
        if (name or "month") not in PERIODS:
            raise CommandError(
                _("There is no period “%(name)s”: choose one of %(known)s.")
                % {"name": name, "known": ", ".join(PERIODS)}
            )
        return period.named(PERIODS[name or "month"])
    if name is not None:
        raise CommandError(_("Give either --period or --from and --to."))
    if since is None:
        raise CommandError(_("Say with --from on which day the period begins."))
    last = dt.date.max if until is None else _day("--to", until)
    return period.custom(_day("--from", since), last)


def _day(option: str, value: str) -> dt.date:
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise CommandError(
            _("%(option)s: “%(value)s” is no date, write it like 2026-01-31.")
            % {"option": option, "value": value}
        ) from error


def _json(found: Report) -> bytes:
    return (json.dumps(data.document(found), ensure_ascii=False, indent=2) + "\n").encode()


WRITERS = {
    "text": lambda found: text.document(found).encode(),
    "json": _json,
    "pdf": pdf.document,
}
