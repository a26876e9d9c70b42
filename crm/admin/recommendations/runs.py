"""The makings of recommendations: their list, asking for one, and how far one is."""

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
from crm.admin.recommendations import evaluation, nothing
from crm.admin.recommendations.forms import MakeForm
from crm.admin.recommendations.nothing import TellingWhyEmpty
from crm.models import RecommendationModel, RecommendationRun
from crm.recommendations import algorithms
from crm.recommendations.making import requests

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest

Status = RecommendationRun.Status
Stage = RecommendationRun.Stage
COLOURS = {
    Status.WAITING: "info",
    Status.RUNNING: "info",
    Status.DONE: "success",
    Status.FAILED: "danger",
}
# What is told of the customers looked at.
COUNTS = ("made", "unchanged", "withheld", "without")
# So many seconds say something of the speed.
TELLING = 2


@admin.register(RecommendationRun)
class RecommendationRunAdmin(TellingWhyEmpty, ReadOnlyModelAdmin):
    list_display = (
        "display_run",
        "kind",
        "display_status",
        "requested_at",
        "display_duration",
        "display_looked_at",
        "display_counts",
        "display_algorithm",
        "requested_by",
    )
    list_select_related = ("requested_by",)
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        ("kind", ChoicesCheckboxFilter),
        ("requested_at", DayRangeFilter),
    )
    fields = (
        ("kind", "display_algorithm", "display_top"),
        ("requested_at", "requested_by"),
    )
    readonly_fields = (
        "kind",
        "display_algorithm",
        "display_top",
        "requested_at",
        "requested_by",
    )
    change_form_after_template = "admin/crm/recommendation/run.html"
    actions_list = ("make",)

    class Media:
        css: ClassVar = {"all": ["messaging/channels.css", "crm/recommendation.css"]}

    def when_empty(self, request: HttpRequest) -> nothing.Nothing | None:
        return nothing.makings(request)

    # --- who may what ---

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Who sees recommendations sees how they were made."""
        own: bool = super().has_view_permission(request, obj)
        return own or request.user.has_perm("crm.view_recommendation")

    def has_generate_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm("crm.generate_recommendation")

    # --- asking ---

    @dialog_action(
        gettext_lazy("Make recommendations"),
        permissions=["generate"],
        question=gettext_lazy(
            "What was bought is learnt anew where it changed; what is approved or rejected stays."
        ),
        form=MakeForm,
        icon="auto_awesome",
        variant=ActionVariant.PRIMARY,
    )
    def make(self, request: StaffRequest, data: dict[str, Any]) -> Done:
        run = requests.request(
            kind=RecommendationRun.Kind(data["kind"]),
            algorithm=data["algorithm"],
            top=data["top"],
            by=request.user,
        )
        page = reverse("admin:crm_recommendationrun_change", args=[run.pk])
        return Done(_("Recommendations are being made."), next_url=page)

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[RecommendationRun]:
        rows: QuerySet[RecommendationRun] = super().get_queryset(request)
        # Up to a hundred thousand ids, of which only their number is told.
        return rows.defer("customers")

    @display(description=gettext_lazy("making"), ordering="pk")
    def display_run(self, run: RecommendationRun) -> str:
        return str(run)

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def display_status(self, run: RecommendationRun) -> tuple[str, str]:
        return run.status, run.get_status_display()

    @display(description=gettext_lazy("duration"))
    def display_duration(self, run: RecommendationRun) -> str:
        duration = Progress.of(run).duration
        return "" if duration is None else str(duration)

    @display(description=gettext_lazy("customers"), ordering="looked_at")
    def display_looked_at(self, run: RecommendationRun) -> str:
        return _number(run.looked_at)

    @display(description=gettext_lazy("made / unchanged / withheld / nothing to propose"))
    def display_counts(self, run: RecommendationRun) -> str:
        return " / ".join(_number(getattr(run, name)) for name in COUNTS)

    @display(description=gettext_lazy("algorithm"))
    def display_algorithm(self, run: RecommendationRun) -> str:
        return algorithms.label(run.algorithm) if run.algorithm else _("the measured winners")

    @display(description=gettext_lazy("products per list"))
    def display_top(self, run: RecommendationRun) -> str:
        return str(run.top) if run.top else _("as the rules say")

    # --- its page ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.state_view)
        mine = path("<int:run_id>/state/", view, name="crm_recommendationrun_state")
        return [mine, *super().get_urls()]

    @method_decorator(require_safe)
    @method_decorator(never_cache)
    def state_view(self, request: StaffRequest, run_id: int) -> HttpResponse:
        """The part that changes; at the end the whole page is asked for again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(RecommendationRun.objects.defer("customers"), pk=run_id)
        if "HX-Request" not in request.headers:
            return redirect("admin:crm_recommendationrun_change", run_id)
        if run.status not in RecommendationRun.OPEN:
            return HttpResponse(headers={"HX-Refresh": "true"})
        context = {"run": run, "shown": Progress.of(run)}
        return TemplateResponse(request, "admin/crm/recommendation/run_state.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside Django's: how far it is, what came out, and how good its algorithms are."""
        run = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if run is not None:
            context = {"run": run, "shown": Progress.of(run)}
            model = RecommendationModel.objects.defer("artifact").filter(pk=run.model_id).first()
            context["evaluation"] = evaluation.shown(model) if model else None
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a making is; ``percent`` and ``left`` where it can be told."""

    is_open: bool
    stage: str
    duration: timedelta | None
    percent: int | None
    left: timedelta | None
    counts: list[tuple[str, int, str]]

    @classmethod
    def of(cls, run: RecommendationRun) -> Progress:
        is_open = run.status in RecommendationRun.OPEN
        seconds = None
        if run.started_at is not None:
            seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
        is_proposing = is_open and run.stage == Stage.PROPOSE and run.expected > 0
        share = min(1.0, run.looked_at / run.expected) if is_proposing else None
        left = None
        if seconds and seconds > TELLING and share:
            left = timedelta(seconds=round(seconds / share - seconds))
        return cls(
            is_open,
            STAGES[Stage(run.stage)] if is_open and run.status == Status.RUNNING else "",
            None if seconds is None else timedelta(seconds=round(seconds)),
            None if share is None else round(share * 100),
            left,
            [(str(label), getattr(run, name), str(words)) for name, label, words in _TOLD],
        )


STAGES: dict[Stage, Any] = {
    Stage.LEARN: gettext_lazy("Learning from what was bought …"),
    Stage.MEASURE: gettext_lazy("Measuring the algorithms on purchases kept back …"),
    Stage.PROPOSE: gettext_lazy("Choosing products for each customer …"),
}
_TOLD = (
    ("looked_at", gettext_lazy("Customers"), ""),
    (
        "made",
        pgettext_lazy("recommendations", "Made"),
        gettext_lazy("They have a new recommendation, to review."),
    ),
    (
        "unchanged",
        pgettext_lazy("recommendations", "Unchanged"),
        gettext_lazy("Nothing that matters to them changed since their last one."),
    ),
    (
        "withheld",
        pgettext_lazy("recommendations", "Withheld"),
        gettext_lazy("Opted out, archived, or with an approved one that was not used yet."),
    ),
    (
        "without",
        gettext_lazy("Nothing to propose"),
        gettext_lazy("The rules leave no product for them."),
    ),
)


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)
