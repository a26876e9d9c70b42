"""All questions at once: what the page, the command and programs show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.utils import timezone

from orders.analytics.steps import steps_of
from support.figures import backlog, flow, quality, times
from support.figures import replies as answers
from support.figures.scope import Scope, scope_of, weeks_of
from support.models import Category

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.core.figures.period import Period
    from orders.analytics.steps import Step


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of ``scope`` at ``made_at``; categories and agents stand by their ids."""

    scope: Scope
    made_at: dt.datetime
    steps: tuple[Step, ...]
    weeks: tuple[Step, ...]
    categories: dict[int, str]
    agents: dict[int, str]
    backlog: backlog.Backlog
    opened: flow.Opened
    replies: answers.Replies
    edits: answers.Edits
    first_responses: times.FirstResponses
    resolutions: times.Resolutions
    happened: quality.Happened
    accuracy: quality.Accuracy

    def as_dict(self) -> dict[str, Any]:
        """For programs: the shape is promised in docs/support-automatic.md."""
        from support.figures import data  # noqa: PLC0415 - it is typed by this class

        return data.document(self)


def summary(period: Period, *, channel: str = "", category: Category | None = None) -> Summary:
    """The desk's figures of ``period`` (``named`` or ``custom`` of the core's figures).

    ``channel`` ("email", "whatsapp", "api") and ``category`` narrow them. ``DomainError``
    for a channel there is not.
    """
    return build(scope_of(period, channel=channel, category=category))


def build(scope: Scope) -> Summary:
    """The figures of ``scope`` as they are now; sixteen queries."""
    weeks = weeks_of(scope.period.days)
    decided, happened = answers.decided(scope), quality.happened(scope)
    people = {*answers.by_agent(decided), *happened.closed_by}
    return Summary(
        scope=scope,
        made_at=timezone.now(),
        steps=steps_of(scope.period.days),
        weeks=weeks,
        categories=dict(Category.objects.values_list("pk", "name")),
        agents={
            user.pk: user.get_full_name() or user.get_username()
            for user in User.objects.filter(pk__in=people)
        },
        backlog=backlog.counted(scope),
        opened=flow.opened(scope),
        replies=decided,
        edits=answers.edits(scope),
        first_responses=times.first_responses(scope, weeks),
        resolutions=times.resolutions(scope),
        happened=happened,
        accuracy=quality.classified(scope),
    )
