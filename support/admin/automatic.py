"""Automatic answers: a switch for each category beside the figures that speak for or against it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from backoffice.core.figures import words
from backoffice.core.figures.comparison import Rate
from support.automatic import advice, obstacles, record, switching, texts
from support.models import Category, ReplyTemplate

if TYPE_CHECKING:
    from django.http import HttpResponse

    from backoffice.core.admin.staff import StaffRequest
    from support.automatic.record import Record
    from support.automatic.switching import Switched

Mode = Category.AutomaticMode
TONES = {Mode.OFF: "default", Mode.SHADOW: "info", Mode.ON: "success"}


class SwitchForm(forms.Form):
    """The settings of one category; ``confirmed`` shows once it is asked for."""

    mode = forms.ChoiceField(
        label=gettext_lazy("Automatic answers"),
        choices=Mode.choices,
        widget=UnfoldAdminSelectWidget,
    )
    confidence = forms.FloatField(
        label=gettext_lazy("From this confidence on"),
        min_value=0.5,
        max_value=1,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "any", "inputmode": "decimal"}),
    )
    daily_limit = forms.IntegerField(
        label=gettext_lazy("At most a day"),
        min_value=0,
        max_value=switching.MOST_A_DAY,
        widget=UnfoldAdminIntegerFieldWidget(attrs={"inputmode": "numeric"}),
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("Answer all the same"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )

    def __init__(self, category: Category, data: Any = None) -> None:  # noqa: ANN401 - a request's
        initial = {
            "mode": category.automatic_mode,
            "confidence": category.automatic_confidence,
            "daily_limit": category.automatic_daily_limit,
        }
        super().__init__(data, initial=initial, prefix=f"category{category.pk}")
        self.asks = bool(data) and self["confirmed"].data is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """A category as the page shows it."""

    category: Category
    form: SwitchForm
    record: Record
    templates: list[ReplyTemplate]

    @property
    def changed(self) -> str:
        """What to know where templates were changed since they were seen; else empty."""
        if self.category.automatic_mode != Mode.ON:
            return ""
        unseen = texts.among(self.category, self.templates)
        if not unseen:
            return ""
        told = _(
            "Changed since automatic answers were switched on: %(templates)s. Answers from them"
            " wait for a person until somebody has read them and saves here again."
        )
        return told % {"templates": ", ".join(f"“{one.name}”" for one in unseen)}

    @property
    def unsettled(self) -> str:
        """Why nothing can be answered as long as no template settles the matter; else empty."""
        if any(one.settles for one in self.templates):
            return ""
        return _(
            "No template of this category settles the matter: after each reply somebody has to"
            " act, so every answer waits for a person. Where a reply says all there is to say,"
            " tick “settles the matter” in its template."
        )

    @property
    def tone(self) -> str:
        return TONES[Mode(self.category.automatic_mode)]

    @property
    def can_answer(self) -> bool:
        return self.category.is_active and not self.category.is_fallback

    @property
    def advice(self) -> str:
        return advice.sentence(self.record)

    @property
    def today(self) -> str:
        """What the daily limit counts now."""
        if self.category.automatic_mode == Mode.OFF:
            return words.NONE
        is_live = self.category.automatic_mode == Mode.ON
        done = self.record.sent_today if is_live else self.record.rehearsed_today
        return f"{words.number(done)} / {words.number(self.category.automatic_daily_limit)}"

    @property
    def figures(self) -> list[tuple[str, str]]:
        found = self.record
        fit = Rate(found.fit, found.rehearsals)
        return [
            (_("Today, of the limit"), self.today),
            (_("Rehearsals"), words.number(found.rehearsals)),
            (_("Ready to go"), words.rate(fit)),
            (_("Same answer"), words.rate(found.same)),
            (_("True rate within (95 %)"), _interval(found.same)),
            (_("Sent automatically"), words.number(found.sent)),
            (_("Came back within 7 days"), words.rate(found.came_back)),
        ]

    @property
    def obstacles(self) -> list[tuple[str, str]]:
        return [
            (obstacles.sentence(reason), words.number(count))
            for reason, count in self.record.obstacles
        ]

    @property
    def differing(self) -> str:
        """The list of the rehearsals in which staff said something else."""
        address = reverse("admin:support_automatictrial_changelist")
        return f"{address}?category__id__exact={self.category.pk}&was_fit__exact=1&agreed__exact=0"


@page("support/automatic/", name="support_automatic", permission=switching.PERMISSION)
@require_safe
@never_cache
def automatic(request: StaffRequest) -> HttpResponse:
    """Every category with its switch, its figures and what they say."""
    return _page(request)


@require_POST
def switch(request: StaffRequest, category_id: int) -> HttpResponse:
    """Set one category; what is wrong stands at its field, and a bold choice is asked again.

    Its address is one of ``AutomaticTrialAdmin``, behind the admin's sign-in.
    """
    if not request.user.has_perm(switching.PERMISSION):
        raise PermissionDenied
    category = Category.objects.filter(pk=category_id).first()
    if category is None:
        messages.warning(request, _("This entry no longer exists."))
        return HttpResponseRedirect(reverse("admin:support_automatic"))
    form = SwitchForm(category, request.POST)
    if not form.is_valid():
        return _page(request, form, category_id)
    try:
        switching.switch(category_id, by=request.user, **form.cleaned_data)
    except switching.NeedsConfirmation as error:
        form.asks = True
        form.add_error(None, str(error))
        return _page(request, form, category_id)
    except DomainError as error:
        if error.field in form.fields:
            form.add_error(error.field, str(error))
            return _page(request, form, category_id)
        messages.add_message(request, refusal_level(error), str(error))
    else:
        told = _("Automatic answers of “%(category)s” are set.") % {"category": category.name}
        messages.success(request, told)
    return HttpResponseRedirect(f"{reverse('admin:support_automatic')}#category-{category_id}")


def _page(
    request: StaffRequest, form: SwitchForm | None = None, form_of: int | None = None
) -> HttpResponse:
    found = record.records()
    templates = defaultdict(list)
    for template in ReplyTemplate.objects.filter(is_active=True):
        templates[template.category_id].append(template)
    entries = [
        Entry(
            category,
            form if form and category.pk == form_of else SwitchForm(category),
            found.get(category.pk) or record.Record(),
            templates[category.pk],
        )
        for category in Category.objects.all()
        if category.is_active
    ]
    return render(
        request,
        "admin/support/automatic.html",
        title=_("Automatic answers"),
        entries=entries,
        history=[(one, _changes(one)) for one in switching.history()],
        may_see_trials=request.user.has_perm("support.view_automatictrial"),
        may_see_templates=request.user.has_perm("support.view_replytemplate"),
    )


def _interval(rate: Rate) -> str:
    return words.interval(rate) if rate.total else words.NONE


def _changes(one: Switched) -> list[str]:
    return [_change(name, before, after) for name, before, after in one.changes]


def _change(name: str, before: Any, after: Any) -> str:  # noqa: ANN401 - of any field
    if name == switching.SEEN:
        return _("templates seen: %(names)s") % {"names": after}
    return _("%(field)s: %(before)s → %(after)s") % {
        "field": switching.FIELDS[name],
        "before": _value(name, before),
        "after": _value(name, after),
    }


def _value(name: str, value: Any) -> str:  # noqa: ANN401 - of any field
    if name == "automatic_mode":
        return str(Mode(value).label) if value in Mode.values else str(value)
    return words.number(value)
