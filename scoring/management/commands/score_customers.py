"""Score our customers, for cron."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.jobs.run_command import RunCommand
from scoring.leads import requests, running
from scoring.models import ScoringRun

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

Kind = ScoringRun.Kind


class Command(RunCommand):
    help = "Score all customers as of today; a run that was left half-way goes on first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--only-changed",
            action="store_true",
            help="only who has no score yet, or whose figures, or the model, changed since",
        )

    def runs(self, *, only_changed: bool, **options: Any) -> Iterator[ScoringRun]:
        left = ScoringRun.objects.filter(status__in=ScoringRun.OPEN).first()
        if left is not None:
            yield running.to_the_end(left)
        kind = Kind.CHANGES if only_changed else Kind.FULL
        yield running.to_the_end(requests.request(kind=kind, in_background=False))

    def told(self, run: ScoringRun, seconds: float) -> Iterator[str]:
        sentence = _(
            "%(run)s: %(looked_at)d customers, %(written)d scored anew, %(unchanged)d unchanged,"
            " %(removed)d removed, %(moved)d changes of segment, %(seconds).1f s"
        )
        yield sentence % {
            "run": run,
            "looked_at": run.looked_at,
            "written": run.written,
            "unchanged": run.unchanged,
            "removed": run.removed,
            "moved": run.moved,
            "seconds": seconds,
        }
