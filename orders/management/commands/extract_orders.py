"""Read files and print what they order, one JSON object per line; needs no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import ai
from backoffice.core.errors import DomainError
from orders.evaluation import shape_all
from orders.extraction.from_files import content_of, read_content, unread

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = (
        "Read e-mails (.eml), stored WhatsApp messages (.whatsapp.json) and documents, and print "
        "for each one JSON object: file, is_order, is_renewal, customer, lines, currency, total, "
        "delivery_date; others, where one message holds several orders. The database is not "
        "touched. Ends with status 1 when a file was unreadable."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        failed = 0
        for path in files:
            try:
                with ai.without_database():
                    content = content_of(path)
            except DomainError as error:
                failed += 1
                self.stderr.write(f"{path.name}: {error}")
                continue
            for document in unread(content):
                self.stderr.write(f"{path.name}: {document.filename}: {document.problem}")
            found = {"file": path.name, **shape_all(read_content(content))}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        if failed:
            raise CommandError(
                ngettext(
                    "%(count)s file could not be read.",
                    "%(count)s files could not be read.",
                    failed,
                )
                % {"count": failed}
                + " "
                + _("The others are done.")
            )
