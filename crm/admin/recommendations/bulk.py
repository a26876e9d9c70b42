"""What people decide about many recommendations at once."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from django.http import FileResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from backoffice.core.admin import Done, bulk_action, joint_action
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Csv
from crm import tasks
from crm.admin.recommendations.decisions import RecommendationDecisions
from crm.admin.recommendations.forms import AlgorithmForm, ContactForm, FileForm, RejectForm
from crm.models import Recommendation, RecommendationRun
from crm.recommendations import campaigns
from crm.recommendations.deciding import workflow
from crm.recommendations.making import requests

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http.response import HttpResponseBase

    from backoffice.core.admin.staff import StaffRequest


class RecommendationBulk(RecommendationDecisions):
    """Approve, reject, make anew, take to a campaign, mark as contacted."""

    actions: Any = (
        "approve_selected",
        "reject_selected",
        "regenerate_selected",
        "campaign_selected",
        "contacted_selected",
    )

    @bulk_action(
        gettext_lazy("Approve the selected recommendations"),
        permissions=["approve"],
        question=gettext_lazy("Approve these recommendations as they are?"),
        submit=gettext_lazy("Approve"),
        done=ngettext_lazy(
            "%(count)d recommendation approved.", "%(count)d recommendations approved.", "count"
        ),
        task=tasks.approve_recommendation,
    )
    def approve_selected(
        self,
        request: StaffRequest,
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        workflow.approve(object_id, by=request.user)

    @bulk_action(
        gettext_lazy("Reject the selected recommendations"),
        permissions=["approve"],
        question=gettext_lazy(
            "Reject these recommendations? None of their products is proposed to the same customer"
            " again."
        ),
        submit=gettext_lazy("Reject"),
        done=ngettext_lazy(
            "%(count)d recommendation rejected.", "%(count)d recommendations rejected.", "count"
        ),
        form=RejectForm,
        task=tasks.reject_recommendation,
    )
    def reject_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        workflow.reject(object_id, by=request.user, rejection=data["rejection"], note=data["note"])

    @joint_action(
        gettext_lazy("Make the selected recommendations anew"),
        permissions=["generate"],
        question=gettext_lazy(
            "Make new recommendations for these customers? Those of before are kept."
        ),
        submit=gettext_lazy("Make anew"),
        form=AlgorithmForm,
    )
    def regenerate_selected(
        self, request: StaffRequest, ids: Sequence[int], data: dict[str, Any]
    ) -> Done:
        rows = Recommendation.objects.filter(pk__in=ids)
        run = requests.request(
            kind=RecommendationRun.Kind.SELECTION,
            customers=sorted(set(rows.values_list("customer", flat=True))),
            algorithm=data["algorithm"],
            by=request.user,
        )
        page = reverse("admin:crm_recommendationrun_change", args=[run.pk])
        return Done(_("New recommendations are being made."), next_url=page)

    @joint_action(
        gettext_lazy("Export the selected ones for a campaign"),
        permissions=["campaign"],
        question=gettext_lazy(
            "One row per customer, in the columns of Brevo and Mailchimp: approved ones only, of"
            " customers who allow the channel and can be reached by it."
        ),
        submit=gettext_lazy("Download"),
        form=FileForm,
    )
    def campaign_selected(
        self,
        request: StaffRequest,  # noqa: ARG002 - the shape of actions
        ids: Sequence[int],
        data: dict[str, Any],
    ) -> HttpResponseBase:
        return campaign_file(ids, **data)

    @joint_action(
        gettext_lazy("Mark the selected ones as contacted"),
        permissions=["campaign"],
        question=gettext_lazy(
            "It is written into the contact history of the customers, once; those that are not"
            " approved are left."
        ),
        submit=gettext_lazy("Mark as contacted"),
        form=ContactForm,
    )
    def contacted_selected(
        self, request: StaffRequest, ids: Sequence[int], data: dict[str, Any]
    ) -> Done:
        return Done(
            mark_contacted(ids, channel=data["channel"], campaign=data["campaign"], request=request)
        )


def mark_contacted(
    ids: Sequence[int] | None, *, channel: str, campaign: str, request: StaffRequest
) -> str:
    """The sentence about it; DomainError where there was nothing to note. Many are left to jobs."""
    if campaigns.is_many(ids):
        asked = campaigns.mark_later(ids, channel=channel, campaign=campaign, by=request.user)
        told = _(
            "Of %(count)d recommendations the contacts are being written into the history; those"
            " left out stay to be used. Look again in a few minutes."
        )
        return told % {"count": asked}
    written = campaigns.mark_contacted(ids, channel=channel, campaign=campaign, by=request.user)
    if not written:
        raise DomainError(
            _("Nothing was noted: none of them is approved and not used yet."), code="nothing_noted"
        )
    told = ngettext(
        "%(count)d contact written into the history.",
        "%(count)d contacts written into the history.",
        written,
    )
    return told % {"count": written}


def campaign_file(
    ids: Sequence[int] | None,
    *,
    channel: str,
    tool: str,
    format: str,  # noqa: A002 - the form's name
) -> StreamingHttpResponse | FileResponse:
    """The rows for a mailing tool as a file; of all unused ones where ``ids`` is None."""
    if format == "xlsx":
        campaigns.refuse_large_workbook(ids)
    rows = campaigns.rows(ids, channel=channel, tool=tool)
    heading = [str(name) for name in next(rows)]
    kind = campaigns.formats(tool)[format]
    name = f"recommendations-{tool}-{channel}-{timezone.localdate():%Y-%m-%d}.{format}"
    if isinstance(kind, Csv):
        return StreamingHttpResponse(
            kind.chunks(heading, rows),
            content_type=kind.get_content_type(),
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    kind.write(file, heading, rows)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=name, content_type=kind.get_content_type()
    )
