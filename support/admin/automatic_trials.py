"""Rehearsed and automatic answers one by one: the machine's text beside what staff sent."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from backoffice.core.admin import ReadOnlyModelAdmin, display
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.figures import words
from support.admin import automatic
from support.automatic.obstacles import sentences
from support.models import AutomaticTrial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.urls import URLPattern
    from django.utils.safestring import SafeString

Mode = AutomaticTrial.Mode
_TOKEN = re.compile(r"\s+|[^\s]+")
# Words marked one by one; a longer text is shown as it is.
_MOST = 3000
_MARKED = {"del": "<del>{}</del>", "ins": "<ins>{}</ins>"}


@admin.register(AutomaticTrial)
class AutomaticTrialAdmin(ReadOnlyModelAdmin):
    list_display = (
        "created_at",
        "display_ticket",
        "category",
        "display_mode",
        "display_fit",
        "display_agreed",
        "display_similarity",
    )
    list_filter = (
        "category",
        ("mode", ChoicesCheckboxFilter),
        "was_fit",
        "agreed",
        ("created_at", DayRangeFilter),
    )
    list_select_related = ("category",)
    search_fields = ("body", "staff_body")
    ordering = ("-pk",)
    readonly_fields = (
        "display_ticket",
        "tell_mode",
        "display_confidence",
        "display_reasons",
        "display_texts",
        "tell_staff_category",
        "display_similarity",
        "tell_agreed",
    )
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "created_at",
                    "display_ticket",
                    "category",
                    "tell_mode",
                    "display_confidence",
                    "display_reasons",
                )
            },
        ),
        (
            gettext_lazy("Compared"),
            {
                "fields": (
                    "display_texts",
                    "tell_staff_category",
                    "display_similarity",
                    "tell_agreed",
                    "compared_at",
                )
            },
        ),
    )

    class Media:
        css: ClassVar = {"all": ["support/automatic.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(automatic.switch)
        mine = path("switch/<int:category_id>/", view, name="support_automatic_switch")
        return [mine, *super().get_urls()]

    @display(description=gettext_lazy("ticket"), ordering="ticket")
    def display_ticket(self, trial: AutomaticTrial) -> str:
        address = reverse("admin:support_ticket_change", args=[trial.ticket_id])
        return format_html('<a class="underline" href="{}">T-{}</a>', address, trial.ticket_id)

    @display(
        description=gettext_lazy("mode"),
        ordering="mode",
        label={Mode.SHADOW: "info", Mode.LIVE: "success"},
    )
    def display_mode(self, trial: AutomaticTrial) -> tuple[str, str]:
        if trial.mode == Mode.LIVE and not trial.was_fit:
            return "", _("left to a person")
        return trial.mode, trial.get_mode_display()

    # On the page of one trial a label's pair would be shown as it is.
    @display(description=gettext_lazy("mode"))
    def tell_mode(self, trial: AutomaticTrial) -> str:
        return self.display_mode(trial)[1]

    @display(description=gettext_lazy("same answer"))
    def tell_agreed(self, trial: AutomaticTrial) -> str:
        return self.display_agreed(trial)[1]

    @display(description=gettext_lazy("category when staff answered"))
    def tell_staff_category(self, trial: AutomaticTrial) -> str:
        return str(trial.staff_category) if trial.staff_category else words.NONE

    @display(
        description=gettext_lazy("ready to go"),
        ordering="was_fit",
        label={"yes": "success", "no": "warning"},
    )
    def display_fit(self, trial: AutomaticTrial) -> tuple[str, str]:
        return ("yes", _("yes")) if trial.was_fit else ("no", _("no"))

    @display(
        description=gettext_lazy("same answer"),
        ordering="agreed",
        label={"yes": "success", "no": "danger"},
    )
    def display_agreed(self, trial: AutomaticTrial) -> tuple[str, str]:
        if trial.agreed is None:
            return "", words.NONE
        return ("yes", _("yes")) if trial.agreed else ("no", _("no"))

    @display(description=gettext_lazy("similarity"), ordering="similarity")
    def display_similarity(self, trial: AutomaticTrial) -> str:
        return words.share(trial.similarity)

    @display(description=gettext_lazy("confidence"))
    def display_confidence(self, trial: AutomaticTrial) -> str:
        return words.share(trial.confidence)

    @display(description=gettext_lazy("why not"))
    def display_reasons(self, trial: AutomaticTrial) -> str:
        reasons = sentences(trial.reasons)
        if not reasons:
            return _("Nothing stood in the way.")
        return format_html_join(mark_safe("<br>"), "{}", ((one,) for one in reasons))

    @display(description=gettext_lazy("texts"))
    def display_texts(self, trial: AutomaticTrial) -> str:
        ours, theirs = compared(trial.body, trial.staff_body)
        staff = theirs or _("Staff have not answered yet.")
        return format_html(
            '<div class="texts-compared"><div><h3>{}</h3><div class="texts-text">{}</div></div>'
            '<div><h3>{}</h3><div class="texts-text">{}</div></div></div>',
            _("The machine's text"),
            ours,
            _("What staff sent"),
            staff,
        )


def compared(ours: str, theirs: str) -> tuple[SafeString, SafeString]:
    """Both texts; what only the first has in <del>, what only the second has in <ins>."""
    before, after = _TOKEN.findall(ours), _TOKEN.findall(theirs)
    if not theirs or max(len(before), len(after)) > _MOST:
        return format_html("{}", ours), format_html("{}", theirs)
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    left = format_html_join(
        "", "{}", _marked(((step[0], before[step[1] : step[2]]) for step in steps), "del")
    )
    right = format_html_join(
        "", "{}", _marked(((step[0], after[step[3] : step[4]]) for step in steps), "ins")
    )
    return left, right


def _marked(parts: Iterator[tuple[str, list[str]]], tag: str) -> Iterator[tuple[str]]:
    for what, tokens in parts:
        text = "".join(tokens)
        if what == "equal" or not text.strip():
            yield (text,)
        else:
            yield (format_html(_MARKED[tag], text),)
