"""Score our customers, for cron."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.private_errors import cut_error
from scoring.leads import requests, running
from scoring.models import ScoringRun

if TYPE_CHECKING:
    from argparse import ArgumentParser

logger = logging.getLogger(__name__)

Kind = ScoringRun.Kind
# What the shell says of a command that was stopped with Ctrl-C.
INTERRUPTED = 130


class Command(BaseCommand):
    help = "Score all customers as of today; a run that was left half-way goes on first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only-changed",
            action="store_true",
            help="only who has no score yet, or whose figures, or the model, changed since",
        )

    def handle(self, *args: Any, only_changed: bool, **options: Any) -> None:
        try:
            left = ScoringRun.objects.filter(status__in=ScoringRun.OPEN).first()
            if left is not None:
                self._report(running.to_the_end(left))
            kind = Kind.CHANGES if only_changed else Kind.FULL
            run = requests.request(kind=kind, in_background=False)
            self._report(running.to_the_end(run))
        except DomainError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stderr.write(_("Stopped. The run goes on the next time, where it stopped."))
            sys.exit(INTERRUPTED)
        except CommandError:
            raise
        except Exception as error:
            # The run waits: the next one goes on with it.
            cut_error(error)
            logger.exception("Scoring customers failed")
            told = _("An unexpected error (%(kind)s) stopped it; the log has the details.")
            raise CommandError(told % {"kind": type(error).__name__}) from None

    def _report(self, run: ScoringRun) -> None:
        if run.status != ScoringRun.Status.DONE:
            raise CommandError(" ".join((run.error or run.get_status_display()).split()))
        seconds = 0.0
        if run.started_at and run.finished_at:
            seconds = (run.finished_at - run.started_at).total_seconds()
        told = _(
            "%(run)s: %(looked_at)d customers, %(written)d scored anew, %(unchanged)d unchanged,"
            " %(removed)d removed, %(moved)d changes of segment, %(seconds).1f s"
        )
        counts = {
            "run": run,
            "looked_at": run.looked_at,
            "written": run.written,
            "unchanged": run.unchanged,
            "removed": run.removed,
            "moved": run.moved,
            "seconds": seconds,
        }
        self.stdout.write(told % counts)
