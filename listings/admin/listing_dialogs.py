"""What the dialogs about listings ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.core.admin import DialogForm


class NoteForm(DialogForm):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        help_text=_("For colleagues; the trader never sees it."),
        widget=UnfoldAdminTextInputWidget(),
    )
