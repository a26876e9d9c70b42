"""Which days a page of figures looks at; each desk adds what else may be chosen."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.core.errors import DomainError
from backoffice.core.figures import period
from backoffice.core.figures.period import TITLES, Period

DEFAULT = "30"


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 - a text for later
    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
    wrong = {"invalid": gettext_lazy("This is no date.")}
    return forms.DateField(label=label, required=False, widget=widget, error_messages=wrong)


class PeriodForm(forms.Form):
    """The days count only for the period "custom"; periods ``left_out`` are not offered."""

    left_out: ClassVar[frozenset[str]] = frozenset()

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=list(TITLES.items()),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    since = _day(gettext_lazy("From"))
    until = _day(gettext_lazy("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [choice for choice in TITLES.items() if choice[0] not in self.left_out]
        self.fields["period"].choices = offered  # type: ignore[attr-defined]

    @classmethod
    def asked(cls, query: dict[str, str]) -> Self:
        """The form of a page's address; without a period the last thirty days."""
        return cls({"period": DEFAULT, **query})

    def take(self, days: Period, values: dict[str, Any]) -> None:
        """Make of days and other values what the page counts; may raise ``DomainError``."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return values
        try:
            self.take(self._days(values), values)
        except DomainError as error:
            self.add_error(error.field if error.field in self.fields else None, str(error))
        return values

    def _days(self, values: dict[str, Any]) -> Period:
        name = values["period"] or DEFAULT
        if name != "custom":
            return period.named(name)
        for field in ("since", "until"):
            if values[field] is None:
                raise DomainError(_("Choose a day."), code="required", field=field)
        return period.custom(values["since"], values["until"])
