"""Commands, for cron, that do a run in slices (``core/jobs/slices.py``) to its end."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.jobs import slices
from backoffice.core.private_errors import cut_error

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

# What the shell says of a command that was stopped with Ctrl-C.
INTERRUPTED: Final = 130


class RunCommand(BaseCommand):
    """Exits with 1 and one line where a run failed, 130 where somebody stopped it."""

    def runs(self, *args: Any, **options: Any) -> Iterator[Any]:
        """Do what is left half-way and what is asked for; yield each run at its end."""
        raise NotImplementedError

    def told(self, run: Any, seconds: float) -> Iterator[str]:  # noqa: ANN401 - a run of any app
        """What a run that went well came to, in lines."""
        raise NotImplementedError

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            for run in self.runs(**options):
                self._report(run)
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
            logger.exception("%s failed", type(self).__module__.rpartition(".")[2])
            told = _("An unexpected error (%(kind)s) stopped it; the log has the details.")
            raise CommandError(told % {"kind": type(error).__name__}) from None

    def _report(self, run: Any) -> None:  # noqa: ANN401 - as above
        if run.status != slices.DONE:
            raise CommandError(" ".join((run.error or run.get_status_display()).split()))
        seconds = 0.0
        if run.started_at and run.finished_at:
            seconds = (run.finished_at - run.started_at).total_seconds()
        for line in self.told(run, seconds):
            self.stdout.write(line)
