"""What staff decide on an order's page and in the list: each is one function of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import (
    ActionVariant,
    DialogForm,
    Done,
    ModelAdmin,
    bulk_action,
    dialog_action,
    submit_action,
)
from orders import tasks, workflow
from orders.models import Order

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest


class RejectForm(DialogForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The customer reads it, unless the order is a copy of another one."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class OrderDecisions(ModelAdmin):
    """Validate, reject, read again; for one order or many."""

    actions = ("validate_selected", "reject_selected")
    actions_detail = ("reject", "reject_duplicate", "keep_both", "read_again")
    actions_submit_line = ("validate",)

    def has_validate_permission(
        self, request: HttpRequest, object_id: str | int | None = None
    ) -> bool:
        return self._may_decide(request, "validate", object_id)

    def has_reject_permission(
        self, request: HttpRequest, object_id: str | int | None = None
    ) -> bool:
        return self._may_decide(request, "reject", object_id)

    def has_read_again_permission(
        self, request: HttpRequest, object_id: str | int | None = None
    ) -> bool:
        return self._may_decide(request, "change", object_id)

    def has_duplicate_permission(
        self, request: HttpRequest, object_id: str | int | None = None
    ) -> bool:
        """Only where there is a duplicate to decide about."""
        if not self._may_decide(request, "reject", object_id):
            return False
        return (
            object_id is None
            or Order.objects.filter(pk=object_id, duplicate_of__isnull=False).exists()
        )

    def _may_decide(self, request: HttpRequest, verb: str, object_id: str | int | None) -> bool:
        if not self.may(request, verb):
            return False
        if object_id is not None and not str(object_id).isdecimal():
            return False
        # The buttons go once it is decided; an action that comes late is told who was first.
        return (
            object_id is None
            or request.method == "POST"
            or Order.objects.filter(pk=object_id, status=Order.Status.PENDING).exists()
        )

    @submit_action(
        gettext_lazy("Validate"),
        permissions=["validate"],
        icon="check",
        attrs={"data-shortcut": "validate"},
    )
    def validate(self, request: StaffRequest, object_id: int) -> Done:
        order = workflow.validate(object_id, by=request.user)
        sentence = _("Order %(number)s is validated.") % {"number": order.number}
        return Done(sentence, next_url=self._next_url(object_id))

    @dialog_action(
        gettext_lazy("Reject"),
        permissions=["reject"],
        question=gettext_lazy("Reject this order and tell the customer why?"),
        form=RejectForm,
        icon="close",
        variant=ActionVariant.DANGER,
    )
    def reject(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        order = workflow.reject(object_id, by=request.user, reason=data["reason"])
        sentence = _("Order %(number)s is rejected.") % {"number": order.number}
        if order.duplicate_of is not None and workflow.repeats_another(order):
            sentence = _(
                "Order %(number)s is rejected. The customer was not told: copy of %(original)s."
            ) % {"number": order.number, "original": order.duplicate_of.number}
        return Done(sentence, next_url=self._next_url(object_id))

    @dialog_action(
        gettext_lazy("Reject as duplicate"),
        permissions=["duplicate"],
        question=gettext_lazy("Put this order away as sent twice? The customer is not told."),
        icon="content_copy",
        variant=ActionVariant.WARNING,
    )
    def reject_duplicate(
        self, request: StaffRequest, object_id: int, _data: dict[str, Any]
    ) -> Done:
        order = workflow.reject_duplicate(object_id, by=request.user)
        sentence = _("Order %(number)s is rejected as a duplicate.") % {"number": order.number}
        return Done(sentence, next_url=self._next_url(object_id))

    @dialog_action(
        gettext_lazy("Keep both"),
        permissions=["duplicate"],
        question=gettext_lazy("Does the customer want both orders?"),
        icon="call_split",
    )
    def keep_both(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        order = workflow.keep_both(object_id, by=request.user)
        return Done(_("Order %(number)s is an order of its own.") % {"number": order.number})

    @dialog_action(
        gettext_lazy("Read again"),
        permissions=["read_again"],
        question=gettext_lazy(
            "Read the message anew? What was typed into the order is replaced, except a customer"
            " who was chosen."
        ),
        icon="refresh",
    )
    def read_again(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        order = workflow.read_again(object_id, by=request.user)
        return Done(_("The message of %(number)s is being read again.") % {"number": order.number})

    @bulk_action(
        gettext_lazy("Validate the selected orders"),
        permissions=["validate"],
        question=gettext_lazy("Validate these orders and tell the customers?"),
        done=ngettext_lazy("%(count)d order validated.", "%(count)d orders validated.", "count"),
        task=tasks.validate_as,
    )
    def validate_selected(
        self, request: StaffRequest, object_id: int, _data: dict[str, Any]
    ) -> None:
        workflow.validate(object_id, by=request.user)

    @bulk_action(
        gettext_lazy("Reject the selected orders"),
        permissions=["reject"],
        question=gettext_lazy("Reject these orders and tell the customers why?"),
        done=ngettext_lazy("%(count)d order rejected.", "%(count)d orders rejected.", "count"),
        form=RejectForm,
        task=tasks.reject_as,
    )
    def reject_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        workflow.reject(object_id, by=request.user, reason=data["reason"])

    def _next_url(self, decided_id: int) -> str:
        following = workflow.next_pending(after=decided_id)
        if following is None:
            return reverse("admin:orders_order_changelist")
        return reverse("admin:orders_order_change", args=[following])
