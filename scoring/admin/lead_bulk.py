"""What staff do about many leads at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from backoffice.core.admin import Done, bulk_action, joint_action
from backoffice.core.errors import DomainError
from scoring.admin.lead_decisions import LeadDecisions, NoteForm
from scoring.leads import asked_by_staff, handling, rescoring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backoffice.core.admin.staff import StaffRequest


class LeadBulk(LeadDecisions):
    """Note calls or e-mails, score again; above 200 rows the worker notes them."""

    actions: Any = ("call_selected", "email_selected", "score_selected")

    @bulk_action(
        gettext_lazy("Note a call to the selected leads"),
        permissions=["contact"],
        question=gettext_lazy(
            "Were all of them called? It is written into their contact history, and they rest."
        ),
        submit=gettext_lazy("Note the calls"),
        form=NoteForm,
        done=ngettext_lazy("%(count)d call noted.", "%(count)d calls noted.", "count"),
        task=asked_by_staff.note_call,
    )
    def call_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        handling.handle(object_id, channel="call", by=request.user, note=data["note"])

    @bulk_action(
        gettext_lazy("Note an e-mail to the selected leads"),
        permissions=["contact"],
        question=gettext_lazy(
            "Were all of them written to? It is written into their contact history, and they rest."
        ),
        submit=gettext_lazy("Note the e-mails"),
        form=NoteForm,
        done=ngettext_lazy("%(count)d e-mail noted.", "%(count)d e-mails noted.", "count"),
        task=asked_by_staff.note_email,
    )
    def email_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        handling.handle(object_id, channel="email", by=request.user, note=data["note"])

    @joint_action(
        gettext_lazy("Score the selected leads again"),
        permissions=["compute"],
        question=gettext_lazy("Score them as of now, with the version in use?"),
        submit=gettext_lazy("Score again"),
    )
    def score_selected(
        self, request: StaffRequest, ids: Sequence[int], data: dict[str, Any]
    ) -> Done:
        del request, data
        if len(ids) > rescoring.MOST:
            sentence = _(
                "These are %(count)d leads: choose at most %(most)d, or have everybody scored on"
                " the page of the scorings."
            )
            raise DomainError(
                sentence % {"count": len(ids), "most": rescoring.MOST}, code="too_many"
            )
        moved = rescoring.rescore(ids)
        told = ngettext(
            "%(count)d of %(all)d leads has another score now.",
            "%(count)d of %(all)d leads have another score now.",
            moved,
        )
        return Done(told % {"all": len(ids), "count": moved})
