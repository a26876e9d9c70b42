"""Customers who may be one: the list, the two side by side, and the merges that were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from backoffice.core.admin import Done, ReadOnlyModelAdmin, bulk_action, dialog_action, display
from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from crm import tasks
from crm.admin.duplicate_page import context
from crm.duplicates import deciding, merging, reasons
from crm.models import CustomerMerge, DuplicateCandidate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

State = DuplicateCandidate.State
STATE_COLOURS = {State.OPEN: "warning", State.MERGED: "success", State.DISTINCT: "info"}


class StateFilter(admin.SimpleListFilter):
    """The open ones, unless asked for others."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        decided = [State.MERGED, State.DISTINCT]
        return [
            *((state.value, state.label) for state in decided),
            ("all", pgettext_lazy("rows", "All")),
        ]

    def choices(self, changelist: Any) -> Any:  # noqa: ANN401 - Django's signature
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = State.OPEN.label
            yield choice

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[DuplicateCandidate],
    ) -> QuerySet[DuplicateCandidate]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or State.OPEN)


class LikenessFilter(admin.SimpleListFilter):
    title = _("likeness")
    parameter_name = "likeness"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [("99", _("certain (99 % and more)")), ("90", _("90 % and more"))]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[DuplicateCandidate],
    ) -> QuerySet[DuplicateCandidate]:
        percent = id_in(self.value())
        return queryset.filter(score__gte=percent / 100) if percent else queryset


class MergePermission(ReadOnlyModelAdmin):
    def has_merge_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm("crm.merge_customer")


