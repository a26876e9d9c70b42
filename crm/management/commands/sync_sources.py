"""Sync the sources, for cron."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from backoffice.core.jobs.run_command import INTERRUPTED
from backoffice.core.private_errors import cut_error
from crm.models import DataSource, SyncRun
from crm.sync import foreground

if TYPE_CHECKING:
    from argparse import ArgumentParser

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sync every active source, or one, to the end; a run that was left half-way goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--source", metavar="NAME", help="only this one: its code or its name")
        parser.add_argument(
            "--full", action="store_true", help="also what the last sync has seen already"
        )

    def handle(self, *args: Any, source: str | None, full: bool, **options: Any) -> None:
        failed = 0
        for each in _chosen(source):
            try:
                failed += not self._sync(each, full=full)
            except KeyboardInterrupt:
                told = _("%(source)s: stopped. The sync goes on the next time, where it stopped.")
                self.stderr.write(told % {"source": each.name})
                sys.exit(INTERRUPTED)
        if failed:
            # One line a source has been written.
            sys.exit(1)

    def _sync(self, source: DataSource, *, full: bool) -> bool:
        """Whether it went well; if not, that is told in one line."""
        try:
            runs = foreground.sync_now(source, full=full)
        except foreground.HeldElsewhere as error:
            self.stdout.write(str(error))
            return True
        except DomainError as error:
            return self._complain(source, str(error))
        except Exception as error:
            # One source failing never stops the others.
            cut_error(error)
            logger.exception("The sync of %s failed", source.slug)
            told = _("an unexpected error (%(kind)s) stopped it; the log has the details.")
            return self._complain(source, told % {"kind": type(error).__name__})
        outcomes = [self._report(source, run) for run in runs]
        return all(outcomes)

    def _report(self, source: DataSource, run: SyncRun) -> bool:
        for table in run.table_runs.select_related("table"):
            counts = {
                "source": source.name,
                "table": table.table.name,
                "read": table.read,
                "created": table.created,
                "updated": table.updated,
                "unchanged": table.unchanged,
                "rejected": table.rejected,
                "left_out": table.left_out,
                "seconds": _seconds(table.started_at, table.finished_at),
            }
            told = _(
                "%(source)s, %(table)s: %(read)d read, %(created)d created, %(updated)d updated,"
                " %(unchanged)d unchanged, %(rejected)d rejected, %(seconds).1f s"
            )
            if table.left_out:
                told = _(
                    "%(source)s, %(table)s: %(read)d read, %(created)d created,"
                    " %(updated)d updated, %(unchanged)d unchanged, %(rejected)d rejected,"
                    " %(left_out)d left out (no sales), %(seconds).1f s"
                )
            self.stdout.write(told % counts)
        if run.status == SyncRun.Status.DONE:
            return True
        return self._complain(source, run.error or run.get_status_display())

    def _complain(self, source: DataSource, reason: str) -> bool:
        self.stderr.write(f"{source.name}: {' '.join(reason.split())}")
        return False


def _chosen(name: str | None) -> list[DataSource]:
    if name is None:
        return list(DataSource.objects.filter(is_active=True))
    found = list(DataSource.objects.filter(Q(slug=name) | Q(name__iexact=name)))
    if not found:
        known = [f"{source.slug} ({source.name})" for source in DataSource.objects.all()]
        told = ngettext(
            "There is no source “%(name)s”. The one there is: %(known)s.",
            "There is no source “%(name)s”. Those there are: %(known)s.",
            len(known),
        )
        if not known:
            told = _("There is no source “%(name)s”: none has been set up yet.")
        raise CommandError(told % {"name": name, "known": ", ".join(known)})
    return found


def _seconds(started: Any, finished: Any) -> float:
    return (finished - started).total_seconds() if started and finished else 0.0
