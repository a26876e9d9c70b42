"""The figures for programs; names and shapes are a promise (docs/support-automatic.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from support.figures.backlog import AGES
from support.figures.replies import NO_EDIT, Fate, by_agent
from support.figures.scope import by_step

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from backoffice.core.figures.comparison import Compared, Rate
    from backoffice.core.figures.period import Days
    from orders.analytics.steps import Step
    from support.figures.replies import Edit
    from support.figures.report import Summary
    from support.figures.times import Waiting

# Goes up when a name goes away or changes its meaning, not when one is added.
VERSION = 1


def document(found: Summary) -> dict[str, Any]:
    """Days as ISO dates, times in seconds, shares from 0 to 1, null where there is none."""
    scope, replies = found.scope, found.replies
    return {
        "version": VERSION,
        "period": scope.period.name,
        **_days(scope.period.days),
        "before": _days(scope.period.before),
        "channel": scope.channel or None,
        "category": _category(found, scope.category_id),
        "made_at": timezone.localtime(found.made_at).isoformat(timespec="seconds"),
        "backlog": _backlog(found),
        "opened": _counts(found.opened.total),
        "answered": _counts(replies.sent),
        "answered_automatically": _counts(replies.count(Fate.AUTOMATIC)),
        "closed": _counts(found.happened.closed),
        "bounced": _counts(found.happened.bounced),
        "reopenings": _counts(found.happened.reopened),
        "steps": _steps(found, found.steps),
        "first_response": _waiting(found.first_responses.all),
        "first_response_before": _waiting(found.first_responses.before),
        "first_response_by_people": _waiting(found.first_responses.by_person),
        "resolution": _waiting(found.resolutions.now),
        "resolution_before": _waiting(found.resolutions.before),
        "drafts": {fate.value: _counts(replies.count(fate)) for fate in Fate},
        "approval_rate": _rate(replies.approval()),
        "unchanged_rate": _rate(replies.unchanged()),
        "automatic_rate": _rate(replies.automatic()),
        "reopened_rate": _rate(found.first_responses.reopened),
        "reopened_rate_automatic": _rate(found.first_responses.reopened_automatic),
        "edited_share": _edit(found.edits.all),
        "edited_by_template": [
            {"template": name, "category": _category(found, of), **_edit(edit)}
            for (_pk, name, of), edit in found.edits.by_template.items()
        ],
        "categories": _categories(found),
        "agents": _agents(found),
        "weeks": _weeks(found),
        "classifier": {
            **_rate(found.accuracy.right),
            "mistakes": [
                {
                    "proposed": _category(found, row.proposed_id),
                    "decided": _category(found, row.decided_id),
                    "tickets": row.tickets,
                }
                for row in found.accuracy.mistakes
            ],
        },
    }


def _backlog(found: Summary) -> dict[str, Any]:
    names = [name for name, _words, _end in AGES]
    oldest = found.backlog.oldest
    return {
        "total": found.backlog.total,
        "oldest": timezone.localtime(oldest).isoformat(timespec="seconds") if oldest else None,
        "ages": dict(zip(names, found.backlog.ages, strict=True)),
        "categories": [
            {
                "category": _category(found, row.category_id),
                "total": row.total,
                **dict(zip(names, row.ages, strict=True)),
            }
            for row in found.backlog.categories
        ],
    }


def _categories(found: Summary) -> list[dict[str, Any]]:
    times, edits = found.first_responses.by_category, found.edits.by_category
    return [
        {
            "category": _category(found, one),
            "opened": _counts(opened),
            "first_response": _waiting(times[one]) if one in times else None,
            "edited_share": _edit(edits.get(one, NO_EDIT)),
        }
        for one, opened in found.opened.by_category.items()
    ]


def _agents(found: Summary) -> list[dict[str, Any]]:
    fates, closed = by_agent(found.replies), found.happened.closed_by
    return [
        {
            "agent": found.agents[who],
            **{fate.value: fates[who][fate] if who in fates else 0 for fate in Fate},
            "closed": closed.get(who, 0),
            "edited_share": _edit(found.edits.by_agent.get(who, NO_EDIT)),
            "answered_by_week": by_step(
                found.replies.by_day(agent_id=who), found.scope.period.days, found.weeks
            ),
        }
        for who in [*fates, *(one for one in closed if one not in fates)]
    ]


def _weeks(found: Summary) -> list[dict[str, Any]]:
    return [
        {**row, "first_response": _waiting(waiting)}
        for row, waiting in zip(
            _steps(found, found.weeks), found.first_responses.by_week, strict=True
        )
    ]


def _steps(found: Summary, steps: Sequence[Step]) -> list[dict[str, Any]]:
    days = found.scope.period.days
    opened = by_step(found.opened.by_day, days, steps)
    answered = by_step(found.replies.by_day(), days, steps)
    automatic = by_step(found.replies.by_day({Fate.AUTOMATIC}), days, steps)
    return [
        {
            "first": step.first.isoformat(),
            "unit": step.unit,
            "opened": opened[place],
            "answered": answered[place],
            "answered_automatically": automatic[place],
        }
        for place, step in enumerate(steps)
    ]


def _category(found: Summary, category_id: int | None) -> str | None:
    return None if category_id is None else found.categories.get(category_id)


def _days(days: Days) -> dict[str, str]:
    return {"from": days.first.isoformat(), "to": days.last.isoformat()}


def _counts(compared: Compared[int]) -> dict[str, int]:
    return {"now": compared.now, "before": compared.before}


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    return {
        "hits": rate.hits,
        "total": rate.total,
        "share": _share(rate.value),
        "interval": [_share(low), _share(high)],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {"drafts": edit.drafts, "median": _share(edit.median), "p90": _share(edit.p90)}


def _waiting(found: Waiting) -> dict[str, Any]:
    return {
        "tickets": found.tickets,
        "median_seconds": _seconds(found.median),
        "p90_seconds": _seconds(found.p90),
    }


def _seconds(value: dt.timedelta | None) -> int | None:
    return None if value is None else round(value.total_seconds())


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
