"""Decisions about many listings at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy, ngettext_lazy

from backoffice.core.admin import ModelAdmin, bulk_action
from listings.admin.listing_dialogs import NoteForm
from listings.deciding import tasks_of_staff, workflow

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest


class ListingBulk(ModelAdmin):
    """Confirm, hide, show, mark as sold and read again; above 200 rows the worker does it."""

    actions: Any = (
        "confirm_selected",
        "hide_selected",
        "show_selected",
        "sold_selected",
        "read_selected",
    )

    def has_decide_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "decide") and self.may(request, "view")

    def has_read_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "change") and self.may(request, "view")

    @bulk_action(
        gettext_lazy("Confirm the selected listings"),
        permissions=["decide"],
        question=gettext_lazy("Is what was read from these messages right?"),
        done=ngettext_lazy(
            "%(count)d listing confirmed.", "%(count)d listings confirmed.", "count"
        ),
        task=tasks_of_staff.confirm,
    )
    def confirm_selected(
        self, request: StaffRequest, object_id: int, _data: dict[str, Any]
    ) -> None:
        workflow.confirm(object_id, by=request.user)

    @bulk_action(
        gettext_lazy("Hide the selected listings"),
        permissions=["decide"],
        question=gettext_lazy("Take these listings off the market? Their open matches end."),
        done=ngettext_lazy("%(count)d listing hidden.", "%(count)d listings hidden.", "count"),
        form=NoteForm,
        task=tasks_of_staff.hide,
    )
    def hide_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        workflow.hide(object_id, by=request.user, note=data["note"])

    @bulk_action(
        gettext_lazy("Put the selected listings on the market again"),
        permissions=["decide"],
        question=gettext_lazy("Show these listings again? Matches are looked for anew."),
        done=ngettext_lazy("%(count)d listing shown.", "%(count)d listings shown.", "count"),
        task=tasks_of_staff.show,
    )
    def show_selected(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> None:
        workflow.show(object_id, by=request.user)

    @bulk_action(
        gettext_lazy("Mark the selected listings as sold"),
        permissions=["decide"],
        question=gettext_lazy("Are these watches gone? Their open matches end."),
        done=ngettext_lazy(
            "%(count)d listing marked as sold.", "%(count)d listings marked as sold.", "count"
        ),
        task=tasks_of_staff.mark_sold,
    )
    def sold_selected(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> None:
        workflow.mark_sold(object_id, by=request.user)

    @bulk_action(
        gettext_lazy("Read the selected listings again"),
        permissions=["read"],
        question=gettext_lazy("Read their messages anew? What people corrected stays."),
        done=ngettext_lazy("%(count)d listing read.", "%(count)d listings read.", "count"),
        task=tasks_of_staff.read_again,
    )
    def read_selected(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> None:
        workflow.read_again(object_id, by=request.user)
