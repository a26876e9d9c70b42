"""Scores of the customers that were noted."""

from __future__ import annotations

import logging
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from scoring.leads import requests, rescoring
from scoring.models import LeadTouch, ScoringRun
from scoring.moves import sharing
from scoring.versions import keeping
from scoring.versions.active import NoModel

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)

# From so many notes on, a run over everybody is quicker than going through them.
MANY = 20_000
# Whoever is at the same notes has them: each of two workers takes other ones. By name, not by a
# list of ids, PostgreSQL would look into the table once per row.
_TAKE = """
WITH taken AS MATERIALIZED (
    SELECT id FROM scoring_leadtouch WHERE customer_id IS NOT NULL
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
DELETE FROM scoring_leadtouch USING taken WHERE scoring_leadtouch.id = taken.id
RETURNING customer_id
"""


def catch_up() -> int:
    """Score who was noted; the number of customers. Notes go with the scores, or stay.

    "Anybody", and more than MANY, ask for a run over what changed; while one is under way, which
    may be past them, "anybody" waits for its end. Of many notes about one customer comes one
    score. Stops after a quarter of what a job may take; the next call goes on.
    """
    until = monotonic() + settings.JOB_TIMEOUT / 4
    try:
        _ask_for_a_run()
        total = 0
        while (count := _slice()) and monotonic() < until:
            total += count
        return total + count
    except NoModel:
        # They wait until there is one.
        logger.warning("Customers wait to be scored: there is no model.")
        return 0


def _slice(most: int = 0) -> int:
    """Score whom up to ``most`` notes are about, in one statement, as locks need an order.

    Where too many share an address with them, fewer notes are taken.
    """
    most = most or rescoring.MOST
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [most])
            ids = {int(row[0]) for row in cursor.fetchall()}
        everyone = ids | sharing.others(ids) if ids else ids
        if len(everyone) <= rescoring.MOST or len(ids) <= 1:
            rescoring.rescore(everyone)
            return len(ids)
        transaction.set_rollback(True)
    return _slice(max(len(ids) // 2, 1))


def _ask_for_a_run() -> None:
    """Where anybody may have changed, or too many did: a run; the notes it covers go."""
    if not _is_one_needed():
        return
    with transaction.atomic():
        run = requests.request(kind=ScoringRun.Kind.CHANGES)
        # One that has not begun sees whatever is committed by now, and so all that these tell of:
        # save that another version was put to use since it was asked for.
        if run.started_at is None and run.model_id == keeping.in_use().pk:
            _all().delete()


def _is_one_needed() -> bool:
    if _all().filter(customer_id=None).exists():
        return True
    return len(_all().values_list("pk", flat=True)[: MANY + 1]) > MANY


def _all() -> QuerySet[LeadTouch]:
    return LeadTouch.objects.order_by()
