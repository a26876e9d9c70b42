"""The words of replies: templates with their placeholders and a preview, and snippets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import ImportExportAdmin, ModelAdmin, bulk_action, display
from backoffice.core.errors import DomainError
from support.drafting import placeholders, sample
from support.models import Language, ReplyTemplate, Snippet
from support.sheets.template_sheet import ReplyTemplateResource

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.urls import URLPattern

    TemplateFormBase = forms.ModelForm[ReplyTemplate]
    SnippetFormBase = forms.ModelForm[Snippet]
else:
    TemplateFormBase = SnippetFormBase = forms.ModelForm

TONE_COLOURS = {"neutral": "default", "formal": "info", "warm": "warning", "brief": "success"}
_PALETTE = (
    '<button type="button" class="template-name" data-insert="{{{}}}" title="{{{}}}">{}</button>'
)
# Longer texts are no replies; a preview costs as much as its text is long.
_LONGEST = 10_000


def _checked(body: str) -> str:
    try:
        placeholders.check(body)
    except DomainError as error:
        raise forms.ValidationError(str(error.sentence), code=error.code) from error
    return body.replace("\r\n", "\n").strip()


def _beginning(body: str) -> str:
    """The first words, for lists."""
    return Truncator(" ".join(body.split())).chars(36)


def _area(rows: int) -> UnfoldAdminTextareaWidget:
    # Arabic runs from the right.
    return UnfoldAdminTextareaWidget(attrs={"rows": rows, "dir": "auto", "data-template": "body"})


class TemplateForm(TemplateFormBase):
    class Meta:
        model = ReplyTemplate
        fields = (
            "category",
            "language",
            "name",
            "tone",
            "position",
            "is_active",
            "settles",
            "suits",
            "body",
        )
        widgets: ClassVar = {"body": _area(18)}

    def clean_body(self) -> str:
        return _checked(self.cleaned_data["body"])


class SnippetForm(SnippetFormBase):
    class Meta:
        model = Snippet
        fields = ("title", "language", "position", "body")
        widgets: ClassVar = {"body": _area(8)}

    def clean_body(self) -> str:
        return _checked(self.cleaned_data["body"])


class WordsAdmin(ModelAdmin):
    """What templates and snippets share: the palette of placeholders and the preview."""

    readonly_fields = ("palette", "preview")
    # Labels above: text and preview share the width.
    compressed_fields = False

    class Media:
        js = ("support/templates.js",)
        css: ClassVar = {"all": ("support/templates.css",)}

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        view = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", view, name=name), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> JsonResponse:
        """What the posted text would say to the customer of the sample order."""
        if not (self.has_view_permission(request) and request.method == "POST"):
            raise PermissionDenied
        body = request.POST.get("body", "")[:_LONGEST]
        language = request.POST.get("language", "")
        known = language if language in Language.values else Language.FRENCH
        shown = sample.preview(body, known, order=request.POST.get("order") != "no")
        return JsonResponse({"body": shown.body, "missing": shown.missing})

    @display(description=gettext_lazy("placeholders"))
    def palette(self, _row: object) -> str:
        """Buttons that put a placeholder where the cursor is."""
        names = ((item.name, item.name, item.label) for item in placeholders.ALL)
        return format_html(
            '<div class="template-palette">{}</div>', format_html_join("", _PALETTE, names)
        )

    @display(description=gettext_lazy("as the customer reads it"))
    def preview(self, row: ReplyTemplate | Snippet) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_preview"
        shown = sample.preview(row.body, row.language) if row.pk else sample.Preview("", [])
        return format_html(
            '<div class="template-preview" data-url="{}"><div class="template-switch">'
            '<button type="button" data-order="yes" aria-pressed="true">{}</button>'
            '<button type="button" data-order="no" aria-pressed="false">{}</button></div>'
            '<div class="template-text" dir="auto" aria-live="polite">{}</div>'
            '<p class="template-missing" data-label="{}" hidden></p></div>',
            reverse(name),
            _("Order known"),
            _("Order not known"),
            shown.body,
            _("Not known:"),
        )


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(WordsAdmin, ImportExportAdmin):
    resource_classes: ClassVar = [ReplyTemplateResource]
    form = TemplateForm
    list_display = (
        "display_name",
        "category",
        "display_language",
        "display_tone",
        "position",
        "is_active",
        "settles",
        "updated_at",
    )
    list_display_links = ("display_name",)
    list_select_related = ("category",)
    list_filter = (
        ("category", admin.RelatedOnlyFieldListFilter),
        ("language", ChoicesCheckboxFilter),
        ("tone", ChoicesCheckboxFilter),
        "is_active",
        "settles",
        ("suits", ChoicesCheckboxFilter),
    )
    search_fields = ("name", "body", "category__name")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("category", "language", "tone"),
                    ("name", "position", "is_active"),
                    ("settles", "suits"),
                    "palette",
                    ("body", "preview"),
                ),
                "classes": ("template-fields",),
            },
        ),
    )
    actions = ("activate", "deactivate")

    def has_change_words_permission(
        self, request: HttpRequest, _object_id: str | None = None
    ) -> bool:
        return self.has_change_permission(request)

    @bulk_action(
        gettext_lazy("Use the selected templates"),
        permissions=["change_words"],
        question=gettext_lazy("Have drafts written from these templates?"),
        done=ngettext_lazy(
            "%(count)d template is in use.", "%(count)d templates are in use.", "count"
        ),
    )
    def activate(self, _request: HttpRequest, object_id: int, _data: dict[str, Any]) -> None:
        ReplyTemplate.objects.filter(pk=object_id).update(is_active=True)

    @bulk_action(
        gettext_lazy("No longer use the selected templates"),
        permissions=["change_words"],
        question=gettext_lazy("Write no more drafts from these templates?"),
        done=ngettext_lazy(
            "%(count)d template is no longer used.",
            "%(count)d templates are no longer used.",
            "count",
        ),
    )
    def deactivate(self, _request: HttpRequest, object_id: int, _data: dict[str, Any]) -> None:
        ReplyTemplate.objects.filter(pk=object_id).update(is_active=False)

    @display(description=gettext_lazy("name"), ordering="name", header=True)
    def display_name(self, template: ReplyTemplate) -> tuple[str, str]:
        return template.name, _beginning(template.body)

    @display(description=gettext_lazy("language"), ordering="language")
    def display_language(self, template: ReplyTemplate) -> str:
        return template.get_language_display()

    @display(description=gettext_lazy("tone"), ordering="tone", label=TONE_COLOURS)
    def display_tone(self, template: ReplyTemplate) -> tuple[str, str]:
        return template.tone, template.get_tone_display()


@admin.register(Snippet)
class SnippetAdmin(WordsAdmin):
    form = SnippetForm
    list_display = ("display_title", "display_language", "position", "updated_at")
    list_display_links = ("display_title",)
    list_filter = (("language", ChoicesCheckboxFilter),)
    search_fields = ("title", "body")
    fieldsets = (
        (
            None,
            {
                "fields": (("title", "language", "position"), "palette", ("body", "preview")),
                "classes": ("template-fields",),
            },
        ),
    )

    @display(description=gettext_lazy("title"), ordering="title", header=True)
    def display_title(self, snippet: Snippet) -> tuple[str, str]:
        return snippet.title, _beginning(snippet.body)

    @display(description=gettext_lazy("language"), ordering="language")
    def display_language(self, snippet: Snippet) -> str:
        return snippet.get_language_display()
