"""Import exchange rates from a file of the European Central Bank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from listings.market.rates import repricing, storing

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from listings.market.rates.storing import Outcome


class Command(BaseCommand):
    help = (
        "Import exchange rates from FILE: eurofxref.csv or eurofxref-hist.csv of the European "
        "Central Bank, as they are or zipped. The same file again changes nothing. Offers in "
        "other currencies are priced anew. A bad cell is named on the standard error with its "
        "row and column and left out; the others are imported all the same, and the command "
        "then ends with 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            words = {"file": options["file"], "reason": error.strerror or type(error).__name__}
            raise CommandError(_("%(file)s cannot be read: %(reason)s") % words) from error
        try:
            outcome = storing.load(data)
        except DomainError as error:
            raise CommandError(str(error)) from error
        tell(self, outcome)


def tell(command: BaseCommand, outcome: Outcome) -> None:
    """Print what an import did, price the offers it is about, and fail where cells are bad."""
    for line in outcome.sentences():
        command.stdout.write(line)
    if outcome.since:
        # A job does the same; here it is done when the command ends.
        changed, _last = repricing.reprice(outcome.since)
        text = ngettext(
            "%(count)d offer has another price in euros now.",
            "%(count)d offers have another price in euros now.",
            changed,
        )
        command.stdout.write(text % {"count": changed})
    for problem in outcome.problems:
        command.stderr.write(str(problem))
    if outcome.wrong:
        text = ngettext("%(count)d cell is bad.", "%(count)d cells are bad.", outcome.wrong)
        raise CommandError(text % {"count": outcome.wrong})
