"""Run the queries of a file and print what each of them finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from listings.extraction.jsonl import bad_line, written
from listings.loading.lines import line_of
from listings.models import Listing
from listings.search import asked, filters, query

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from listings.search.asked import Asked

# A line of a file may have several watches, of which the best one counts.
_WATCHES_A_LINE = 3


class Command(BaseCommand):
    help = (
        'Search for every line of a file ({"id", "query"} and, where given, filters: type, brand, '
        "model, reference, price_from, price_to, condition, year_from, year_to, sender, since, "
        'until) and print {"id", "ranked"} for each, the best first. The ids are those of the '
        "lines that load_listings read, each once; where no file was loaded, or with --all, also "
        "the listings of messages, by their number."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queries", type=Path, required=True, metavar="Q.jsonl")
        parser.add_argument("--limit", type=int, default=10, help="Listings for each (1-100).")
        parser.add_argument("--all", action="store_true", help="Those of messages too.")

    def handle(self, *args: Any, queries: Path, limit: int, **options: Any) -> None:
        if not 1 <= limit <= filters.MOST:
            told = _("Give a limit from 1 to %(most)s.") % {"most": filters.MOST}
            raise CommandError(told)
        loaded = Listing.objects.exclude(external_id="").exists() and not options["all"]
        bad = 0
        for number, line in enumerate(_lines(queries), start=1):
            if not line.strip():
                continue
            try:
                one = asked.read(line, limit=limit)
                ranked = _ranked(one, only_loaded=loaded)
            except (ValueError, DomainError) as error:
                bad += 1
                self.stderr.write(bad_line(number, ValueError(str(error))))
                continue
            self.stdout.write(written({"id": one.id, "ranked": ranked}))
        if bad:
            raise CommandError(
                ngettext(
                    "%(count)s query was left out because it could not be read.",
                    "%(count)s queries were left out because they could not be read.",
                    bad,
                )
                % {"count": bad}
            )


def _lines(file: Path) -> list[bytes]:
    try:
        return file.read_bytes().splitlines()
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(reason)s.") % {"file": file, "reason": error.strerror}
        ) from error


def _ranked(one: Asked, *, only_loaded: bool) -> list[str | int]:
    """The ids of lines, in the order of their best watch."""
    wide = replace(one.query, limit=min(one.query.limit * _WATCHES_A_LINE, filters.MOST))
    hits = query.run(wide, only_loaded=only_loaded).hits
    rows = Listing.objects.only("external_id", "external_is_number").in_bulk(
        [hit.listing_id for hit in hits]
    )
    ids = [_id(rows[hit.listing_id]) for hit in hits if hit.listing_id in rows]
    return [*dict.fromkeys(ids)][: one.query.limit]


def _id(row: Listing) -> str | int:
    """What the file calls its line; the number of what came by message."""
    if not row.external_id:
        return row.pk
    line = line_of(row.external_id)
    return int(line) if row.external_is_number else line
