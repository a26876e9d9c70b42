"""What came in: the list, the message with its files, and the conversation it belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.db.models.functions import Left
from django.http import Http404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.core.admin import (
    ActionVariant,
    DialogForm,
    Done,
    ReadOnlyModelAdmin,
    bulk_action,
    dialog_action,
    display,
)
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.ids import id_in
from backoffice.messaging import conversation, desks, kinds, moving, traces
from backoffice.messaging.admin.inbound_filters import DeskFilter, KindFilter, desk_choices
from backoffice.messaging.document_view import INLINE_TYPES
from backoffice.messaging.models import InboundMessage

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern
    from unfold.dataclasses import UnfoldAction

    from backoffice.core.admin.staff import StaffRequest

Status = InboundMessage.Status
STATUS_COLOURS = {
    Status.RECEIVED: "info",
    Status.PROCESSING: "info",
    Status.DONE: "success",
    Status.NOT_FOR_US: "default",
    Status.NEEDS_ATTENTION: "warning",
    Status.FAILED: "danger",
}
# The machine has it in hand, or has made of it what there is to make.
NOT_BY_HAND = (Status.PROCESSING, Status.DONE)
BEGINNING = 120


class MoveForm(DialogForm):
    desk = forms.ChoiceField(
        label=gettext_lazy("desk"), choices=desk_choices, widget=UnfoldAdminSelectWidget
    )


@admin.register(InboundMessage)
class InboundMessageAdmin(ReadOnlyModelAdmin):
    list_display = (
        "received_at",
        "sender",
        "words",
        "files_count",
        "channel",
        "desk_label",
        "kind_label",
        "status_label",
        "reason_line",
    )
    list_display_links = ("received_at", "sender")
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        KindFilter,
        DeskFilter,
        ("channel", ChoicesCheckboxFilter),
        ("received_at", DayRangeFilter),
    )
    search_fields = (
        "subject",
        "body",
        "sender_name",
        "sender_email",
        "sender_phone",
        "external_id",
    )
    search_help_text = gettext_lazy("Sender, subject, words of the text or message id")
    date_hierarchy = "received_at"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "status",
                    "reason_text",
                    "made",
                    "sender_text",
                    "subject",
                    "text",
                    "files",
                    "conversation_link",
                )
            },
        ),
        (
            gettext_lazy("Arrival"),
            {
                "fields": (
                    "desk_label",
                    "handed_label",
                    "channel",
                    "account",
                    "sent_at",
                    "received_at",
                    "processed_at",
                    "kind_label",
                    "is_automatic",
                    "attempts",
                    "next_attempt_at",
                    "external_id",
                    "original",
                )
            },
        ),
    )
    actions = ("read_again_selected", "move_selected")
    actions_detail = ("by_hand", "read_again", "move")

    # --- what is read from the database ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundMessage]:
        rows: QuerySet[InboundMessage] = super().get_queryset(request)
        match = request.resolver_match
        if match and match.url_name == self._list_url_name():
            # A text may be a megabyte long, the list shows its first words.
            rows = rows.defer("body").annotate(beginning=Left("body", BEGINNING))
            rows = rows.annotate(file_number=Count("attachments"))
        return rows

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> InboundMessage | None:
        """With what apps made of the message, as far as this person may see it."""
        message: InboundMessage | None = super().get_object(request, object_id, from_field)
        if message is not None:
            message.traces = traces.of(message, request.user)  # type: ignore[attr-defined]
        return message

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<row:message_id>/conversation/",
            self.admin_site.admin_view(self.conversation_view),
            name="messaging_inboundmessage_conversation",
        )
        return [own, *super().get_urls()]

    def conversation_view(self, request: HttpRequest, message_id: int) -> TemplateResponse:
        """Everything said between us and the sender of one message."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        message = InboundMessage.objects.defer("body").filter(pk=message_id).first()
        if message is None:
            raise Http404
        page = id_in(request.GET.get("p", "1")) or 1
        context = {
            **self.admin_site.each_context(request),
            "title": _("Conversation with %(person)s") % {"person": _person(message)[0]},
            "message": message,
            "conversation": conversation.thread(message, page=page),
            "inline_types": INLINE_TYPES,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/messaging/conversation.html", context)

    # --- who may what ---

    def has_process_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:  # noqa: ARG002 - unfold's signature
        return self.may(request, "process")

    def has_by_hand_permission(
        self, request: HttpRequest, object_id: str | int | None = None
    ) -> bool:
        """Only where the message's desk has such a way and the machine has not done it."""
        if not self.has_view_permission(request) or not str(object_id or "").isdecimal():
            return False
        message = InboundMessage.objects.filter(pk=object_id or 0).only("desk", "status").first()
        way = desks.by_hand(message.desk) if message else None
        if message is None or way is None:
            return False
        # The button goes once it is done; who comes late is led to what a colleague opened.
        is_open = request.method == "POST" or message.status not in NOT_BY_HAND
        return is_open and request.user.has_perm(way.permission)

    # --- actions ---

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[UnfoldAction]:
        """With the button of this message's desk in that desk's own words."""
        actions: list[UnfoldAction] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        return [self._in_the_desks_words(action, object_id) for action in actions]

    def _in_the_desks_words(self, action: UnfoldAction, object_id: int) -> UnfoldAction:
        if action.path != "by_hand":
            return action
        way = desks.by_hand(InboundMessage.objects.values_list("desk", flat=True).get(pk=object_id))
        return replace(action, description=str(way.label)) if way else action

    @dialog_action(
        gettext_lazy("Fill in by hand"),
        permissions=["by_hand"],
        question=gettext_lazy("Type in yourself what this message says?"),
        submit=gettext_lazy("Open"),
        icon="edit_note",
        variant=ActionVariant.PRIMARY,
    )
    def by_hand(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        message = InboundMessage.objects.only("desk").get(pk=object_id)
        way = desks.by_hand(message.desk)
        if way is None:
            raise PermissionDenied
        url = way.open(object_id, by=request.user)
        return Done(_("Type in what the message says: it is shown beside."), next_url=url)

    @dialog_action(
        gettext_lazy("Read again"),
        permissions=["process"],
        question=gettext_lazy(
            "Read this message again, with another try for files that gave trouble?"
        ),
        icon="refresh",
    )
    def read_again(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        moving.process_again(object_id, by=request.user)
        return Done(_("The message is being read again."))

    @dialog_action(
        gettext_lazy("Move to another desk"),
        permissions=["process"],
        question=gettext_lazy(
            "Which desk is this message for? What the present desk proposed is withdrawn."
        ),
        submit=gettext_lazy("Move"),
        form=MoveForm,
        icon="move_up",
    )
    def move(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        moving.move(object_id, data["desk"], by=request.user)
        told = _("The message is at the desk “%(desk)s” now.")
        return Done(told % {"desk": desks.label(data["desk"])})

    @bulk_action(
        gettext_lazy("Read the selected messages again"),
        permissions=["process"],
        question=gettext_lazy("Read these messages again?"),
        done=ngettext_lazy(
            "%(count)d message is being read again.",
            "%(count)d messages are being read again.",
            "count",
        ),
    )
    def read_again_selected(
        self, request: StaffRequest, object_id: int, _data: dict[str, Any]
    ) -> None:
        moving.process_again(object_id, by=request.user)

    @bulk_action(
        gettext_lazy("Move the selected messages to another desk"),
        permissions=["process"],
        question=gettext_lazy("Which desk are these messages for?"),
        done=ngettext_lazy("%(count)d message moved.", "%(count)d messages moved.", "count"),
        form=MoveForm,
    )
    def move_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        moving.move(object_id, data["desk"], by=request.user)

    # --- columns and fields ---

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, message: InboundMessage) -> tuple[str, str]:
        return message.status, message.get_status_display()

    @display(description=gettext_lazy("sender"), ordering="sender_name", header=True)
    def sender(self, message: InboundMessage) -> tuple[str, str]:
        return _person(message)

    @display(description=gettext_lazy("sender"))
    def sender_text(self, message: InboundMessage) -> str:
        return " · ".join(part for part in _person(message) if part)

    @display(description=gettext_lazy("message"))
    def words(self, message: InboundMessage) -> str:
        words = message.subject or str(getattr(message, "beginning", ""))
        return Truncator(words).chars(60) or "–"

    @display(description=gettext_lazy("files"), ordering="file_number")
    def files_count(self, message: InboundMessage) -> str:
        return str(getattr(message, "file_number", 0) or "")

    @display(description=gettext_lazy("desk"), ordering="desk")
    def desk_label(self, message: InboundMessage) -> str:
        return desks.label(message.desk)

    @display(description=gettext_lazy("came from"))
    def handed_label(self, message: InboundMessage) -> str:
        return desks.label(message.handed_from) if message.handed_from else "–"

    @display(description=gettext_lazy("became"))
    def made(self, message: InboundMessage) -> str:
        found: list[traces.Trace] = getattr(message, "traces", [])
        links = ((_link(trace.url, trace.label),) for trace in found)
        return format_html_join(", ", "{}", links) or "–"

    @display(description=gettext_lazy("kind"), ordering="kind")
    def kind_label(self, message: InboundMessage) -> str:
        return capfirst(kinds.label(message.kind)) if message.kind else "–"

    @display(description=gettext_lazy("reason"))
    def reason_line(self, message: InboundMessage) -> str:
        return (message.reason or message.error)[:BEGINNING]

    @display(description=gettext_lazy("reason"))
    def reason_text(self, message: InboundMessage) -> str:
        return _paragraphs("\n".join(filter(None, [message.reason, message.error])))

    @display(description=gettext_lazy("text"))
    def text(self, message: InboundMessage) -> str:
        return _paragraphs(message.body)

    @display(description=gettext_lazy("files"))
    def files(self, message: InboundMessage) -> str:
        attachments = message.attachments.select_related("document")
        context = {"attachments": attachments, "inline_types": INLINE_TYPES}
        return render_to_string("admin/messaging/attachments.html", context)

    @display(description=gettext_lazy("conversation"))
    def conversation_link(self, message: InboundMessage) -> str:
        url = reverse("admin:messaging_inboundmessage_conversation", args=[message.pk])
        return _link(url, _("Everything said between us and this person"))

    @display(description=gettext_lazy("original"))
    def original(self, message: InboundMessage) -> str:
        return _link(reverse("messaging:original", args=[message.pk]), _("Download as it came"))


def _person(message: InboundMessage) -> tuple[str, str]:
    address = message.sender_email or message.sender_phone or message.sender_user_id
    return message.sender_name or address or _("unknown"), address if message.sender_name else ""


def _paragraphs(text: str) -> str:
    return format_html('<div style="white-space: pre-line" dir="auto">{}</div>', text or "–")


def _link(url: str, text: str) -> str:
    return format_html('<a class="text-primary-600 underline" href="{}">{}</a>', url, text)
