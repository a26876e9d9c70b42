"""The trained classifiers: which one answers, how good each is, and going back to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.template.response import TemplateResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backoffice.core.admin import (
    ActionVariant,
    Done,
    ReadOnlyModelAdmin,
    dialog_action,
    display,
)
from backoffice.core.admin.ids import id_in
from backoffice.core.admin.pages import page
from support.models import Category, ClassifierTraining, ClassifierVersion
from support.understanding import taught, training_job

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from backoffice.core.admin.staff import StaffRequest

STATE_COLOURS = {"used": "success", "kept": "default", "unusable": "danger"}


@admin.register(ClassifierVersion)
class ClassifierVersionAdmin(ReadOnlyModelAdmin):
    list_display = (
        "display_number",
        "created_at",
        "created_by",
        "examples",
        "taught",
        "display_f1",
        "display_state",
        "note",
    )
    list_select_related = ("created_by",)
    list_filter = ("is_active",)
    search_fields = ("note",)
    fields = (
        ("state_in_words", "obstacle"),
        "note",
        ("created_at", "created_by"),
        ("examples", "taught"),
    )
    readonly_fields = ("state_in_words", "obstacle")
    change_form_after_template = "admin/support/classifierversion/figures.html"
    list_before_template = "admin/support/classifierversion/training_above.html"
    actions_list = ("train", "use_shipped")
    actions_detail = ("use",)

    # --- who may what ---

    def has_train_permission(self, request: HttpRequest, object_id: object = None) -> bool:  # noqa: ARG002 - unfold's signature
        return request.user.has_perm(training_job.PERMISSION)

    def has_use_permission(self, request: HttpRequest, object_id: str | int | None = None) -> bool:
        if not request.user.has_perm(training_job.PERMISSION):
            return False
        if object_id is None or request.method == "POST":
            return True
        others = ClassifierVersion.objects.filter(is_active=False)
        return str(object_id).isdecimal() and others.filter(pk=object_id).exists()

    # --- deciding ---

    @dialog_action(
        gettext_lazy("Train the classifier"),
        permissions=["train"],
        question=gettext_lazy(
            "Learn from the examples and from what staff decided? It takes about a minute. The new"
            " classifier is used only where it is not worse than the one in use."
        ),
        icon="model_training",
        variant=ActionVariant.PRIMARY,
    )
    def train(self, request: StaffRequest, _data: dict[str, Any]) -> Done:
        training_job.ask(by=request.user)
        return Done(_("A classifier is being trained; this page says when it is done."))

    @dialog_action(
        gettext_lazy("Use the shipped one"),
        permissions=["train"],
        question=gettext_lazy(
            "Let the classifier that comes with the software answer, which knows nothing of what"
            " staff taught?"
        ),
        icon="restart_alt",
    )
    def use_shipped(self, request: StaffRequest, _data: dict[str, Any]) -> Done:
        from support.understanding import versions  # noqa: PLC0415 - imports numpy

        versions.use_shipped(by=request.user)
        return Done(_("The shipped classifier answers from the next message on."))

    @dialog_action(
        gettext_lazy("Use this one"),
        permissions=["use"],
        question=gettext_lazy("Let this classifier answer from the next message on?"),
        icon="check_circle",
        variant=ActionVariant.PRIMARY,
    )
    def use(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        from support.understanding import versions  # noqa: PLC0415 - imports numpy

        version = versions.activate(object_id, by=request.user)
        return Done(
            _("The classifier %(number)s answers from the next message on.") % {"number": version}
        )

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClassifierVersion]:
        rows: QuerySet[ClassifierVersion] = super().get_queryset(request)
        return rows.defer("artifact")

    @display(description=gettext_lazy("Classifier"), ordering="pk")
    def display_number(self, version: ClassifierVersion) -> str:
        return str(version)

    @display(description=gettext_lazy("Macro-F1"))
    def display_f1(self, version: ClassifierVersion) -> str:
        return _figure(version.metrics.get("macro_f1"))

    @display(description=gettext_lazy("State"), label=STATE_COLOURS)
    def display_state(self, version: ClassifierVersion) -> tuple[str, str]:
        from support.understanding import versions  # noqa: PLC0415 - imports numpy

        if not versions.is_of_this_code(version):
            return "unusable", _("of an earlier release")
        return (
            ("used", _("in use")) if version.is_active else ("kept", pgettext("classifier", "kept"))
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Beside Django's: what became of the training asked for last."""
        return super().changelist_view(request, {**training_state(), **(extra_context or {})})

    # --- its page ---

    @display(description=gettext_lazy("Can it be used?"))
    def obstacle(self, version: ClassifierVersion) -> str:
        from support.understanding import versions  # noqa: PLC0415 - imports numpy

        sentence = versions.why_unusable(version)
        if sentence and version.is_active:
            told = _("%(reason)s Until then the shipped classifier answers.")
            return told % {"reason": sentence}
        return sentence or _("Yes.")

    @display(description=gettext_lazy("State"))
    def state_in_words(self, version: ClassifierVersion) -> str:
        return self.display_state(version)[1]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside Django's: the figures, below the fields and as wide as the page."""
        parts = _figures(self.get_object(request, object_id))
        context = {"parts": parts, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)


