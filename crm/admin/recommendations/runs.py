"""The makings of recommendations: their list, asking for one, and how far one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core.admin import ActionVariant, Done, dialog_action, display
from backoffice.core.admin.slice_run import Count, Progress, SliceRunAdmin
from crm.admin.recommendations import evaluation, nothing
from crm.admin.recommendations.forms import MakeForm
from crm.models import RecommendationModel, RecommendationRun
from crm.recommendations import algorithms
from crm.recommendations.making import requests

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from backoffice.core.admin.nothing import Nothing
    from backoffice.core.admin.staff import StaffRequest

Status = RecommendationRun.Status
Stage = RecommendationRun.Stage
STAGES: dict[Stage, Any] = {
    Stage.LEARN: gettext_lazy("Learning from what was bought …"),
    Stage.MEASURE: gettext_lazy("Measuring the algorithms on purchases kept back …"),
    Stage.PROPOSE: gettext_lazy("Choosing products for each customer …"),
}
COUNTS = (
    Count("looked_at", gettext_lazy("Customers")),
    Count(
        "made",
        pgettext_lazy("recommendations", "Made"),
        gettext_lazy("They have a new recommendation, to review."),
    ),
    Count(
        "unchanged",
        pgettext_lazy("recommendations", "Unchanged"),
        gettext_lazy("Nothing that matters to them changed since their last one."),
    ),
    Count(
        "withheld",
        pgettext_lazy("recommendations", "Withheld"),
        gettext_lazy("Opted out, archived, or with an approved one that was not used yet."),
    ),
    Count(
        "without",
        gettext_lazy("Nothing to propose"),
        gettext_lazy("The rules leave no product for them."),
    ),
)


@admin.register(RecommendationRun)
class RecommendationRunAdmin(SliceRunAdmin[RecommendationRun]):
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

    state_template = "admin/crm/recommendation/run_state.html"
    counts = COUNTS
    # Up to a hundred thousand ids, of which only their number is told.
    deferred = ("customers",)
    shown_to = "crm.view_recommendation"

    class Media:
        css: ClassVar = {"all": ["crm/recommendation.css"]}

    def when_empty(self, request: HttpRequest) -> Nothing | None:
        return nothing.makings(request)

    # --- who may what ---

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

    @display(description=gettext_lazy("making"), ordering="pk")
    def display_run(self, run: RecommendationRun) -> str:
        return str(run)

    @display(description=gettext_lazy("made / unchanged / withheld / nothing to propose"))
    def display_counts(self, run: RecommendationRun) -> str:
        return self.numbers(run)

    @display(description=gettext_lazy("algorithm"))
    def display_algorithm(self, run: RecommendationRun) -> str:
        return algorithms.label(run.algorithm) if run.algorithm else _("the measured winners")

    @display(description=gettext_lazy("products per list"))
    def display_top(self, run: RecommendationRun) -> str:
        return str(run.top) if run.top else _("as the rules say")

    # --- its page ---

    def progress(self, run: RecommendationRun) -> Progress:
        """Only the last stage goes through the customers."""
        is_working = run.status == Status.RUNNING
        stage = STAGES[Stage(run.stage)] if is_working else ""
        is_last = run.stage == Stage.PROPOSE
        return Progress.of(run, self.counts, stage=stage, counts_customers=is_last)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside how far it is: how good its algorithms are."""
        run = self.get_object(request, object_id)
        context = {}
        if run is not None:
            model = RecommendationModel.objects.defer("artifact").filter(pk=run.model_id).first()
            context["evaluation"] = evaluation.shown(model) if model else None
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )
