"""How many recommendations have each issue, and some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Value
from django.utils.http import urlencode

from backoffice.core import tiles
from crm.models import Recommendation
from crm.recommendations import rules as rules_in_force
from crm.recommendations.auditing import issues
from crm.recommendations.auditing.counting import made_in

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from backoffice.core.figures.period import Days
    from crm.models import RecommendationRules
    from crm.recommendations.auditing.issues import Kind

EXAMPLES = 5
# Of the list of recommendations: the filter that knows the kinds.
FILTER = "issue"


@dataclass(frozen=True, slots=True)
class Issue:
    """``count`` is above 0; ``examples`` are the newest, with their customers."""

    kind: Kind
    count: int
    message: str
    examples: tuple[Recommendation, ...]
    link: str


def found(days: Days | None = None) -> tuple[Issue, ...]:
    """The issues of the recommendations made in ``days``, the worst first; four queries."""
    rules = rules_in_force.current()
    counts = _counts(rules, days)
    kinds = [kind for kind in issues.KINDS if counts.get(kind.type)]
    examples = _examples(kinds, rules, days)
    return tuple(
        Issue(
            kind=kind,
            count=counts[kind.type],
            message=kind.message(counts[kind.type], rules),
            examples=examples[kind.type],
            link=link(kind, days),
        )
        for kind in kinds
    )


def link(kind: Kind, days: Days | None = None) -> str:
    """The list, narrowed to those with the issue; empty where it is not shown."""
    # Else the list shows those to review only.
    query = {"status": "all", FILTER: kind.type, **between(days)}
    return tiles.list_link("crm.recommendation", f"?{urlencode(query)}")


def between(days: Days | None) -> dict[str, str]:
    """The part of the list's address that names the days."""
    if days is None:
        return {}
    return {
        "created_at__gte": days.start.isoformat(),
        "created_at__lt": days.end.isoformat(),
    }


def _counts(rules: RecommendationRules, days: Days | None) -> dict[str, int]:
    parts = [
        _of(kind, rules, days).values("issue").annotate(number=Count("pk")) for kind in issues.KINDS
    ]
    first, *others = [part.values_list("issue", "number") for part in parts]
    return dict(first.union(*others, all=True))


def _examples(
    kinds: list[Kind], rules: RecommendationRules, days: Days | None
) -> dict[str, tuple[Recommendation, ...]]:
    if not kinds:
        return {}
    parts = [
        _of(kind, rules, days).order_by("-pk").values_list("issue", "pk")[:EXAMPLES]
        for kind in kinds
    ]
    pairs: list[tuple[str, Any]] = sorted(
        parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0],
        key=lambda pair: -pair[1],
    )
    known = Recommendation.objects.select_related("customer").in_bulk({pk for _kind, pk in pairs})
    return {
        kind.type: tuple(known[pk] for name, pk in pairs if name == kind.type and pk in known)
        for kind in kinds
    }


def _of(kind: Kind, rules: RecommendationRules, days: Days | None) -> QuerySet[Any]:
    rows = issues.rows(kind, rules).filter(made_in(days))
    return rows.order_by().annotate(issue=Value(kind.type))