@page("support/training/", name="support_training", permission="support.view_category")
@require_safe
@never_cache
def training(request: StaffRequest) -> HttpResponse:
    """The line about the last training; it asks for itself again while one is under way."""
    category = Category.objects.filter(pk=id_in(request.GET.get("category", ""))).first()
    return TemplateResponse(
        request,
        "admin/support/classifierversion/training.html",
        {
            **training_state(category),
            "is_update": True,
            "learned": training_job.state_of(category) if category else "",
        },
    )


def training_state(category: Category | None = None) -> dict[str, Any]:
    """What the line about the last training says, and what it means for a category."""
    last = training_job.latest()
    return {
        "training": last,
        "is_training": last is not None and last.status in ClassifierTraining.OPEN,
        "trained_category": category,
    }


def _figures(version: ClassifierVersion | None) -> list[dict[str, Any]]:
    if version is None:
        return []
    names = dict(Category.objects.values_list("key", "name"))
    return [_per_category(version, names), _confusion(version, names), _own(version, names)]


def _per_category(version: ClassifierVersion, names: dict[str, str]) -> dict[str, Any]:
    metrics = version.metrics
    told = _(
        "Macro-F1 %(f1)s, accuracy %(accuracy)s: five times a fifth of the messages was left out"
        " and predicted. On the same messages: this one %(new)s, the one before %(old)s."
    ) % {
        "f1": _figure(metrics.get("macro_f1")),
        "accuracy": _figure(metrics.get("accuracy")),
        "new": _figure(metrics.get("new_f1")),
        "old": _figure(metrics.get("old_f1")),
    }
    rows = [
        [
            names.get(row["category"], row["category"]),
            row["messages"],
            _figure(row["precision"]),
            _figure(row["recall"]),
            _figure(row["f1"]),
        ]
        for row in metrics.get("per_category", [])
    ]
    headers = [_("Category"), _("Messages"), _("Precision"), _("Recall"), "F1"]
    return _part(_("How good it is"), headers, rows, told)


def _confusion(version: ClassifierVersion, names: dict[str, str]) -> dict[str, Any]:
    keys = version.metrics.get("categories", [])
    labels = [names.get(key, key) for key in keys]
    rows = [
        [label, *counts]
        for label, counts in zip(labels, version.metrics.get("confusion", []), strict=False)
    ]
    note = _("A row is the right category, a column what was said.")
    return _part(_("What it takes for what"), ["", *labels], rows, note)


def _own(version: ClassifierVersion, names: dict[str, str]) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = version.metrics.get("counts", {})
    left_out: dict[str, int] = version.metrics.get("left_out", {})
    kinds = (taught.WRITTEN, taught.CORRECTED, taught.APPROVED)
    rows = [
        [
            names.get(key, key),
            *(its.get(kind, 0) for kind in kinds),
            _("no: fewer than %(minimum)d") % {"minimum": taught.MINIMUM}
            if key in left_out
            else _("yes"),
        ]
        for key, its in counts.items()
    ]
    headers = [
        _("Category"),
        _("Examples written down"),
        _("Corrected by staff"),
        _("Approved by staff"),
        _("Learned"),
    ]
    note = "" if rows else _("None yet: it learned from the shipped messages alone.")
    return _part(_("Our own messages"), headers, rows, note)


def _part(title: str, headers: list[Any], rows: list[list[Any]], note: str) -> dict[str, Any]:
    return {"title": title, "note": note, "table": {"headers": headers, "rows": rows}}


def _figure(value: float | None) -> str:
    return "–" if value is None else number_format(round(value, 3), 3)
