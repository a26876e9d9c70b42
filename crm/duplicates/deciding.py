"""What a person says of two customers who look alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.duplicates import merging
from crm.duplicates.scoring import CERTAIN
from crm.models import CustomerMerge, DuplicateCandidate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

State = DuplicateCandidate.State


def merge(
    candidate_id: int,
    *,
    by: User | None,
    kept_id: int | None = None,
    choices: Mapping[str, str] | None = None,
) -> CustomerMerge:
    """The two are one; ``kept_id`` stays (the first one, who was there before, if not told)."""
    with transaction.atomic():
        row = DuplicateCandidate.objects.get(pk=candidate_id)
        kept = kept_id if kept_id in {row.first_id, row.second_id} else row.first_id
        merged = row.second_id if kept == row.first_id else row.first_id
        # The customers first, then the candidate, as the house has it.
        merging.lock(kept, merged)
        _open(candidate_id)
        return merging.merge(kept, merged, by=by, choices=choices)


def merge_certain(candidate_id: int, *, by: User | None) -> CustomerMerge:
    """As :func:`merge`, of a pair that leaves no doubt."""
    row = DuplicateCandidate.objects.get(pk=candidate_id)
    if row.score < CERTAIN:
        sentence = _("%(pair)s: only pairs of at least 99 %% are merged many at a time.")
        pair = f"{row.first} – {row.second}"
        raise merging.NotMergeable(sentence % {"pair": pair}, code="not_certain")
    return merge(candidate_id, by=by)


def keep_apart(candidate_id: int, *, by: User | None) -> DuplicateCandidate:
    """The two are not one, and are not proposed again."""
    with transaction.atomic():
        row = _open(candidate_id)
        row.state, row.decided_by, row.decided_at = State.DISTINCT, by, timezone.now()
        row.save(update_fields=["state", "decided_by", "decided_at"])
    return row


def following(candidate_id: int) -> DuplicateCandidate | None:
    """The open one that comes after this one in the list, else the first."""
    rows = DuplicateCandidate.objects.filter(state=State.OPEN).exclude(pk=candidate_id)
    row = DuplicateCandidate.objects.filter(pk=candidate_id).first()
    if row is not None:
        after = rows.filter(score__lt=row.score) | rows.filter(score=row.score, pk__gt=row.pk)
        found = after.order_by("-score", "pk").first()
        if found:
            return found
    return rows.order_by("-score", "pk").first()


def _open(candidate_id: int) -> DuplicateCandidate:
    row = DuplicateCandidate.objects.select_for_update().get(pk=candidate_id)
    if row.state != State.OPEN:
        sentence = _("Already decided by %(person)s: %(state)s.") % {
            "person": row.decided_by or _("somebody"),
            "state": row.get_state_display(),
        }
        raise merging.NotMergeable(sentence, code="already_decided")
    return row
