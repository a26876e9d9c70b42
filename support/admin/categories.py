"""What customers write about: the categories, and the examples the machine learns them from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core import tiles
from backoffice.core.admin import (
    ActionVariant,
    Done,
    ModelAdmin,
    TabularInline,
    dialog_action,
    display,
)
from backoffice.core.errors import DomainError
from support import categories
from support.admin.classifiers import training_state
from support.models import Category, CategoryExample, ReplyTemplate, Ticket
from support.understanding import taught, training_job

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse

    from backoffice.core.admin.staff import StaffRequest

    BaseForm = forms.ModelForm[CategoryExample]
    BaseFormSet = forms.BaseInlineFormSet[CategoryExample, Category, BaseForm]
else:
    BaseForm = forms.ModelForm
    BaseFormSet = PaginationInlineFormSet

MODE_COLOURS = {"off": "default", "shadow": "info", "on": "success"}
_QUESTION = gettext_lazy(
    "Learn from the examples and from what staff decided? It takes about a minute. The new"
    " classifier is used only where it is not worse than the one in use."
)
_LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>'
ACTIVE_COLOURS = {"yes": "success", "no": "default"}


class ExampleForm(BaseForm):
    class Meta:
        model = CategoryExample
        fields = ("message",)
        widgets: ClassVar = {"message": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def clean_message(self) -> str:
        message: str = self.cleaned_data["message"]
        if "message" not in self.changed_data:
            return message
        known = [self.instance.pk] if self.instance.pk else []
        try:
            return categories.check_example(message, known=known)
        except DomainError as error:
            raise forms.ValidationError(str(error.sentence), code=error.code) from error


class ExampleFormSet(BaseFormSet):
    def clean(self) -> None:
        """Two new examples of the same words would be refused by nobody else."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            message = form.cleaned_data.get("message") if form.is_valid() else None
            if not message or form.cleaned_data.get("DELETE"):
                continue
            key = taught.key_of(message)
            if key in seen:
                form.add_error("message", _("This example is given twice."))
            seen.add(key)


