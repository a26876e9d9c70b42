"""The scorings of all customers: their list, asking for one, and how far one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core.admin import ActionVariant, Done, dialog_action, display
from backoffice.core.admin.nothing import Nothing
from backoffice.core.admin.slice_run import Count, SliceRunAdmin
from scoring.leads import requests
from scoring.models import ScoringRun

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest

Kind = ScoringRun.Kind
COUNTS = (
    Count("looked_at", gettext_lazy("Customers looked at")),
    Count(
        "written",
        pgettext_lazy("scores", "Changed"),
        gettext_lazy("They have a new score, or new facts behind it."),
    ),
    Count(
        "unchanged",
        pgettext_lazy("scores", "Unchanged"),
        gettext_lazy("Nothing that the model looks at changed."),
    ),
    Count(
        "removed",
        pgettext_lazy("scores", "Removed"),
        gettext_lazy("Archived or merged since: they have no score any more."),
    ),
    Count(
        "moved",
        gettext_lazy("In another segment"),
        gettext_lazy("They became hotter or colder."),
    ),
)


@admin.register(ScoringRun)
class ScoringRunAdmin(SliceRunAdmin[ScoringRun]):
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
    fields = (("kind", "day", "model"), ("requested_at", "requested_by"))
    readonly_fields = ("kind", "day", "model", "requested_at", "requested_by")
    change_form_outer_before_template = "admin/scoring/run/state.html"
    actions_list = ("score_changes", "score_everybody")

    state_template = "admin/scoring/run/state.html"
    counts = COUNTS
    deferred = ("model__artifact", "model__report", "model__reference")
    shown_to = "scoring.view_leadscore"

    def when_empty(self, request: HttpRequest) -> Nothing | None:  # noqa: ARG002 - the same for everybody
        if ScoringRun.objects.exists():
            return None
        return Nothing(
            _("Nobody was scored yet"),
            _("All customers are scored each night at ten past four; a button does it at once."),
        )

    # --- who may what ---

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

    @display(description=gettext_lazy("scoring"), ordering="pk")
    def display_run(self, run: ScoringRun) -> str:
        return str(run)

    @display(description=gettext_lazy("changed / unchanged / removed / other segment"))
    def display_counts(self, run: ScoringRun) -> str:
        return self.numbers(run)
