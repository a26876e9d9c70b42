"""Make recommendations, for cron."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from backoffice.core.jobs.run_command import RunCommand
from crm.models import Customer, CustomerIdentity, RecommendationRun
from crm.recommendations import rules
from crm.recommendations.deciding import allowed
from crm.recommendations.making import requests, running

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator, Sequence

Kind = RecommendationRun.Kind
# A longer number is no id.
DIGITS = 19
# Of many chosen customers who may have none, so many are told.
TOLD = 20


class Command(RunCommand):
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

    def runs(
        self,
        *,
        customers: Sequence[str],
        algorithm: str,
        top: int | None,
        full: bool,
        **options: Any,
    ) -> Iterator[RecommendationRun]:
        ids = _ids(customers)
        left = RecommendationRun.objects.filter(status__in=RecommendationRun.OPEN).first()
        if left is not None:
            yield running.to_the_end(left)
        run = requests.request(
            kind=Kind.FULL if full else Kind.CHANGES,
            customers=ids,
            algorithm=algorithm,
            top=top,
            in_background=False,
        )
        yield running.to_the_end(run)

    def told(self, run: RecommendationRun, seconds: float) -> Iterator[str]:
        sentence = _(
            "%(run)s: %(looked_at)d customers, %(made)d made, %(unchanged)d unchanged,"
            " %(withheld)d withheld, %(without)d with nothing to propose, %(seconds).1f s"
        )
        yield sentence % {
            "run": run,
            "looked_at": run.looked_at,
            "made": run.made,
            "unchanged": run.unchanged,
            "withheld": run.withheld,
            "without": run.without,
            "seconds": seconds,
        }
        if run.withheld:
            yield from _who_may_not(run)


def _who_may_not(run: RecommendationRun) -> Iterator[str]:
    """Of chosen customers, who may have none, and why."""
    current, told = rules.current(), 0
    for customer in Customer.objects.filter(pk__in=run.customers).order_by("pk"):
        try:
            allowed.refuse_customer(customer, current)
        except DomainError as error:
            yield f"{customer.pk}: {error}"
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
