"""Asking for recommendations to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from crm.models import Customer, RecommendationRun
from crm.recommendations import rules
from crm.recommendations.algorithms import ALGORITHMS
from crm.recommendations.deciding import allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

Kind = RecommendationRun.Kind
MOST = 50
# Named of many unknown customers.
TOLD = 5


class AlreadyRunning(DomainError):
    """Recommendations are being made; ``value`` is the run's number."""

    code = "already_running"
    conflict = True


def request(  # noqa: PLR0913 - what a run is
    *,
    kind: Kind = Kind.CHANGES,
    customers: Sequence[int] = (),
    algorithm: str = "",
    top: int | None = None,
    by: User | None = None,
    in_background: bool = True,
) -> RecommendationRun:
    """A waiting run, enqueued; AlreadyRunning while another is open.

    With ``customers`` it is of those, whatever ``kind`` says. DomainError names an unknown
    algorithm, a ``top`` out of 1-50, customers that do not exist.
    """
    _refuse_algorithm(algorithm)
    if top is not None and not 1 <= top <= MOST:
        sentence = _("Propose between 1 and 50 products per list, not “%(value)s”.")
        raise DomainError(sentence % {"value": top}, code="invalid", field="top", value=top)
    chosen = sorted(set(customers))
    if chosen or kind == Kind.SELECTION:
        kind = Kind.SELECTION
        _refuse_unknown(chosen)
    expected = len(chosen) if kind == Kind.SELECTION else Customer.objects.count()
    run = RecommendationRun(
        kind=kind,
        algorithm=algorithm,
        top=top,
        customers=chosen,
        expected=expected,
        requested_by=by,
        queued_at=timezone.now(),
    )
    with transaction.atomic():
        try:
            # Of two who ask at the same instant the constraint says no to the second.
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError as error:
            raise _under_way() from error
        if in_background:
            enqueue(run)
    return run


def make_one(customer_id: int, *, algorithm: str = "", by: User | None = None) -> int | None:
    """Make one customer's recommendation at once with what was learnt last; its id.

    None where there is nothing to propose. DomainError says why the customer may have none
    (``opted_out``, ``archived``) or that nothing was learnt yet (``nothing_learnt``).
    """
    from crm.recommendations.making import single  # noqa: PLC0415 - slow import

    _refuse_algorithm(algorithm)
    with transaction.atomic():
        # Locked before what is proposed to them: docs/locking.md, "parent before children".
        rows = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id)
        customer = rows.first()
        if customer is None:
            raise _unknown([customer_id])
        allowed.refuse_customer(customer, rules.current())
        return single.make(customer, algorithm=algorithm, by=by)


def enqueue(run: RecommendationRun) -> None:
    from crm import tasks  # noqa: PLC0415 - tasks import this package

    jobs.enqueue(tasks.make_recommendations, run.pk)


def _under_way() -> AlreadyRunning:
    run = RecommendationRun.objects.filter(status__in=RecommendationRun.OPEN).first()
    if run is None:
        return AlreadyRunning(_("Recommendations were being made just now: try again."))
    sentence = _("Recommendations are being made: %(run)s, %(status)s, since %(at)s.") % {
        "run": f"#{run.pk}",
        "status": run.get_status_display(),
        "at": f"{timezone.localtime(run.started_at or run.requested_at):%d/%m/%Y %H:%M}",
    }
    return AlreadyRunning(sentence, field="run", value=run.pk)


def _refuse_algorithm(name: str) -> None:
    if name and name not in ALGORITHMS:
        sentence = _("There is no algorithm “%(name)s”. Choose one of %(known)s.")
        words = {"name": name, "known": ", ".join(ALGORITHMS)}
        error = DomainError(sentence % words, code="unknown_algorithm", field="algorithm")
        error.value = name
        raise error


def _refuse_unknown(customer_ids: Sequence[int]) -> None:
    if not customer_ids:
        sentence = _("Choose at least one customer.")
        raise DomainError(sentence, code="no_customers", field="customers")
    known = set(Customer.objects.filter(pk__in=customer_ids).values_list("pk", flat=True))
    missing = [key for key in customer_ids if key not in known]
    if missing:
        raise _unknown(missing)


def _unknown(missing: Sequence[int]) -> DomainError:
    told = ngettext(
        "There is no customer %(ids)s.", "There are no customers %(ids)s.", len(missing)
    )
    ids = ", ".join(map(str, missing[:TOLD])) + (" ..." if len(missing) > TOLD else "")
    error = DomainError(told % {"ids": ids}, code="unknown_customers", field="customers")
    error.value = list(missing)
    return error
