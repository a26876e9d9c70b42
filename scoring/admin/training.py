"""Trainings on our own history: asking for one, following it, and what became of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from backoffice.core.admin import (
    ActionVariant,
    DialogForm,
    Done,
    ModelAdmin,
    ReadOnlyModelAdmin,
    dialog_action,
    display,
)
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.ids import id_in
from backoffice.core.admin.nothing import Nothing, TellingWhyEmpty
from backoffice.core.admin.pages import page
from scoring.models import ModelTraining
from scoring.training import asking
from scoring.training.history import HORIZON_LIMIT
from scoring.versions import keeping

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest
    from scoring.models import ScoringModel

Status = ModelTraining.Status
COLOURS = {
    Status.WAITING: "info",
    Status.RUNNING: "info",
    Status.DONE: "success",
    Status.FAILED: "danger",
}
USUAL_HORIZON = 90
# Of a refusal, in the list; its page has all of it.
OUTCOME_LENGTH = 80
VIEW = "scoring.view_scoringmodel"


class TrainForm(DialogForm):
    horizon = forms.IntegerField(
        label=gettext_lazy("Days to buy in"),
        min_value=1,
        max_value=HORIZON_LIMIT,
        initial=USUAL_HORIZON,
        help_text=gettext_lazy("A score foretells a purchase within so many days."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "number", "min": 1, "max": HORIZON_LIMIT}),
    )
    as_of = forms.DateField(
        label=gettext_lazy("Tested from"),
        required=False,
        help_text=gettext_lazy(
            "What was known on this day, and who bought within the days after it. Empty: the latest"
            " day of which that is known by now."
        ),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
    )
    forced = forms.BooleanField(
        label=gettext_lazy("Put it to use in any case"),
        required=False,
        help_text=gettext_lazy("Else only where it is not worse than the one in use."),
        widget=UnfoldBooleanSwitchWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request.user.has_perm(keeping.ACTIVATE):
            del self.fields["forced"]


class Asking(ModelAdmin):
    """The button that has a model trained; on both lists."""

    def has_train_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm(asking.TRAIN)

    @dialog_action(
        gettext_lazy("Train on our own history"),
        permissions=["train"],
        question=gettext_lazy(
            "Learn anew from our own customers: what was known of them in the past, and who bought"
            " afterwards. A version of it is kept in any case."
        ),
        submit=gettext_lazy("Train"),
        form=TrainForm,
        icon="model_training",
        variant=ActionVariant.PRIMARY,
    )
    def train(self, request: StaffRequest, data: dict[str, Any]) -> Done:
        training = asking.request(
            as_of=data["as_of"],
            horizon=data["horizon"],
            forced=data.get("forced", False),
            by=request.user,
        )
        return Done(_("A model is being trained."), next_url=address(training))


@admin.register(ModelTraining)
class ModelTrainingAdmin(TellingWhyEmpty, ReadOnlyModelAdmin, Asking):
    list_display = (
        "display_training",
        "display_status",
        "requested_at",
        "requested_by",
        "as_of",
        "horizon_days",
        "display_duration",
        "model",
        "display_outcome",
    )
    list_select_related = ("model", "requested_by")
    list_filter = (("status", ChoicesCheckboxFilter), ("requested_at", DayRangeFilter))
    fields = (("as_of", "horizon_days", "is_forced"), ("requested_at", "requested_by"))
    readonly_fields = ("as_of", "horizon_days", "is_forced", "requested_at", "requested_by")
    change_form_outer_before_template = "admin/scoring/training/state.html"
    actions_list = ("train",)

    class Media:
        css: ClassVar = {"all": ["messaging/channels.css"]}

    def when_empty(self, request: HttpRequest) -> Nothing | None:  # noqa: ARG002 - the same for everybody
        if ModelTraining.objects.exists():
            return None
        return Nothing(
            _("Nothing was trained here yet"),
            _(
                "Once there is a history of your own, a model that learned from it knows your"
                " customers better than the shipped one. It is put to use only where it is not"
                " worse."
            ),
        )

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Who sees the versions sees how they came to be."""
        own: bool = super().has_view_permission(request, obj)
        return own or request.user.has_perm(VIEW)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelTraining]:
        rows: QuerySet[ModelTraining] = super().get_queryset(request)
        return rows.defer("model__artifact", "model__report", "model__reference")

    @display(description=gettext_lazy("training"), ordering="pk")
    def display_training(self, training: ModelTraining) -> str:
        return str(training)

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def display_status(self, training: ModelTraining) -> tuple[str, str]:
        return training.status, training.get_status_display()

    @display(description=gettext_lazy("duration"))
    def display_duration(self, training: ModelTraining) -> str:
        duration = State.of(training).duration
        return "" if duration is None else str(duration)

    @display(description=gettext_lazy("what became of it"))
    def display_outcome(self, training: ModelTraining) -> str:
        if training.status == Status.FAILED:
            return Truncator(training.error).chars(OUTCOME_LENGTH)
        if training.status == Status.DONE:
            return _("put to use") if training.is_put_to_use else _("kept, not put to use")
        return ""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside Django's: how far it is and what came out."""
        training = self.get_object(request, object_id)
        context = {} if training is None else {"state": State.of(training)}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )


@dataclass(frozen=True, slots=True)
class State:
    """A training as the pages tell of it."""

    training: ModelTraining
    is_open: bool
    duration: dt.timedelta | None

    @classmethod
    def of(cls, training: ModelTraining) -> State:
        is_open = training.status in asking.OPEN
        ended = timezone.now() if is_open else training.finished_at
        seconds = None if ended is None else (ended - training.requested_at).total_seconds()
        return cls(
            training, is_open, None if seconds is None else dt.timedelta(seconds=round(seconds))
        )


@page("scoring/training/", name="scoring_training", permission=VIEW)
@require_safe
@never_cache
def state(request: StaffRequest) -> HttpResponse:
    """The part that changes; at the end the whole page is asked for again."""
    found = _rows().filter(pk=id_in(request.GET.get("training", ""))).first()
    if found is not None and found.status not in asking.OPEN:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "state": State.of(found) if found else None,
        "above": "above" in request.GET,
    }
    return TemplateResponse(request, "admin/scoring/training/state.html", context)


def latest_state() -> dict[str, Any]:
    """What stands above the list of versions: what became of the training asked for last."""
    last = _rows().first()
    return {"state": State.of(last) if last else None}


def brought(version: ScoringModel) -> ModelTraining | None:
    """The training that a version came of; None where the command or the shipped sample made it."""
    return ModelTraining.objects.filter(model=version.pk).first()


def address(training: ModelTraining) -> str:
    """The page of one training."""
    return reverse("admin:scoring_modeltraining_change", args=[training.pk])


def _rows() -> QuerySet[ModelTraining]:
    rows = ModelTraining.objects.select_related("model", "requested_by")
    return rows.defer("model__artifact", "model__report", "model__reference")
