"""How far each folder of a mailbox was read."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.admin import ReadOnlyModelAdmin, display
from backoffice.messaging.models import MailboxCursor


@admin.register(MailboxCursor)
class MailboxCursorAdmin(ReadOnlyModelAdmin):
    """When each mailbox was last read, and what went wrong."""

    list_display = ("mailbox", "folder", "state", "last_run_at", "error")
    fields = ("mailbox", "folder", "last_run_at", "error", "last_uid")

    @display(description=gettext_lazy("state"), label={"read": "success", "trouble": "danger"})
    def state(self, cursor: MailboxCursor) -> tuple[str, str]:
        return ("trouble", _("not read")) if cursor.error else ("read", _("read"))
