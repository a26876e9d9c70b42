"""What the dialogs about recommendations ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.core.admin import DialogForm
from crm.models import Interaction, Recommendation, RecommendationRun
from crm.recommendations import algorithms, campaigns

STARS = [(number, "★" * number) for number in range(5, 0, -1)]


def algorithm_choices(*, default: object) -> list[tuple[str, Any]]:
    return [("", default), *((name, algorithms.label(name)) for name in algorithms.ALGORITHMS)]


class RejectForm(DialogForm):
    rejection = forms.ChoiceField(
        label=_("Reason"),
        choices=Recommendation.Rejection.choices,
        widget=UnfoldAdminRadioSelectWidget,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=UnfoldAdminTextInputWidget
    )


class AlgorithmForm(DialogForm):
    algorithm = forms.ChoiceField(
        label=_("Algorithm"), required=False, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["algorithm"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = algorithm_choices(default=_("the measured winner of each list"))


class RegenerateForm(AlgorithmForm):
    comment = forms.CharField(
        label=_("What was wrong with it"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


class MakeForm(AlgorithmForm):
    kind = forms.ChoiceField(
        label=_("For"),
        choices=[
            (
                RecommendationRun.Kind.CHANGES,
                _("customers of whom something changed: purchases, stock, decisions, rules"),
            ),
            (RecommendationRun.Kind.FULL, _("everybody")),
        ],
        initial=RecommendationRun.Kind.CHANGES,
        widget=UnfoldAdminRadioSelectWidget,
    )
    top = forms.IntegerField(
        label=_("Products per list"),
        required=False,
        min_value=1,
        max_value=50,
        help_text=_("Empty: as the rules say."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "number", "min": 1, "max": 50}),
    )
    field_order = ("kind", "algorithm", "top")


class RateForm(DialogForm):
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        choices=STARS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=UnfoldAdminRadioSelectWidget,
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


class RefuseForm(DialogForm):
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=UnfoldAdminTextInputWidget
    )


class ChannelForm(DialogForm):
    channel = forms.ChoiceField(label=_("Channel"), widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        words = dict(Interaction.Channel.choices)
        field.choices = [(name, words[name]) for name in campaigns.CHANNELS]


class ContactForm(ChannelForm):
    campaign = forms.CharField(
        label=_("Campaign"),
        required=False,
        max_length=120,
        help_text=_("As it is called in the mailing tool; it stands in the contact history."),
        widget=UnfoldAdminTextInputWidget,
    )


class FileForm(ChannelForm):
    tool = forms.ChoiceField(
        label=_("Columns for"),
        choices=[(name, name.capitalize()) for name in campaigns.TOOLS],
        widget=UnfoldAdminSelectWidget,
    )
    format = forms.ChoiceField(
        label=_("File"),
        choices=[("csv", "CSV"), ("xlsx", "Excel")],
        widget=UnfoldAdminSelectWidget,
    )


class CampaignForm(FileForm):
    """Of a page, not of a dialog."""

    _form_submitted = None
    campaign = forms.CharField(
        label=_("Campaign"),
        required=False,
        max_length=120,
        help_text=_("As it is called in the mailing tool; it stands in the contact history."),
        widget=UnfoldAdminTextInputWidget,
    )
