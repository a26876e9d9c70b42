"""The forms of a source's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from crm.models import DataSource
from crm.sources import country, secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = DataSource.Kind
# What nobody has to fill in: folded away.
MORE = ("match_by", "currency")
CONNECTION = ("url", "database", "login", "secret", "secret_variable", "secret_expires_on")


class KeyInput(forms.PasswordInput):
    """Never filled again: what is kept is not shown."""

    def __init__(self) -> None:
        shown = UnfoldAdminTextInputWidget().attrs["class"]
        super().__init__(attrs={"class": shown, "autocomplete": "new-password"}, render_value=False)


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        shown = UnfoldAdminTextInputWidget().attrs["class"]
        super().__init__(attrs={"class": shown}, format="%Y-%m-%d")


class SourceForm(forms.Form):
    """What every source has; further down what its kind needs."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("As you speak of it: “iSaVigne”, “Online shop”."),
        widget=UnfoldAdminTextInputWidget(),
    )
    url = forms.CharField(
        label=_("Address of Odoo"),
        max_length=200,
        help_text=_("https://company.odoo.com"),
        widget=UnfoldAdminTextInputWidget(),
    )
    database = forms.CharField(
        label=_("Database"), max_length=120, required=False, widget=UnfoldAdminTextInputWidget()
    )
    login = forms.CharField(
        label=_("Login"),
        max_length=120,
        required=False,
        help_text=_("Needed by Odoo 18 and earlier."),
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    secret = forms.CharField(
        label=_("Key (API)"), max_length=400, required=False, widget=KeyInput(), strip=True
    )
    secret_expires_on = forms.DateField(
        label=_("The key ends on"),
        required=False,
        help_text=_("Keys of Odoo 19 end within three months: you are warned in time."),
        widget=DayInput(),
    )
    secret_variable = forms.CharField(
        label=_("Variable with the key"),
        max_length=80,
        required=False,
        help_text=_("Of the server's environment, instead of typing the key in here."),
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": f"{secrets.PREFIX}ODOO_KEY"}),
    )
    folder = forms.CharField(
        label=_("Folder of the exports"),
        max_length=400,
        required=False,
        help_text=_("On the server, where iSaVigne writes them; empty: they are uploaded here."),
        widget=UnfoldAdminTextInputWidget(),
    )
    match_by = forms.ChoiceField(
        label=_("Recognise customers by"),
        choices=DataSource.MatchBy.choices,
        initial=DataSource.MatchBy.EMAIL,
        help_text=_("How a customer that is new here finds the one another source has brought."),
        widget=UnfoldAdminSelectWidget(),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country.choices,
        help_text=_("Of phone numbers, postal codes and addresses that name none."),
        widget=UnfoldAdminSelectWidget(),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=lambda: [("", _("That of the country")), *country.currencies()],
        required=False,
        help_text=_("Of prices and totals that name none."),
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, kind: str, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._set_country(kind)
        unused = set() if kind == Kind.ODOO else set(CONNECTION)
        if kind != Kind.ISAVIGNE:
            unused.add("folder")
        for name in unused:
            del self.fields[name]

    def first(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in MORE]

    def more(self) -> list[forms.BoundField]:
        return [field for field in self if field.name in MORE]

    def _set_country(self, kind: str) -> None:
        """The usual one is chosen; files that are still to come tell it themselves."""
        field: Any = self.fields["country"]
        field.initial = country.default_of(kind)
        if self.initial.get("country", field.initial) == "":
            field.required = False
            field.choices = [("", _("Found out from the files")), *country.choices()]

    def values(self) -> dict[str, Any]:
        """What the source is made of; an empty key is left out, so that the kept one stays."""
        values = dict(self.cleaned_data)
        if not values.get("secret"):
            values.pop("secret", None)
        return values

    @staticmethod
    def of(source: DataSource) -> dict[str, Any]:
        """What the form shows of a source: anything but the key."""
        options: Mapping[str, Any] = source.options or {}
        return {
            "name": source.name,
            "match_by": source.match_by,
            "country": source.country,
            "currency": source.currency,
            "secret_variable": source.secret_variable,
            "secret_expires_on": source.secret_expires_on,
            **{name: options.get(name, "") for name in ("url", "database", "login", "folder")},
        }