class ExampleInline(TabularInline):
    model = CategoryExample
    form = ExampleForm
    formset = ExampleFormSet
    fields = ("message", "created_by", "created_at")
    readonly_fields = ("created_by", "created_at")
    per_page = 50
    hide_title = True
    # Below the fields: on a tab of its own nobody who adds a category looks for it.
    tab = False

    def get_extra(self, request: HttpRequest, obj: Category | None = None, **_kwargs: Any) -> int:
        """As many empty rows as a new category needs to be learned."""
        return taught.MINIMUM if obj is None and self.has_add_permission(request, obj) else 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[CategoryExample]:
        rows: QuerySet[CategoryExample] = super().get_queryset(request)
        return rows.select_related("created_by")


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    list_display = (
        "name",
        "display_active",
        "display_examples",
        "display_templates",
        "display_tickets",
        "display_automatic",
        "position",
    )
    search_fields = ("name", "description")
    ordering = ("position", "name")
    actions_list = ("train",)
    actions_detail = ("train_now",)
    change_form_before_template = "admin/support/classifierversion/training_above.html"
    inlines = (ExampleInline,)
    formfield_overrides: ClassVar = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
    }
    readonly_fields = (
        "learned_in_words",
        "display_templates",
        "display_tickets",
        "automatic_in_words",
    )
    fieldsets = (
        (None, {"fields": ("name", "description", ("position", "is_active"))}),
        (
            gettext_lazy("What belongs to it"),
            {"fields": ("learned_in_words", "display_templates", "display_tickets")},
        ),
        (gettext_lazy("Automatic answers"), {"fields": ("automatic_in_words",)}),
    )

    # --- who may what ---

    def has_train_permission(self, request: HttpRequest, object_id: object = None) -> bool:  # noqa: ARG002 - unfold's signature
        return self.may(request, "train")

    def has_delete_permission(self, request: HttpRequest, obj: Category | None = None) -> bool:
        is_free = obj is None or not categories.why_kept(obj)
        return is_free and super().has_delete_permission(request, obj)

    def get_actions(self, _request: HttpRequest) -> dict[str, Any]:
        """None: what is in use is switched off, and the rest is deleted one by one."""
        return {}

    def delete_model(self, _request: HttpRequest, obj: Category) -> None:
        categories.delete(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> Any:  # noqa: ANN401 - Django's
        fields = super().get_readonly_fields(request, obj)
        # What fits nowhere goes somewhere: its constraint says so too.
        return (*fields, "is_active") if obj is not None and obj.is_fallback else fields

    def get_fieldsets(self, request: HttpRequest, obj: Category | None = None) -> Any:  # noqa: ANN401 - Django's
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:1]

    # --- writing ---

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:  # noqa: ANN401, FBT001 - Django's signature
        if not change and isinstance(obj, Category):
            categories.name_new(obj)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: StaffRequest, form: Any, formset: Any, change: bool) -> None:  # type: ignore[override]  # noqa: ANN401, FBT001, ARG002 - Django's signature
        categories.sign_examples(formset.save(commit=False), by=request.user)
        formset.save()

    @dialog_action(
        gettext_lazy("Train the classifier"),
        permissions=["train"],
        question=_QUESTION,
        icon="model_training",
    )
    def train(self, request: StaffRequest, _data: dict[str, Any]) -> Done:
        training_job.ask(by=request.user)
        return Done(
            _("A classifier is being trained; this page says when it is done."),
            next_url=reverse("admin:support_classifierversion_changelist"),
        )

    @dialog_action(
        gettext_lazy("Train the classifier"),
        permissions=["train"],
        question=_QUESTION,
        icon="model_training",
        variant=ActionVariant.PRIMARY,
    )
    def train_now(self, request: StaffRequest, _object_id: int, _data: dict[str, Any]) -> Done:
        training_job.ask(by=request.user)
        return Done(_("A classifier is being trained; this page says when it is done."))

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        rows: QuerySet[Category] = super().get_queryset(request)
        return rows.annotate(
            example_count=_count(CategoryExample.objects.filter(category=OuterRef("pk"))),
            ticket_count=_count(Ticket.objects.filter(category=OuterRef("pk"))),
            **{
                f"templates_{code.replace('-', '_')}": _count(
                    ReplyTemplate.objects.filter(
                        category=OuterRef("pk"), language=code, is_active=True
                    )
                )
                for code, _name in _languages()
            },
        )

    @display(
        description=pgettext_lazy("category", "In use"), ordering="is_active", label=ACTIVE_COLOURS
    )
    def display_active(self, category: Category) -> tuple[str, str]:
        return ("yes", _("yes")) if category.is_active else ("no", _("no"))

    @display(description=gettext_lazy("Examples"), ordering="example_count")
    def display_examples(self, category: Category) -> int:
        return int(_annotated(category, "example_count"))

    @display(description=gettext_lazy("Templates"))
    def display_templates(self, category: Category) -> str:
        counts = {
            code: int(_annotated(category, f"templates_{code.replace('-', '_')}"))
            for code, _name in _languages()
        }
        words = ", ".join(f"{code} {count}" for code, count in counts.items() if count)
        if not words:
            new = f"{reverse('admin:support_replytemplate_add')}?category={category.pk}"
            none = _("none: staff write every reply")
            return format_html(f"{{}} – {_LINK}", none, new, _("write one"))
        return _link("support.replytemplate", category, words)

    @display(description=gettext_lazy("Tickets"), ordering="ticket_count")
    def display_tickets(self, category: Category) -> str:
        count = int(_annotated(category, "ticket_count"))
        return _link("support.ticket", category, str(count))

    @display(description=gettext_lazy("Automatic answers"), label=MODE_COLOURS)
    def display_automatic(self, category: Category) -> tuple[str, str]:
        return category.automatic_mode, category.get_automatic_mode_display()

    # --- the form ---

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside Django's: what became of the training asked for last."""
        found = self.get_object(request, object_id)
        state = training_state(found) if found is not None else {}
        return super().change_view(request, object_id, form_url, {**state, **(extra_context or {})})

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "description":
            field.help_text = _(
                "One or two sentences in a customer's words. Staff read them, and what is learned"
                " of a category of your own; OpenAI too, where there is a key."
            )
        return field

    @display(description=gettext_lazy("Learned"))
    def learned_in_words(self, category: Category) -> str:
        # Named, so that the line about the training brings it up to date.
        return format_html('<span id="learned">{}</span>', training_job.state_of(category))

    @display(description=gettext_lazy("Switch"))
    def automatic_in_words(self, category: Category) -> str:
        """Shown here, switched on the page that has the figures for it."""
        mode = category.get_automatic_mode_display()
        address = reverse("admin:support_automatic")
        return format_html(f"{{}} – {_LINK}", mode, address, _("see its figures"))


def _link(model: str, category: Category, words: str) -> str:
    """Words that lead to the list of the category's rows."""
    address = tiles.list_link(model, f"?category__id__exact={category.pk}")
    return format_html(_LINK, address, words) if address else words


def _languages() -> list[tuple[str, str]]:
    return ReplyTemplate._meta.get_field("language").choices or []  # type: ignore[return-value]  # noqa: SLF001 - Django's own API


def _annotated(category: Category, name: str) -> Any:  # noqa: ANN401 - what the database counted
    return getattr(category, name, 0)


def _count(rows: QuerySet[Any]) -> Coalesce:
    """Count related rows in a subquery: several joins would multiply one another."""
    counted = rows.order_by().values("category").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
