"""How the list of recommendations is narrowed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import CustomerProfile, Question, Recommendation
from crm.recommendations import algorithms, rules
from crm.recommendations.auditing import finding, issues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    Rows = QuerySet[Recommendation]

Status = Recommendation.Status


class Choice(SimpleListFilter):
    """One of ``options``, each with its condition."""

    options: tuple[tuple[str, _StrOrPromise, Q], ...] = ()

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [(name, label) for name, label, _condition in self.options]

    def queryset(self, request: HttpRequest, rows: Rows) -> Rows:  # noqa: ARG002 - Django's signature
        conditions = {name: condition for name, _label, condition in self.options}
        chosen = conditions.get(self.value() or "")
        return rows if chosen is None else rows.filter(chosen)


class StatusFilter(SimpleListFilter):
    """Without a choice those to review; who looks for a customer or a run sees all of theirs."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        decided = [(status.value, status.label) for status in Status if status != Status.PENDING]
        return [*decided, ("all", pgettext_lazy("rows", "All"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                yield {**choice, "display": Status.PENDING.label}
            else:
                yield choice

    def queryset(self, request: HttpRequest, rows: Rows) -> Rows:
        chosen = self.value()
        if chosen == "all" or (chosen is None and names_others(request)):
            return rows
        return rows.filter(status=chosen or Status.PENDING)


def names_others(request: HttpRequest) -> bool:
    """Whether the address asks for somebody's, whatever became of them."""
    given = request.GET
    return bool(given.get(SEARCH_VAR)) or any(
        name.startswith(("customer", "run", "contacted", "rated", finding.FILTER)) for name in given
    )


class AlgorithmFilter(SimpleListFilter):
    title = _("algorithm")
    parameter_name = "algorithm"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [(name, algorithms.label(name)) for name in algorithms.ALGORITHMS]

    def queryset(self, request: HttpRequest, rows: Rows) -> Rows:  # noqa: ARG002 - Django's signature
        name = self.value()
        if name not in algorithms.ALGORITHMS:
            return rows
        return rows.filter(Q(repeat_algorithm=name) | Q(new_algorithm=name))


class ListFilter(Choice):
    """By which of the two lists it has."""

    title = _("list")
    parameter_name = "list"
    options = (
        (Question.REPEAT.value, Question.REPEAT.label, ~Q(repeat_algorithm="")),
        (Question.NEW.value, Question.NEW.label, ~Q(new_algorithm="")),
        ("both", _("both"), ~Q(repeat_algorithm="") & ~Q(new_algorithm="")),
    )


class SegmentFilter(Choice):
    title = _("segment")
    parameter_name = "segment"
    options = tuple(
        (segment.value, segment.label, Q(segment=segment)) for segment in CustomerProfile.Segment
    )


class ConfidenceFilter(Choice):
    title = _("confidence")
    parameter_name = "confidence"
    options = (
        ("high", _("70 % and more"), Q(confidence__gte="0.7")),
        ("fair", _("40 to 69 %"), Q(confidence__gte="0.4", confidence__lt="0.7")),
        ("low", _("below 40 %"), Q(confidence__lt="0.4")),
    )


class DataScoreFilter(Choice):
    title = _("data score")
    parameter_name = "quality"
    options = (
        ("good", _("80 and more"), Q(quality__gte=80)),
        ("fair", _("60 to 79"), Q(quality__gte=60, quality__lt=80)),
        ("low", _("below 60"), Q(quality__lt=60)),
    )


class RatedFilter(Choice):
    title = _("rating")
    parameter_name = "rated"
    options = (
        ("high", _("4 or 5 stars"), Q(rating__gte=4)),
        ("middle", _("3 stars"), Q(rating=3)),
        ("low", _("1 or 2 stars"), Q(rating__lte=2)),
        ("no", _("not rated"), Q(rating=None)),
    )


class ContactedFilter(Choice):
    title = _("contacted")
    parameter_name = "contacted"
    options = (
        ("yes", _("Contacted"), Q(contacted_at__isnull=False)),
        ("no", _("Approved, not used yet"), Q(status=Status.APPROVED, contacted_at=None)),
        ("bought", _("Bought after it"), Q(bought_on__isnull=False)),
    )


class IssueFilter(SimpleListFilter):
    """What the audit speaks of, as the audit counts it."""

    title = _("to look at")
    parameter_name = finding.FILTER

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [(kind.type, kind.label) for kind in issues.KINDS]

    def queryset(self, request: HttpRequest, rows: Rows) -> Rows:  # noqa: ARG002 - Django's signature
        kind = issues.kind_of(self.value() or "")
        return issues.narrowed(rows, kind) if kind else rows


def outdated_before() -> dt.datetime:
    return timezone.now() - dt.timedelta(days=rules.current().stale_days)