@admin.register(DuplicateCandidate)
class DuplicateCandidateAdmin(MergePermission):
    list_display = ("pair", "likeness", "why", "status", "found")
    list_filter = (StateFilter, LikenessFilter)
    list_select_related = ("first", "second")
    search_fields = ("first__search_name", "second__search_name")
    search_help_text = _("Name or company")
    actions = ("merge_selected", "keep_selected_apart")

    class Media:
        css: ClassVar = {"all": ["crm/duplicates.css"]}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The two side by side; a post decides and goes on to the next pair."""
        row = DuplicateCandidate.objects.select_related("first", "second", "decided_by")
        found = row.filter(pk=id_in(object_id)).first()
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        if request.method == "POST":
            return self._decide(request, found)
        shown = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            **context(request, found),
            "opts": self.opts,
            "media": self.media,
            "title": _("The same customer?"),
            "may_merge": self.has_merge_permission(request),
        }
        return TemplateResponse(request, "admin/crm/duplicate/pair.html", shown)

    def _decide(self, request: HttpRequest, row: DuplicateCandidate) -> HttpResponse:
        if not self.has_merge_permission(request):
            raise PermissionDenied
        try:
            after = deciding.following(row.pk)
            self._act(request, row)
        except DomainError as error:
            messages.add_message(request, refusal_level(error), str(error.sentence))
            return HttpResponseRedirect(request.get_full_path())
        if after is None or after.pk == row.pk:
            return HttpResponseRedirect(reverse("admin:crm_duplicatecandidate_changelist"))
        after = DuplicateCandidate.objects.filter(pk=after.pk, state=State.OPEN).first()
        after = after or deciding.following(row.pk)
        if after is None:
            return HttpResponseRedirect(reverse("admin:crm_duplicatecandidate_changelist"))
        return HttpResponseRedirect(reverse("admin:crm_duplicatecandidate_change", args=[after.pk]))

    def _act(self, request: HttpRequest, row: DuplicateCandidate) -> None:
        user: Any = request.user
        if "merge" in request.POST:
            kept = id_in(request.POST.get("kept", ""))
            chosen = {
                name: "kept" if request.POST[f"field-{name}"] == str(kept) else "merged"
                for name in merging.CHOSEN
                if f"field-{name}" in request.POST
            }
            record = deciding.merge(row.pk, by=user, kept_id=kept, choices=chosen)
            messages.success(
                request,
                format_html(
                    "{} <a href='{}' class='underline'>{}</a>",
                    _("%(merged)s was merged into %(kept)s.")
                    % {"merged": record.merged, "kept": record.kept},
                    reverse("admin:crm_customermerge_changelist"),
                    _("Undo the merge"),
                ),
            )
        elif "apart" in request.POST:
            deciding.keep_apart(row.pk, by=user)
            messages.success(request, _("Remembered: these are two customers."))

    @bulk_action(
        _("Merge the selected certain pairs"),
        permissions=["merge"],
        question=_(
            "Of each pair the customer who was there first stays and takes over everything of the"
            " other one. Only pairs of at least 99 % are merged; each merge can be undone."
        ),
        submit=_("Merge"),
        done=ngettext_lazy("%(count)d pair merged.", "%(count)d pairs merged.", "count"),
        task=tasks.merge_certain,
    )
    def merge_selected(
        self,
        request: HttpRequest,
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        user: Any = request.user
        deciding.merge_certain(object_id, by=user)

    @bulk_action(
        _("The selected pairs are no duplicates"),
        permissions=["merge"],
        question=_("These pairs are not proposed again."),
        submit=_("Not duplicates"),
        done=ngettext_lazy("%(count)d pair kept apart.", "%(count)d pairs kept apart.", "count"),
    )
    def keep_selected_apart(
        self,
        request: HttpRequest,
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        user: Any = request.user
        deciding.keep_apart(object_id, by=user)

    @display(description=_("customers"))
    def pair(self, row: DuplicateCandidate) -> str:
        return format_html(
            '<span class="pair-names"><b>{}</b><span>{}</span><b>{}</b><span>{}</span></span>',
            row.first,
            _place(row.first),
            row.second,
            _place(row.second),
        )

    @display(description=_("likeness"), ordering="score")
    def likeness(self, row: DuplicateCandidate) -> str:
        percent = int(row.score * 100)
        return format_html(
            '<span class="pair-likeness"><meter min="0" max="100" low="70" high="90" optimum="100"'
            ' value="{}"></meter> {} %</span>',
            percent,
            percent,
        )

    @display(description=_("why"))
    def why(self, row: DuplicateCandidate) -> str:
        return reasons.in_short(row.reasons)

    @display(description=_("state"), label=STATE_COLOURS)
    def status(self, row: DuplicateCandidate) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @display(description=pgettext_lazy("pair", "found"), ordering="found_at")
    def found(self, row: DuplicateCandidate) -> str:
        return date_format(localtime(row.found_at), "SHORT_DATE_FORMAT")


@admin.register(CustomerMerge)
class CustomerMergeAdmin(MergePermission):
    list_display = ("merged_name", "kept_link", "person", "made", "state")
    list_display_links = None
    list_select_related = ("kept", "merged", "by", "undone_by")
    fields = (("merged_name", "kept_link"), ("person", "made"), "shown_state")
    readonly_fields = ("merged_name", "kept_link", "person", "made", "shown_state")
    search_fields = ("kept__search_name", "merged__search_name")
    actions_row = ("undo",)

    def has_view_permission(self, request: HttpRequest, obj: CustomerMerge | None = None) -> bool:
        """Who merges sees what was merged, without a permission of its own."""
        return super().has_view_permission(request, obj) or self.has_merge_permission(request)

    @dialog_action(
        _("Undo the merge"),
        permissions=["merge"],
        icon="undo",
        question=_(
            "The two are apart again: what was moved goes back, what was added or edited since"
            " stays with the customer who was kept."
        ),
    )
    def undo(self, request: HttpRequest, object_id: int, data: Mapping[str, object]) -> Done:  # noqa: ARG002 - the shape of actions
        user: Any = request.user
        record = merging.undo(object_id, by=user)
        return Done(
            _("%(merged)s and %(kept)s are two customers again.")
            % {"merged": record.merged, "kept": record.kept}
        )

    @display(description=_("merged"))
    def merged_name(self, row: CustomerMerge) -> str:
        return str(row.merged)

    @display(description=_("into"))
    def kept_link(self, row: CustomerMerge) -> str:
        page = reverse("admin:crm_customer_change", args=[row.kept_id])
        return format_html('<a href="{}" class="underline">{}</a>', page, row.kept)

    @display(description=_("by"))
    def person(self, row: CustomerMerge) -> str:
        return str(row.by or "")

    @display(description=_("when"), ordering="at")
    def made(self, row: CustomerMerge) -> str:
        return date_format(localtime(row.at), "SHORT_DATETIME_FORMAT")

    @display(description=_("state"), label={"undone": "info", "merged": "success"})
    def state(self, row: CustomerMerge) -> tuple[str, Any]:
        if row.undone_at is None:
            return "merged", pgettext_lazy("pair", "merged")
        return "undone", _("undone by %(person)s") % {"person": row.undone_by or _("somebody")}

    @display(description=_("state"))
    def shown_state(self, row: CustomerMerge) -> str:
        return str(self.state(row)[1])


def _place(customer: Any) -> str:  # noqa: ANN401 - a customer
    person = customer.name if customer.company else ""
    return ", ".join(filter(None, (person, f"{customer.postal_code} {customer.city}".strip())))
