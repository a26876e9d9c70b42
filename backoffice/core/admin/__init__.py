"""The admin that every app builds on: our defaults and the shapes of actions that write.

An action that writes never does it on GET and never holds a rule. It comes in
three shapes; the body of each calls ONE domain function and returns what to
tell, and a ``DomainError`` becomes a message (a warning where the request came
too late, else an error)::

    class OrderAdmin(ModelAdmin):
        actions = ["validate_selected"]
        actions_detail = ["reject"]          # also: actions_row, actions_list
        actions_submit_line = ["validate"]

        @dialog_action(_("Reject"), permissions=["reject"], form=RejectForm,
                       question=_("Reject this order and tell the customer?"))
        def reject(self, request, object_id, data):
            order = workflow.reject(object_id, by=request.user, reason=data["reason"])
            return Done(_("Order %(number)s is rejected.") % {"number": order.number},
                        next_url=self.next_pending_url())

        @submit_action(_("Validate"), permissions=["validate"])
        def validate(self, request, object_id):       # after the form AND its lines are saved
            order = workflow.validate(object_id, by=request.user)
            return Done(_("Order %(number)s is validated.") % {"number": order.number})

        @bulk_action(_("Validate the selected orders"), permissions=["validate"],
                     question=_("Validate these orders and tell the customers?"),
                     done=ngettext_lazy("%(count)d order validated.",
                                        "%(count)d orders validated.", "count"),
                     task=tasks.validate_as)          # task(order_id, user_id), above 200 rows
        def validate_selected(self, request, object_id, data):
            workflow.validate(object_id, by=request.user)

        def has_validate_permission(self, request, object_id=None):
            return self.may(request, "validate")      # orders.validate_order

``permissions=["validate"]`` asks ``has_validate_permission``: write that method
(dotted names make Django's checks ask a database that may not exist yet).
The domain function checks the object itself, under its lock.
"""

from __future__ import annotations

from unfold.enums import ActionVariant

import backoffice.core.admin.api_keys
import backoffice.core.admin.people  # noqa: F401 - both register pages of the System group
from backoffice.core.admin.actions import DialogForm, Done, dialog_action, submit_action
from backoffice.core.admin.base import (
    ModelAdmin,
    ReadOnlyModelAdmin,
    StackedInline,
    TabularInline,
)
from backoffice.core.admin.bulk import bulk_action, joint_action
from backoffice.core.admin.display import display
from backoffice.core.admin.transfer import ExportAdmin, ImportExportAdmin

__all__ = [
    "ActionVariant",
    "DialogForm",
    "Done",
    "ExportAdmin",
    "ImportExportAdmin",
    "ModelAdmin",
    "ReadOnlyModelAdmin",
    "StackedInline",
    "TabularInline",
    "bulk_action",
    "dialog_action",
    "display",
    "joint_action",
    "submit_action",
]
