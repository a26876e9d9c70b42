"""The versions of the model: which one answers, how good each is, and going back to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from backoffice.core.admin import ActionVariant, Done, dialog_action, display
from backoffice.core.admin.ids import id_in
from backoffice.core.figures import words
from scoring.admin import version_measures as measures
from scoring.admin import version_sections
from scoring.admin.training import Asking, brought, latest_state
from scoring.admin.version_use import UseForm
from scoring.admin.version_words import STATE_COLOURS, kind_label, source, state
from scoring.engine.artifact import UnreadableModel
from scoring.models import ScoringModel
from scoring.versions import active, keeping

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.forms import Form
    from django.http import HttpRequest
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest
    from scoring.admin.version_measures import Measure

# A comparison is of two.
PAIR = 2


@admin.register(ScoringModel)
class ScoringModelAdmin(Asking):
    list_display = (
        "display_number",
        "display_state",
        "display_kind",
        "display_source",
        "trained_at",
        "trained_by",
        "display_auc",
        "display_lift",
        "display_error",
        "note",
    )
    list_select_related = ("trained_by",)
    list_filter = (
        ("source", ChoicesCheckboxFilter),
        ("kind", ChoicesCheckboxFilter),
    )
    search_fields = ("=pk", "source_name", "note")
    fields = (
        ("state_in_words", "display_source"),
        ("display_kind", "checksum"),
        ("trained_at", "trained_by"),
        ("put_to_use_at", "activated_by"),
        "note",
    )
    readonly_fields = (
        "state_in_words",
        "display_source",
        "display_kind",
        "checksum",
        "trained_at",
        "trained_by",
        "put_to_use_at",
        "activated_by",
    )
    list_before_template = "admin/scoring/training/above.html"
    change_form_outer_before_template = "admin/scoring/version/head.html"
    change_form_outer_after_template = "admin/scoring/version/figures.html"
    actions = ("compare",)
    actions_list = ("train",)
    actions_detail = ("use",)

    class Media:
        css: ClassVar = {
            "all": [
                "backoffice/charts.css",
                "backoffice/figures.css",
                "messaging/channels.css",
                "scoring/version.css",
            ]
        }
        js: ClassVar = ["backoffice/charts.js"]

    # --- who may what ---

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def has_activate_permission(
        self, request: HttpRequest, object_id: str | int | None = None
    ) -> bool:
        if not self.may(request, "activate"):
            return False
        if object_id is None or request.method == "POST":
            return True
        others = ScoringModel.objects.filter(is_active=False)
        return others.filter(pk=id_in(object_id)).exists()

    # --- deciding ---

    @dialog_action(
        gettext_lazy("Put to use"),
        permissions=["activate"],
        question=gettext_lazy(
            "Let this version score from now on? All customers are scored anew by it."
        ),
        form=UseForm,
        icon="check_circle",
        variant=ActionVariant.PRIMARY,
    )
    def use(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        version = keeping.activate(object_id, by=request.user)
        told = _("%(version)s is in use; all customers are being scored anew.")
        return Done(told % {"version": version})

    @admin.action(description=gettext_lazy("Compare the two chosen"), permissions=["view"])
    def compare(self, request: HttpRequest, chosen: QuerySet[ScoringModel]) -> HttpResponse | None:
        keys = sorted(chosen.order_by().values_list("pk", flat=True)[: PAIR + 1])
        if len(keys) != PAIR:
            messages.error(request, _("Choose two versions to compare, not more and not fewer."))
            return None
        page = reverse("admin:scoring_compare")
        return HttpResponseRedirect(f"{page}?one={keys[0]}&other={keys[1]}")

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Model,
        form: Form,  # noqa: ARG002 - as above
        change: bool,  # noqa: ARG002, FBT001 - as above
    ) -> None:
        """Only the note is a person's: whether it is in use may have changed meanwhile."""
        obj.save(update_fields=["note"])

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScoringModel]:
        rows: QuerySet[ScoringModel] = super().get_queryset(request)
        return rows.defer("artifact", "reference")

    @display(description=gettext_lazy("version"), ordering="pk")
    def display_number(self, version: ScoringModel) -> str:
        return str(version)

    @display(description=gettext_lazy("state"), ordering="is_active", label=STATE_COLOURS)
    def display_state(self, version: ScoringModel) -> tuple[str, str]:
        return state(version)

    @display(description=gettext_lazy("model"), ordering="kind")
    def display_kind(self, version: ScoringModel) -> str:
        return kind_label(version.kind)

    @display(description=gettext_lazy("learned from"), ordering="source")
    def display_source(self, version: ScoringModel) -> str:
        return source(version)

    @display(description=measures.AUC.label)
    def display_auc(self, version: ScoringModel) -> str:
        return _cell(version, measures.AUC)

    @display(description=measures.LIFT.label)
    def display_lift(self, version: ScoringModel) -> str:
        return _cell(version, measures.LIFT)

    @display(description=measures.ERROR.label)
    def display_error(self, version: ScoringModel) -> str:
        return _cell(version, measures.ERROR)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Beside Django's: what became of the training asked for last."""
        return super().changelist_view(request, {**latest_state(), **(extra_context or {})})

    # --- its page ---

    @display(description=gettext_lazy("state"))
    def state_in_words(self, version: ScoringModel) -> str:
        return state(version)[1]

    @display(description=gettext_lazy("last put to use"))
    def put_to_use_at(self, version: ScoringModel) -> str:
        at = version.activated_at
        return date_format(localtime(at), "DATETIME_FORMAT") if at else words.NONE

    @display(description=gettext_lazy("checksum"))
    def checksum(self, version: ScoringModel) -> str:
        return format_html('<span class="version-sum">{}</span>', version.sha256)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.artifact_view)
        mine = path("<int:version_id>/model.npz", view, name="scoring_scoringmodel_artifact")
        return [mine, *super().get_urls()]

    @method_decorator(require_safe)
    def artifact_view(self, request: StaffRequest, version_id: int) -> HttpResponse:
        """The model's file, as `manage.py train_scoring --output` writes it."""
        if not self.may(request, "view"):
            raise PermissionDenied
        version = get_object_or_404(ScoringModel.objects.only("artifact"), pk=version_id)
        name = f"lead-scoring-{version}.npz"
        return HttpResponse(
            bytes(version.artifact),
            content_type="application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside Django's: all figures, below the fields and as wide as the page."""
        version = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if version is not None:
            context = {
                "version": version,
                "warnings": _warnings(version),
                "quality": version_sections.quality(version.report or {}),
                "sections": version_sections.sections(version),
                "other": _other(version),
                "training": brought(version),
            }
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )


def _warnings(version: ScoringModel) -> list[str]:
    """Those of its training, below that it cannot be read any more: then others answer for it."""
    told = list((version.report or {}).get("warnings") or [])
    try:
        active.compiled(version)
    except UnreadableModel as error:
        return [str(error), *told]
    return told


def _cell(version: ScoringModel, measure: Measure) -> str:
    report = version.report or {}
    return format_html(
        '{}<span class="version-interval">{}</span>',
        measures.told(report, measure),
        measures.interval(report, measure),
    )


def _other(version: ScoringModel) -> int | None:
    """The version it is usefully compared with: the one in use, else the one put to use before."""
    rows = ScoringModel.objects.exclude(pk=version.pk).order_by(
        "-is_active", F("activated_at").desc(nulls_last=True), "-pk"
    )
    return rows.values_list("pk", flat=True).first()
