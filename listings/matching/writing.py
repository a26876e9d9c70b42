"""Matches as rows: proposed once, kept in step with the facts until a person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone

from listings.matching import written
from listings.matching.reasons import ENDS
from listings.matching.scoring import Fit
from listings.models import Match

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from listings.matching.scoring import Misfit
    from listings.matching.sides import Side

State = Match.State
# Dismissed and done are a person's word; the constraint keeps such a pair from a second row.
_FOLLOWED = (State.PROPOSED, State.CONTACTED, State.GONE)
_FIELDS = ("state", "score", "reasons", "changed_at", "changed_by")


def known(listing_id: int) -> list[Match]:
    """The undecided matches of a listing, locked; inside a transaction."""
    mine = Q(wanted=listing_id) | Q(sale=listing_id)
    rows = Match.objects.filter(mine, state__in=_FOLLOWED)
    return [*rows.select_for_update(no_key=True).order_by("pk")]


def other(match: Match, listing_id: int) -> int:
    """The listing on the other side."""
    return match.sale_id if match.wanted_id == listing_id else match.wanted_id


def write(
    own: Side, judged: Mapping[int, Fit | Misfit], rows: Sequence[Match], *, best: int
) -> set[int]:
    """Bring the rows of ``own`` in step with what was judged; the listings they are with."""
    paired = {other(row, own.listing_id): row for row in rows}
    reached = written.about(row.pk for row in rows if row.state == State.GONE)
    changed = [
        row
        for key, row in paired.items()
        if key in judged and _follow(row, judged[key], was_reached=row.pk in reached)
    ]
    Match.objects.bulk_update(changed, _FIELDS)
    written.withdraw(row.pk for row in rows if row.state == State.GONE)
    fits = {key: fit for key, fit in judged.items() if isinstance(fit, Fit) and key not in paired}
    chosen = sorted(fits, key=lambda key: (-fits[key].score, -key))[:best]
    new = [_proposed(own, key, fits[key]) for key in chosen]
    # In one order everywhere: two that find each other's pairs wait and do not deadlock.
    new.sort(key=lambda match: (match.wanted_id, match.sale_id))
    Match.objects.bulk_create(new, ignore_conflicts=True)
    return {*paired, *chosen} & {*judged}


def _proposed(own: Side, key: int, fit: Fit) -> Match:
    wanted, sale = (own.listing_id, key) if own.is_wanted else (key, own.listing_id)
    return Match(wanted_id=wanted, sale_id=sale, score=fit.score, reasons=_reasons(fit))


def _follow(row: Match, verdict: Fit | Misfit, *, was_reached: bool) -> bool:
    """Change ``row`` to what the verdict makes of it; whether anything changed."""
    before = (row.state, row.score, row.reasons)
    if isinstance(verdict, Fit):
        if row.state == State.GONE:
            row.state = State.CONTACTED if was_reached else State.PROPOSED
        if row.state == State.PROPOSED:
            row.score, row.reasons = verdict.score, _reasons(verdict)
    elif row.state != State.CONTACTED or verdict.is_final:
        row.state = State.GONE
        kept = [reason for reason in row.reasons if reason.get("code") not in ENDS]
        row.reasons = [*kept, {"code": verdict.code, "points": 0, **verdict.facts}]
    if row.state != before[0]:
        row.changed_at, row.changed_by = timezone.now(), None
    return (row.state, row.score, row.reasons) != before


def _reasons(fit: Fit) -> list[dict[str, Any]]:
    return [reason.as_json() for reason in fit.reasons]
