"""From a source's columns to our fields: the versions of mappings, each with a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.http import Http404
from django.urls import path
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from backoffice.core.admin import display
from backoffice.core.admin.ids import id_in
from crm.admin.mappings import page as mapping_page
from crm.admin.mappings import parts as mapping_parts
from crm.admin.sheets import SheetAdmin
from crm.models import FieldMapping
from crm.resources.mapping_rule import MappingRuleResource

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern
    from django.utils.functional import _StrOrPromise

COLOURS = {FieldMapping.Status.ACTIVE: "success", FieldMapping.Status.DRAFT: "warning"}


@admin.register(FieldMapping)
class FieldMappingAdmin(SheetAdmin):
    """Versions are made by suggesting and by drafting from another one, never by a bare form."""

    resource_classes: ClassVar = [MappingRuleResource]
    list_display = ("title", "holds", "version", "state", "origin", "made", "put_to_work")
    list_display_links = ("title",)
    list_filter = (("status", ChoicesCheckboxFilter), "table__source")
    list_select_related = ("table__source", "created_by")
    search_fields = ("table__name", "table__source__name")
    search_help_text = _("Table or source")

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        """What the page asks for while rules are edited, and the mapping as a file."""
        parts: dict[str, Callable[..., HttpResponseBase]] = {
            "preview": mapping_parts.preview,
            "file": mapping_parts.export,
        }
        own = [
            path(
                f"<int:mapping_id>/{name}/",
                self.admin_site.admin_view(self._guarded(view)),
                name=f"crm_fieldmapping_{name}",
            )
            for name, view in parts.items()
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, *_form: object, **_context: object
    ) -> HttpResponse:
        """The mapping's page; a post does what its button says."""
        return mapping_page.view(request, self._mapping(request, id_in(object_id)))

    def _guarded(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def run(request: HttpRequest, mapping_id: int) -> HttpResponseBase:
            return view(request, self._mapping(request, mapping_id))

        return run

    def _mapping(self, request: HttpRequest, mapping_id: int) -> FieldMapping:
        rows = FieldMapping.objects.select_related("table__source").prefetch_related("rules")
        mapping = rows.filter(pk=mapping_id).first()
        if mapping is None or not self.has_view_permission(request, mapping):
            raise Http404
        return mapping

    @display(description=_("table"), ordering="table")
    def title(self, mapping: FieldMapping) -> str:
        return str(mapping.table)

    @display(description=_("holds"))
    def holds(self, mapping: FieldMapping) -> str:
        return mapping.table.get_entity_display()

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, mapping: FieldMapping) -> tuple[str, _StrOrPromise]:
        return mapping.status, mapping.get_status_display()

    @display(description=_("made"), ordering="created_at")
    def made(self, mapping: FieldMapping) -> str:
        at = date_format(localtime(mapping.created_at), "SHORT_DATETIME_FORMAT")
        return f"{at}, {mapping.created_by}" if mapping.created_by else at

    @display(description=_("put to work"), ordering="activated_at")
    def put_to_work(self, mapping: FieldMapping) -> str:
        at = mapping.activated_at
        return date_format(localtime(at), "SHORT_DATETIME_FORMAT") if at else ""
