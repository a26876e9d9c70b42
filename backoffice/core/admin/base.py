"""Our ModelAdmin: unfold's, with the defaults all pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from unfold import admin as unfold

from backoffice.core.admin.actions import run_submit_action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib import admin
    from django.db.models import Model, QuerySet
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    # unfold carries no types; it subclasses Django's.
    BaseModelAdmin = admin.ModelAdmin[Any]
    BaseTabularInline = admin.TabularInline[Any, Any]
    BaseStackedInline = admin.StackedInline[Any, Any]
else:
    BaseModelAdmin = unfold.ModelAdmin
    BaseTabularInline = unfold.TabularInline
    BaseStackedInline = unfold.StackedInline


class ModelAdmin(BaseModelAdmin):
    """What every page of the admin has in common.

    ``list_prefetch_related`` is fetched for the list only: on the form a
    prefetched relation would be stale after saving.
    """

    list_filter_submit = True
    list_fullwidth = True
    list_per_page = 50
    compressed_fields = True
    warn_unsaved_form = True
    show_full_result_count = False
    list_prefetch_related: ClassVar[Sequence[Any]] = ()
    actions_detail: ClassVar[Sequence[Any]] = ()
    actions_row: ClassVar[Sequence[Any]] = ()
    actions_list: ClassVar[Sequence[Any]] = ()
    actions_submit_line: ClassVar[Sequence[Any]] = ()

    def may(self, request: HttpRequest, verb: str) -> bool:
        """Whether the user holds ``<app>.<verb>_<model>``."""
        return request.user.has_perm(f"{self.opts.app_label}.{verb}_{self.opts.model_name}")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request)
        match = request.resolver_match
        if self.list_prefetch_related and match and match.url_name == self._list_url_name():
            return queryset.prefetch_related(*self.list_prefetch_related)
        return queryset

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's ChangeList
        # PostgreSQL takes no NUL: such a filter is none, as others that Django cannot read.
        if any("\0" in text for _name, texts in request.GET.lists() for text in texts):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *place: Any, **named: Any
    ) -> HttpResponse | None:
        """Ids that are none were on no checkbox: they choose nothing."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        data = request.POST.copy()
        data.setlist(ACTION_CHECKBOX_NAME, [one for one in chosen if self._is_id(one)])
        request.POST = data  # type: ignore[assignment]
        return super().response_action(request, queryset, *place, **named)

    def _is_id(self, text: str) -> bool:
        try:
            self.opts.pk.to_python(text)
        except ValidationError:
            return False
        return "\0" not in text

    def save_model(self, request: HttpRequest, obj: Model, form: Form, change: bool) -> None:  # noqa: FBT001 - Django's signature
        # Not through unfold, which would run the buttons of the submit line here, before the
        # inlines are saved: a decision would see the old lines.
        super(unfold.ActionModelAdminMixin, self).save_model(request, obj, form, change)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        """Runs the decision whose button was pressed: form and inlines are saved by now."""
        decision = run_submit_action(self, request, obj)
        return decision or super().response_change(request, obj)

    def _list_url_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_changelist"


class ReadOnlyModelAdmin(ModelAdmin):
    """Rows that only the machine writes."""

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_change_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        return False


class TabularInline(BaseTabularInline):
    extra = 0
    tab = True


class StackedInline(BaseStackedInline):
    extra = 0
    tab = True
