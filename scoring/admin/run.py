"""The scorings of all customers: their list, asking for one, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from backoffice.core.admin import ActionVariant, Done, ReadOnlyModelAdmin, dialog_action, display
from backoffice.core.admin.filters import DayRangeFilter
from crm.admin.recommendations.nothing import Nothing, TellingWhyEmpty
from scoring.leads import requests
from scoring.models import ScoringRun

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest

Kind = ScoringRun.Kind
Status = ScoringRun.Status
COLOURS = {
    Status.WAITING: "info",
    Status.RUNNING: "info",
    Status.DONE: "success",
    Status.FAILED: "danger",
}
COUNTS = ("written", "unchanged", "removed", "moved")
# So many seconds say something of the speed.
TELLING = 2


@admin.register(ScoringRun)
class ScoringRunAdmin(TellingWhyEmpty, ReadOnlyModelAdmin):
    list_display = (
        "display_run",
        "kind",
        "display_status",
        "requested_at",
        "display_duration",
        "display_looked_at",
        "display_counts",
        "model",
        "requested_by",
    )
    list_select_related = ("model", "requested_by")
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        ("kind", ChoicesCheckboxFilter),
        ("requested_at", DayRangeFilter),
    )
    fields = (("kind", "day", "model"), ("requested_at", "requested_by"))
    readonly_fields = ("kind", "day", "model", "requested_at", "requested_by")
    change_form_outer_before_template = "admin/scoring/run/state.html"
    actions_list = ("score_changes", "score_everybody")

    class Media:
        css: ClassVar = {"all": ["messaging/channels.css"]}

    def when_empty(self, request: HttpRequest) -> Nothing | None:  # noqa: ARG002 - the same for everybody
        if ScoringRun.objects.exists():
            return None
        return Nothing(
            _("Nobody was scored yet"),
            _("All customers are scored each night at ten past four; a button does it at once."),
        )

    # --- who may what ---

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Who sees the scores sees how they were made."""
        own: bool = super().has_view_permission(request, obj)
        return own or request.user.has_perm("scoring.view_leadscore")

    def has_compute_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm("scoring.compute_leadscore")

    # --- asking ---

    @dialog_action(
        gettext_lazy("Score everybody now"),
        permissions=["compute"],
        question=gettext_lazy(
            "Score all customers as of today? It is done each night by itself; a million customers"
            " take some minutes."
        ),
        submit=pgettext_lazy("do it", "Score"),
        icon="groups",
        variant=ActionVariant.PRIMARY,
    )
    def score_everybody(self, request: StaffRequest, _data: dict[str, Any]) -> Done:
        return self._ask(request, Kind.FULL)

    @dialog_action(
        gettext_lazy("Score what changed"),
        permissions=["compute"],
        question=gettext_lazy(
            "Look at all customers and score those about whom something changed, or who have no"
            " score yet?"
        ),
        submit=pgettext_lazy("do it", "Score"),
        icon="update",
    )
    def score_changes(self, request: StaffRequest, _data: dict[str, Any]) -> Done:
        return self._ask(request, Kind.CHANGES)

    def _ask(self, request: StaffRequest, kind: Kind) -> Done:
        run = requests.request(kind=kind, by=request.user)
        page = reverse("admin:scoring_scoringrun_change", args=[run.pk])
        return Done(_("Customers are being scored."), next_url=page)

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoringRun]:
        rows: QuerySet[ScoringRun] = super().get_queryset(request)
        return rows.defer("model__artifact", "model__report", "model__reference")

    @display(description=gettext_lazy("scoring"), ordering="pk")
    def display_run(self, run: ScoringRun) -> str:
        return str(run)

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def display_status(self, run: ScoringRun) -> tuple[str, str]:
        return run.status, run.get_status_display()

    @display(description=gettext_lazy("duration"))
    def display_duration(self, run: ScoringRun) -> str:
        duration = Progress.of(run).duration
        return "" if duration is None else str(duration)

    @display(description=gettext_lazy("customers"), ordering="looked_at")
    def display_looked_at(self, run: ScoringRun) -> str:
        return _number(run.looked_at)

    @display(description=gettext_lazy("changed / unchanged / removed / other segment"))
    def display_counts(self, run: ScoringRun) -> str:
        return " / ".join(_number(getattr(run, name)) for name in COUNTS)

    # --- its page ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.state_view)
        mine = path("<int:run_id>/state/", view, name="scoring_scoringrun_state")
        return [mine, *super().get_urls()]

    @method_decorator(require_safe)
    @method_decorator(never_cache)
    def state_view(self, request: StaffRequest, run_id: int) -> HttpResponse:
        """The part that changes; at the end the whole page is asked for again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(ScoringRun, pk=run_id)
        if "HX-Request" not in request.headers:
            return redirect("admin:scoring_scoringrun_change", run_id)
        if run.status not in ScoringRun.OPEN:
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {"run": run, "shown": Progress.of(run)}
        return TemplateResponse(request, "admin/scoring/run/state.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside Django's: how far it is and what came out."""
        run = self.get_object(request, object_id)
        context = {} if run is None else {"run": run, "shown": Progress.of(run)}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scoring is; ``percent`` and ``left`` where it can be told."""

    is_open: bool
    duration: timedelta | None
    percent: int | None
    left: timedelta | None
    counts: list[tuple[str, int, str]]

    @classmethod
    def of(cls, run: ScoringRun) -> Progress:
        is_open = run.status in ScoringRun.OPEN
        seconds = None
        if run.started_at is not None:
            seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
        share = min(1.0, run.looked_at / run.expected) if is_open and run.expected else None
        left = None
        if seconds and seconds > TELLING and share:
            left = timedelta(seconds=round(seconds / share - seconds))
        return cls(
            is_open,
            None if seconds is None else timedelta(seconds=round(seconds)),
            None if share is None else round(share * 100),
            left,
            [(str(label), getattr(run, name), str(words)) for name, label, words in _TOLD],
        )


_TOLD = (
    ("looked_at", gettext_lazy("Customers looked at"), ""),
    (
        "written",
        pgettext_lazy("scores", "Changed"),
        gettext_lazy("They have a new score, or new facts behind it."),
    ),
    (
        "unchanged",
        pgettext_lazy("scores", "Unchanged"),
        gettext_lazy("Nothing that the model looks at changed."),
    ),
    (
        "removed",
        pgettext_lazy("scores", "Removed"),
        gettext_lazy("Archived or merged since: they have no score any more."),
    ),
    (
        "moved",
        gettext_lazy("In another segment"),
        gettext_lazy("They became hotter or colder."),
    ),
)


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)
