"""Make recommendations, for cron."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from backoffice.core.private_errors import cut_error
from crm.models import Customer, CustomerIdentity, RecommendationRun
from crm.recommendations import rules
from crm.recommendations.deciding import allowed
from crm.recommendations.making import requests, running

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

logger = logging.getLogger(__name__)

Kind = RecommendationRun.Kind
# What the shell says of a command that was stopped with Ctrl-C.
INTERRUPTED = 130
# A longer number is no id.
DIGITS = 19
# Of many chosen customers who may have none, so many are told.
TOLD = 20


class Command(BaseCommand):
    help = (
        "Make recommendations for whoever's purchases, stock or feedback changed; a run that was"
        " left half-way goes on first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--customers",
            nargs="+",
            default=[],
            metavar="CUSTOMER",
            help="only these, in any case: their id, e-mail address or key in another system",
        )
        parser.add_argument("--algorithm", default="", help="instead of the measured winners")
        parser.add_argument("--top", type=int, help="products per list (1-50; else by the rules)")
        parser.add_argument("--full", action="store_true", help="for everybody")

    def handle(
        self,
        *args: Any,
        customers: Sequence[str],
        algorithm: str,
        top: int | None,
        full: bool,
        **options: Any,
    ) -> None:
        try:
            ids = _ids(customers)
            left = RecommendationRun.objects.filter(status__in=RecommendationRun.OPEN).first()
            if left is not None:
                self._report(running.to_the_end(left))
            kind = Kind.FULL if full else Kind.CHANGES
            run = requests.request(
                kind=kind, customers=ids, algorithm=algorithm, top=top, in_background=False
            )
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
            logger.exception("Making recommendations failed")
            told = _("An unexpected error (%(kind)s) stopped it; the log has the details.")
            raise CommandError(told % {"kind": type(error).__name__}) from None

    def _report(self, run: RecommendationRun) -> None:
        if run.status != RecommendationRun.Status.DONE:
            raise CommandError(" ".join((run.error or run.get_status_display()).split()))
        seconds = 0.0
        if run.started_at and run.finished_at:
            seconds = (run.finished_at - run.started_at).total_seconds()
        told = _(
            "%(run)s: %(looked_at)d customers, %(made)d made, %(unchanged)d unchanged,"
            " %(withheld)d withheld, %(without)d with nothing to propose, %(seconds).1f s"
        )
        counts = {
            "run": run,
            "looked_at": run.looked_at,
            "made": run.made,
            "unchanged": run.unchanged,
            "withheld": run.withheld,
            "without": run.without,
            "seconds": seconds,
        }
        self.stdout.write(told % counts)
        if run.withheld:
            self._tell_who(run)

    def _tell_who(self, run: RecommendationRun) -> None:
        """Of chosen customers, who may have none, and why."""
        current, told = rules.current(), 0
        for customer in Customer.objects.filter(pk__in=run.customers).order_by("pk"):
            try:
                allowed.refuse_customer(customer, current)
            except DomainError as error:
                self.stdout.write(f"{customer.pk}: {error}")
                told += 1
            if told == TOLD:
                return


def _ids(given: Sequence[str]) -> list[int]:
    """Of ids, addresses and keys; commas part them, too."""
    words = [word for text in given for word in map(str.strip, text.split(",")) if word]
    if given and not words:
        raise CommandError(_("Name at least one customer."))
    found, unknown = set(), []
    for word in words:
        mine = _of(word)
        found |= mine
        unknown += [] if mine else [word]
    if unknown:
        told = ngettext(
            "There is no customer %(names)s.", "There are no customers %(names)s.", len(unknown)
        )
        raise CommandError(told % {"names": ", ".join(unknown)})
    return sorted(found)


def _of(word: str) -> set[int]:
    if word.isascii() and word.isdigit() and len(word) < DIGITS:
        by_id = Customer.objects.filter(pk=int(word)).values_list("pk", flat=True)
        if by_id:
            return set(by_id)
    values = {word, word.lower()}
    known = CustomerIdentity.objects.filter(value__in=values, customer__merged_into=None)
    return set(known.values_list("customer_id", flat=True))
