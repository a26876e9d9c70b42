"""What staff did about a lead outlives a merge: who was called yesterday is not called today."""

from __future__ import annotations

from django.db import transaction

from scoring.models import LeadScore


def hand_on(merged_id: int, *, to: int) -> None:
    """The customer ``to`` rests as long as the one merged into it does; a second call does nothing.

    The merged one's score goes when it is scored next. Taken back, the merge leaves the rest.
    """
    with transaction.atomic():
        rows = LeadScore.objects.select_for_update(no_key=True).order_by("pk")
        leads = {lead.pk: lead for lead in rows.filter(pk__in=[merged_id, to])}
        theirs, kept = leads.get(merged_id), leads.get(to)
        if theirs is None or kept is None or theirs.rests_until is None:
            return
        if kept.rests_until is not None and kept.rests_until >= theirs.rests_until:
            return
        LeadScore.objects.filter(pk=to).update(
            handled_at=theirs.handled_at,
            handled_by_id=theirs.handled_by_id,
            rests_until=theirs.rests_until,
        )
