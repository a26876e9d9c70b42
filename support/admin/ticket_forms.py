"""What the dialogs about tickets ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.core.admin import DialogForm
from support.models import Category, ReplyTemplate, Ticket, Tone
from support.refusals import person

# Tickets of the same person that are offered to merge into; any other by its number.
OFFERED = 20
# The longest number that an id can be.
DIGITS = 18


class RegenerateForm(DialogForm):
    template = forms.ModelChoiceField(
        ReplyTemplate.objects.none(),
        label=gettext_lazy("Template"),
        required=False,
        empty_label=gettext_lazy("the machine chooses"),
        widget=UnfoldAdminSelectWidget,
    )
    tone = forms.ChoiceField(
        label=gettext_lazy("Tone"),
        required=False,
        choices=[("", gettext_lazy("as in the template")), *Tone.choices],
        widget=UnfoldAdminSelectWidget,
    )
    instructions = forms.CharField(
        label=gettext_lazy("Instructions"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("What the reply should say besides; used where there is an AI key."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        templates = ReplyTemplate.objects.filter(is_active=True).select_related("category")
        field = self.fields["template"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = templates
        field.label_from_instance = template_label  # type: ignore[assignment, method-assign]


def template_label(template: ReplyTemplate) -> str:
    return f"{template.category} · {template.get_language_display()} · {template.name}"


class ReasonForm(DialogForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("For colleagues; the customer never sees it."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


class CategoryForm(DialogForm):
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=gettext_lazy("Category"),
        empty_label=None,
        widget=UnfoldAdminRadioSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if str(self.object_id).isdecimal():
            ticket = Ticket.objects.filter(pk=self.object_id or 0)
            self.fields["category"].initial = ticket.values_list("category", flat=True).first()


class AssignForm(DialogForm):
    assignee = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("Assigned to"),
        required=False,
        empty_label=gettext_lazy("nobody"),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = agents()
        field.label_from_instance = person  # type: ignore[assignment, method-assign]
        field.initial = self.request.user.pk


def agents() -> Any:  # noqa: ANN401 - a queryset of users
    """Who may be given tickets."""
    may_reply = User.objects.with_perm(
        "support.reply_ticket", backend="django.contrib.auth.backends.ModelBackend"
    )
    return may_reply.filter(is_staff=True).order_by("first_name", "username")


class MergeForm(DialogForm):
    into = forms.ChoiceField(
        label=gettext_lazy("Other tickets of this person"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    number = forms.CharField(
        label=gettext_lazy("or its number"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "T-12"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "–"), *_of_the_same_person(self.object_id)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        number = (data.get("into") or data.get("number", "")).strip().upper().removeprefix("T-")
        if not number.isdecimal() or len(number) > DIGITS:
            field = "number" if data.get("number") else "into"
            self.add_error(field, _("Choose the ticket, or write its number, such as T-12."))
        return data | {"number": number}


def _of_the_same_person(ticket_id: object) -> list[tuple[str, str]]:
    ticket = Ticket.objects.filter(pk=ticket_id if str(ticket_id).isdecimal() else 0).first()  # type: ignore[misc]
    if ticket is None:
        return []
    same = Q(pk__in=())
    if ticket.customer_id:
        same |= Q(customer=ticket.customer_id)
    if ticket.email:
        same |= Q(email__iexact=ticket.email)
    others = Ticket.objects.filter(same).exclude(pk=ticket.pk).filter(merged_into=None)
    rows = others.order_by("-last_message_at")[:OFFERED]
    return [
        (str(row.pk), f"{row.number} · {row.get_status_display()} · {row.subject[:60]}")
        for row in rows
    ]


class NoteForm(DialogForm):
    text = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
