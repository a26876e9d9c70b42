"""The steps of a run; each is safe to be made again until it has committed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from backoffice.core.errors import DomainError
from crm import locks
from crm.models import Customer, RecommendationModel, RecommendationRun, RefusedProduct
from crm.profiles import recompute
from crm.recommendations import rules
from crm.recommendations.engine import learning
from crm.recommendations.engine.artifact import UnreadableModel
from crm.recommendations.making import (
    choosing,
    data,
    fingerprints,
    in_use,
    proposing,
    shelf,
    writing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crm.recommendations.algorithms.base import Lessons
    from crm.recommendations.making.in_use import InUse

Kind, Stage = RecommendationRun.Kind, RecommendationRun.Stage
SEED = 20
# Of the customers with two purchases or more; enough for intervals of about a percent.
MEASURED = 10_000
# Attempts of a job to measure; then what was measured before holds on (docs/jobs.md, JOB_TIMEOUT).
ATTEMPTS = 2


# Before what the database refuses is an error.
TRIES = 2


class Overtaken(Exception):
    """Another process went on with the run: what this one made is void."""


def step(run_id: int) -> bool:
    """The next step of the run; whether there is none left."""
    for _try in range(TRIES):
        run = RecommendationRun.objects.get(pk=run_id)
        try:
            return _STEPS[run.stage](run)
        except IntegrityError:
            # A product that was to be proposed was deleted meanwhile: it is gone the next time.
            continue
    return _STEPS[run.stage](run)


def _learn(run: RecommendationRun) -> bool:
    """Profiles where there are none, then what is new in the purchases."""
    if Customer.objects.filter(merged_into=None, profile=None).exists():
        recompute.recompute()
    in_force = in_use.readable() if run.kind == Kind.SELECTION else None
    if in_force is not None:
        _go_on(run, stage=Stage.PROPOSE, model=in_force.model_id)
        return False
    lessons = data.lessons(_until(run), seed=SEED)
    fingerprint = fingerprints.of_lessons(lessons)
    known = RecommendationModel.objects.filter(is_active=True, fingerprint=fingerprint)
    if known.exists() and (in_force := in_use.readable()):
        _go_on(run, stage=Stage.PROPOSE, model=in_force.model_id)
        return False
    model_id = in_use.keep(
        learning.learn(lessons),
        as_of=_until(run) - dt.timedelta(days=1),
        fingerprint=fingerprint,
        about=_about(lessons),
    )
    _go_on(run, stage=Stage.MEASURE, model=model_id)
    return False


def _measure(run: RecommendationRun) -> bool:
    """Which algorithm wins, and how sure it is; then what was learnt is put to use."""
    from crm.recommendations.evaluation import measuring  # noqa: PLC0415 - slow import

    kept = _kept(run)
    if kept is None:
        return False
    learnt, table = kept.learnt, {}
    before = in_use.readable() if run.attempts > ATTEMPTS else None
    try:
        if before is None:
            lessons = data.lessons(_until(run), seed=SEED)
            found = measuring.evaluate(lessons, most_customers=MEASURED)
            table, winners, calibration = found.table, found.winners, found.calibration
        else:
            table = RecommendationModel.objects.get(pk=before.model_id).evaluation
            winners, calibration = before.learnt.winners, before.learnt.calibration
        learnt = replace(learnt, winners=winners, calibration=calibration)
    except DomainError as error:
        if error.code != "too_few_purchases":
            raise
    in_use.put_to_use(kept.model_id, learnt, table)
    _go_on(run, stage=Stage.PROPOSE)
    return False


def _propose(run: RecommendationRun) -> bool:
    found = _kept(run)
    if found is None:
        return False
    ids = _next(run, found.learnt.rows_at_once)
    if not ids:
        return True
    now_rules = rules.current()
    asked = proposing.Asked(
        learnt=found.learnt,
        goods=shelf.load(),
        rules=now_rules,
        as_of=_until(run),
        top=run.top or now_rules.top,
        algorithm=run.algorithm,
    )
    chosen = choosing.choose(run.kind, ids, asked)
    proposals = proposing.propose(asked, chosen.bought) if len(chosen.bought.customers) else []
    with transaction.atomic():
        _still_ours(run)
        counts = _write(run, ids, chosen, proposals, asked)
        counted = {name: F(name) + count for name, count in counts.items()}
        _save(run, position=ids[-1], looked_at=F("looked_at") + len(ids), **counted)
    return False


def _write(
    run: RecommendationRun,
    ids: Sequence[int],
    chosen: choosing.Chosen,
    proposals: Sequence[proposing.Proposal],
    asked: proposing.Asked,
) -> Counter[str]:
    """Under the customers' locks: what was decided since is left alone."""
    touched = sorted({*chosen.closed, *(each.customer_id for each in proposals)})
    locks.hold_customers(touched)
    reachable = data.reachable(touched, asked.rules)
    last = writing.last_of(touched, locked=True)
    pairs = RefusedProduct.objects.filter(customer__in=touched)
    refused = set(pairs.values_list("customer_id", "product_id"))
    gone_products = shelf.gone(asked.goods)
    made, empty, late = [], [], 0
    for each in proposals:
        key = each.customer_id
        if key not in reachable or last.get(key) != chosen.last.get(key):
            late += 1
        elif any(
            place.product_id in gone_products or (key, place.product_id) in refused
            for place in each.places
        ):
            # Refused or sold out since we looked: the next run sees it.
            late += 1
        elif each.places:
            made.append(each)
        else:
            empty.append(key)
    gone = [key for key in touched if key not in reachable]
    writing.retire([*gone, *empty])
    writing.write(made, asked.goods, model_id=run.model_id, run=run)
    return Counter(
        made=len(made),
        unchanged=len(chosen.unchanged),
        withheld=len(ids) - len(chosen.unchanged) - len(made) - len(empty),
        without=len(empty),
    )


