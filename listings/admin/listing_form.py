"""The page of one listing: its message, the form of its facts, and what follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.marks import level_of
from backoffice.core.errors import DomainError
from listings.admin import listing_page, stale
from listings.admin.listing_decisions import ListingDecisions
from listings.deciding import plausible, workflow
from listings.models import Listing
from listings.sheets.listing_sheet import FACTS

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse

    from backoffice.core.admin.staff import StaffRequest

    BaseForm = forms.ModelForm[Listing]
else:
    BaseForm = forms.ModelForm

_KNOWN = (
    ("", gettext_lazy("not said")),
    ("True", gettext_lazy("yes")),
    ("False", gettext_lazy("no")),
)


class ListingForm(BaseForm):
    """The facts of a watch; the colour of a field says how sure the machine was of it."""

    class Meta:
        model = Listing
        fields = FACTS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("box", "papers"):
            if name in self.fields:
                self.fields[name].widget = UnfoldAdminSelectWidget(choices=_KNOWN)
        for name, found in self.instance.evidence.items():
            self._mark(name, found)

    def _mark(self, name: str, found: object) -> None:
        """Colour the field; one that a person corrected since is left alone."""
        if name not in self.fields or name in self.instance.edited_fields:
            return
        if not isinstance(found, dict) or getattr(self.instance, name) in {None, ""}:
            return
        confidence = float(found.get("confidence") or 0)
        words = _("Read with %(percent)d %% confidence.") % {"percent": round(confidence * 100)}
        attributes = {"data-confidence": level_of(confidence), "title": words}
        self.fields[name].widget.attrs.update(attributes)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).strip().upper()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, sentence in plausible.faults(cleaned).items():
            if name in self.fields:
                self.add_error(name, sentence)
        return cleaned


class ListingPage(ListingDecisions):
    """What was read beside where it was read; saving goes through the workflow."""

    form = ListingForm
    change_form_template = "admin/listings/listing/change_form.html"
    # Labels above their fields: beside the message there is no room for both.
    compressed_fields = False
    fieldsets = (
        (
            pgettext_lazy("listing", "Watch"),
            {"fields": (("type", "brand"), ("model", "reference"), ("price", "currency"))},
        ),
        (
            gettext_lazy("Details"),
            {
                "fields": (
                    ("condition", "year", "size_mm"),
                    ("box", "papers"),
                    ("movement", "authenticity"),
                )
            },
        ),
    )

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Listing | None:
        """Saving locks the listing and compares it with the one that the form showed."""
        may_change = self.has_change_permission(request)
        if request.method == "POST" and may_change and object_id.isdecimal():
            rows = Listing.objects.select_for_update(no_key=True)
            locked = rows.filter(pk=int(object_id[:18])).first()
            if locked is not None:
                stale.refuse(locked, shown=request.POST.get(stale.FIELD, ""))
        listing: Listing | None = super().get_object(request, object_id, from_field)
        return listing

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            # Too late, or refused by the workflow: nothing of the form was written.
            messages.add_message(request, refusal_level(error), str(error.sentence))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(
        self,
        request: StaffRequest,  # type: ignore[override]
        obj: Model,
        form: forms.ModelForm[Listing],  # type: ignore[override]
        change: bool,  # noqa: FBT001, ARG002 - Django's signature
    ) -> None:
        changed = [name for name in form.changed_data if name in FACTS]
        if changed:
            changes = {name: form.cleaned_data[name] for name in changed}
            workflow.edit(obj.pk, changes, by=request.user)

    def render_change_form(  # type: ignore[override]
        self, request: StaffRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:  # noqa: ANN401 - Django's own
        listing = kwargs.get("obj")
        if listing is not None:
            context |= listing_page.context(request, listing)
            actions = self.get_actions_detail(request, listing.pk)  # type: ignore[attr-defined]
            context["dialogs"] = listing_page.dialogs(actions, listing)
            context["shown_field"] = stale.FIELD
            context["shown"] = listing.updated_at.isoformat()
            # They stand in the page's own head; the listing has a history in words.
            context |= {"actions_detail": [], "show_history": False}
            context["show_save_and_continue"] = False
        return super().render_change_form(request, context, *args, **kwargs)
