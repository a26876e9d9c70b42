"""The steps of a run; each is safe to be made again until it has committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from backoffice.core.jobs import LeaseLost
from crm.models import Customer
from scoring.leads import days, house, writing
from scoring.live import figures
from scoring.models import ScoringRun
from scoring.versions import keeping

if TYPE_CHECKING:
    from decimal import Decimal

    from scoring.models import ScoringModel

Kind = ScoringRun.Kind
# Customers scored together: what a step commits.
BLOCK = figures.BLOCK


def step(claimed: ScoringRun) -> bool:
    """The next customers of the run that was claimed; whether there were none left.

    Raises:
        LeaseLost: another attempt took the run over.
        NoModel: there is none to score by.

    """
    version = keeping.in_use()
    with transaction.atomic():
        run = _locked(claimed)
        if run.started_at is None or run.model_id != version.pk:
            _start(run, version)
        if run.house_purchase is None:
            run.house_purchase = _house_purchase(run)
        chosen = figures.after(run.position, BLOCK)
        if chosen is None:
            days.write(run.day, version)
        else:
            each_day = run.kind == Kind.FULL
            scoring = writing.Scoring(run.day, version, run.house_purchase, each_day=each_day)
            _score(run, chosen, scoring)
        run.save(
            update_fields=[
                "started_at", "day", "model", "house_purchase", "position", "looked_at", "written",
                "unchanged", "removed", "moved",
            ]
        )  # fmt: skip
    return chosen is None


def _locked(claimed: ScoringRun) -> ScoringRun:
    rows = ScoringRun.objects.select_for_update(no_key=True)
    run = rows.filter(pk=claimed.pk, status=claimed.status, claimed_at=claimed.claimed_at).first()
    if run is None:
        raise LeaseLost(claimed.pk)
    return run


def _start(run: ScoringRun, version: ScoringModel) -> None:
    """As of the day it begins; from the start again where another version was put to use."""
    now = timezone.now()
    if run.started_at is None:
        run.started_at, run.day = now, timezone.localdate(now)
    run.model, run.position, run.looked_at, run.unchanged = version, 0, 0, 0


def _house_purchase(run: ScoringRun) -> Decimal:
    return figures.house_purchase(run.day) if run.kind == Kind.FULL else house.known()


def _score(run: ScoringRun, chosen: figures.Chosen, scoring: writing.Scoring) -> None:
    living = Customer.objects.filter(
        pk__gte=chosen.first, pk__lte=chosen.last, archived_at=None, merged_into=None
    ).count()
    written = writing.write(chosen, scoring)
    run.position = chosen.last
    run.looked_at += living
    run.written += written.rows
    run.unchanged += max(living - written.rows, 0)
    run.removed += written.removed
    run.moved += written.moved