_STEPS: dict[str, Callable[[RecommendationRun], bool]] = {
    Stage.LEARN: _learn,
    Stage.MEASURE: _measure,
    Stage.PROPOSE: _propose,
}


def _kept(run: RecommendationRun) -> InUse | None:
    """What the run learnt; None, and it learns again, where that is gone or of another version."""
    if run.model_id is not None:
        with suppress(UnreadableModel):
            return in_use.of(run.model_id)
    _go_on(run, stage=Stage.LEARN, model=None)
    return None


def _until(run: RecommendationRun) -> dt.date:
    """What was bought before this day counts: the run's own day too, whenever it goes on."""
    begun = run.started_at or timezone.now()
    return timezone.localtime(begun).date() + dt.timedelta(days=1)


def _next(run: RecommendationRun, most: int) -> list[int]:
    if run.kind == Kind.SELECTION:
        return [key for key in run.customers if key > run.position][:most]
    rows = Customer.objects.filter(pk__gt=run.position).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:most])


def _go_on(run: RecommendationRun, **values: object) -> None:
    with transaction.atomic():
        _still_ours(run)
        _save(run, **values)


def _still_ours(run: RecommendationRun) -> None:
    rows = RecommendationRun.objects.select_for_update(no_key=True)
    now = rows.values_list("status", "stage", "position", "claimed_at").get(pk=run.pk)
    if now != (run.status, run.stage, run.position, run.claimed_at):
        raise Overtaken(run.pk)


def _save(run: RecommendationRun, **values: object) -> None:
    RecommendationRun.objects.filter(pk=run.pk).update(**values)


def _about(lessons: Lessons) -> dict[str, object]:
    bought = lessons.purchases
    days = [data.day_of(day) for day in (bought.day.min(), bought.day.max())] if len(bought) else []
    return {
        "customers": len(bought.customers),
        "products": len(bought.products),
        "lines": len(bought),
        "baskets": int(proposing.baskets(bought).sum()),
        "first": days[0].isoformat() if days else None,
        "last": days[1].isoformat() if days else None,
    }
