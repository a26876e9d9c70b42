"""Bring the French catalogue up to date, or check that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from backoffice.core import catalogue

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog
    from django.core.management.base import CommandParser

SHOWN = 5


class Command(BaseCommand):
    help = "Collect all texts into locale/fr, keep their translations, and compile them."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing; fail when anything is missing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = catalogue.extract()
        kept = catalogue.load()
        if options["check"]:
            self.check_catalogue(kept, found)
            return
        merged = catalogue.merge(kept, found)
        where = catalogue.paths()
        where.po.parent.mkdir(parents=True, exist_ok=True)
        where.po.write_bytes(catalogue.to_po(merged))
        where.mo.write_bytes(catalogue.to_mo(catalogue.load()))
        open_ends = catalogue.problems(merged, found)
        self.stdout.write(f"{len(merged)} texts, {len(open_ends)} to do.")
        for line in open_ends[: SHOWN * 4]:
            self.stdout.write(f"  {line}")

    def check_catalogue(self, kept: Catalog, found: Catalog) -> None:
        faults = catalogue.problems(kept, found)
        mo = catalogue.paths().mo
        if not faults and (not mo.exists() or mo.read_bytes() != catalogue.to_mo(kept)):
            faults = ["django.mo is not what django.po compiles to"]
        if faults:
            shown = "; ".join(faults[:SHOWN])
            more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
            raise CommandError(
                f"Translations: {shown}{more}. Run manage.py translations and complete locale/fr."
            )
