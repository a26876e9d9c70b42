"""What went out and what waits to, and the words staff may change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.core.admin import (
    Done,
    ModelAdmin,
    ReadOnlyModelAdmin,
    bulk_action,
    dialog_action,
    display,
)
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.errors import DomainError
from backoffice.messaging import outbox, templating
from backoffice.messaging.models import Channel, MessageTemplate, OutboundMessage

if TYPE_CHECKING:
    from django.http import HttpRequest

Status = OutboundMessage.Status
STATUS_COLOURS = {
    Status.QUEUED: "info",
    Status.SENDING: "info",
    Status.SENT: "success",
    Status.DELIVERED: "success",
    Status.READ: "success",
    Status.FAILED: "danger",
    Status.BLOCKED: "danger",
    Status.NOT_CONFIGURED: "warning",
    Status.UNKNOWN: "warning",
    Status.SUPERSEDED: "default",
}
# Languages customers are written to in; the interface has fewer.
LANGUAGES = (
    ("fr", gettext_lazy("French")),
    ("ar", gettext_lazy("Moroccan Arabic")),
    ("en", gettext_lazy("English")),
    ("es", gettext_lazy("Spanish")),
)
_FILE = '<p><a class="text-primary-600 underline" href="{}" target="_blank">{}</a> {}</p>'
_PRE = '<div style="white-space: pre-line" dir="auto">{}</div>'


@admin.register(OutboundMessage)
class OutboundMessageAdmin(ReadOnlyModelAdmin):
    list_display = ("created_at", "person", "words", "channel", "status_label", "sent_at")
    list_display_links = ("created_at", "person")
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        ("channel", ChoicesCheckboxFilter),
        ("created_at", DayRangeFilter),
    )
    search_fields = ("recipient", "recipient_name", "subject", "body")
    date_hierarchy = "created_at"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "status",
                    "error",
                    "recipient_name",
                    "recipient",
                    "channel",
                    "subject",
                    "text",
                    "files",
                ),
            },
        ),
        (
            gettext_lazy("Delivery"),
            {
                "fields": (
                    "attempts",
                    "next_attempt_at",
                    "sent_at",
                    "delivered_at",
                    "read_at",
                    "error_code",
                    "provider_id",
                    "content_sid",
                ),
            },
        ),
        (
            gettext_lazy("Origin"),
            {"fields": ("about_link", "in_reply_to", "author", "language", "created_at")},
        ),
    )
    actions = ("resend_selected",)
    actions_detail = ("resend",)

    def has_resend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """The button shows where there is something to send again."""
        if not self.may(request, "resend"):
            return False
        if object_id is None or request.method == "POST":
            return True
        return OutboundMessage.objects.filter(pk=object_id, status__in=outbox.RESENDABLE).exists()

    @dialog_action(
        gettext_lazy("Send again"),
        permissions=["resend"],
        question=gettext_lazy(
            "Send this message now? Where it is unknown whether it was sent, Twilio is asked "
            "first; an e-mail the customer may get twice."
        ),
        icon="send",
    )
    def resend(self, _request: HttpRequest, object_id: int, _data: dict[str, Any]) -> Done:
        outbox.resend(object_id)
        return Done(_("The message is on its way."))

    @bulk_action(
        gettext_lazy("Send the selected messages again"),
        permissions=["resend"],
        question=gettext_lazy("Send these messages now?"),
        done=ngettext_lazy(
            "%(count)d message is on its way.", "%(count)d messages are on their way.", "count"
        ),
    )
    def resend_selected(self, _request: HttpRequest, object_id: int, _data: dict[str, Any]) -> None:
        outbox.resend(object_id)

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, message: OutboundMessage) -> tuple[str, str]:
        return message.status, message.get_status_display()

    @display(description=gettext_lazy("to"), ordering="recipient", header=True)
    def person(self, message: OutboundMessage) -> tuple[str, str]:
        if message.recipient_name:
            return message.recipient_name, message.recipient
        return message.recipient, ""

    @display(description=gettext_lazy("message"))
    def words(self, message: OutboundMessage) -> str:
        return message.subject or message.body[:80]

    @display(description=gettext_lazy("text"))
    def text(self, message: OutboundMessage) -> str:
        return format_html(_PRE, message.body)

    @display(description=gettext_lazy("files"))
    def files(self, message: OutboundMessage) -> str:
        rows = message.attachments.select_related("document")
        links = (
            (
                reverse("messaging:document", args=[row.document_id]),
                row.filename,
                f"{row.mime} · {filesizeformat(row.document.size)}",
            )
            for row in rows
        )
        return format_html_join("", _FILE, links) or "–"

    @display(description=gettext_lazy("about"))
    def about_link(self, message: OutboundMessage) -> str:
        if message.about is None:
            return "-"
        opts = message.about._meta  # noqa: SLF001 - Django's public name
        try:
            url = reverse(
                f"admin:{opts.app_label}_{opts.model_name}_change", args=[message.about_id]
            )
        except NoReverseMatch:
            return str(message.about)
        return format_html('<a class="underline" href="{}">{}</a>', url, message.about)


def _occasions() -> list[tuple[str, Any]]:
    return [(occasion.key, occasion.label) for occasion in templating.occasions()]


_CHANNELS = (Channel.EMAIL, Channel.WHATSAPP, Channel.WHATSAPP_CLOUD)
# The template's name at Meta, and the language where Meta calls it otherwise than we do.
_META_TEMPLATE = re.compile(r"[a-z0-9_]+(/[a-z]{2,3}(_[A-Z]{2})?)?")


class MessageTemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    key = forms.ChoiceField(
        label=gettext_lazy("occasion"), choices=_occasions, widget=UnfoldAdminSelectWidget
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("channel"),
        choices=[(one, one.label) for one in _CHANNELS],
        widget=UnfoldAdminSelectWidget,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("language"), choices=LANGUAGES, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = MessageTemplate
        fields = ("key", "channel", "language", "subject", "body", "content_sid")
        help_texts: ClassVar = {
            "content_sid": gettext_lazy(
                "The approved template, used outside the 24-hour window: Twilio's HX… id, or its "
                "name at Meta for the Cloud API."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subject", "body"):
            self.fields[name].widget.attrs["dir"] = "auto"  # Arabic runs from the right

    def clean_content_sid(self) -> str:
        sid = str(self.cleaned_data["content_sid"]).strip()
        if not sid:
            return ""
        if self.cleaned_data.get("channel") == Channel.WHATSAPP_CLOUD:
            if not _META_TEMPLATE.fullmatch(sid):
                raise ValidationError(
                    _(
                        "“%(sid)s” is not the name of a template at Meta: small letters, digits "
                        "and _, with its language after a slash where that differs "
                        "(match_seller/en_US)."
                    ),
                    params={"sid": sid},
                )
        elif not (sid.startswith("HX") and sid.isalnum()):
            raise ValidationError(
                _("“%(sid)s” is not a content template's id: it begins with HX."),
                params={"sid": sid},
            )
        return sid

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        occasion = templating.occasion(data.get("key", ""))
        for name in ("subject", "body"):
            try:
                if occasion:
                    templating.check(data.get(name, ""), occasion.placeholders, field=name)
            except DomainError as error:
                self.add_error(name, str(error.sentence))
        return data


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ModelAdmin):
    form = MessageTemplateForm
    list_display = ("occasion", "channel", "language", "subject", "has_content", "updated_at")
    list_filter = ("key", "channel", "language")
    search_fields = ("key", "subject", "body")
    fieldsets = (
        (None, {"fields": ("key", "channel", "language", "subject", "body", "known")}),
        ("WhatsApp", {"fields": ("content_sid", "content_text")}),
        (gettext_lazy("Preview"), {"fields": ("preview",)}),
    )
    readonly_fields = ("known", "preview", "content_text")

    @display(description=gettext_lazy("occasion"), ordering="key")
    def occasion(self, template: MessageTemplate) -> str:
        found = templating.occasion(template.key)
        return str(found.label) if found else template.key

    @display(description=gettext_lazy("content template"), boolean=True)
    def has_content(self, template: MessageTemplate) -> bool:
        return bool(template.content_sid)

    @display(description=gettext_lazy("placeholders"))
    def known(self, template: MessageTemplate) -> str:
        """What may stand between braces."""
        found = templating.occasion(template.key) if template.pk else None
        shown = [found] if found else templating.occasions()
        names = dict.fromkeys(name for occasion in shown for name in occasion.placeholders)
        return ", ".join(f"{{{name}}}" for name in names)

    @display(description=gettext_lazy("with example values"))
    def preview(self, template: MessageTemplate) -> str:
        found = templating.occasion(template.key) if template.pk else None
        if found is None:
            return _("The preview shows once the template is saved.")
        try:
            subject = templating.render(template.subject, found.sample)
            body = templating.render(template.body, found.sample)
        except DomainError as error:
            return str(error.sentence)
        return format_html(_PRE, "\n\n".join(filter(None, [subject, body])))

    @display(description=gettext_lazy("text to have approved"))
    def content_text(self, template: MessageTemplate) -> str:
        """The text as Twilio's content template has to have it, placeholders numbered."""
        text = template.body
        for number, name in enumerate(templating.placeholders_in(template.body), start=1):
            text = text.replace(f"{{{name}}}", f"{{{{{number}}}}}")
        return format_html(_PRE, text or "-")
