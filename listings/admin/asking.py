"""Questions in plain words, and their answers with links to the listings they rest on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from backoffice.core.figures import words
from listings.admin import listing_rows
from listings.asking import answering
from listings.models import Listing

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.safestring import SafeString

    from backoffice.core.admin.staff import StaffRequest
    from listings.asking.answering import Answer

PERMISSION = "listings.view_listing"
_CITED = re.compile(r"(\[\d{1,18}\])")
_ITEM = "- "
EXAMPLES = (
    gettext_lazy("What is the cheapest Submariner with box and papers?"),
    gettext_lazy("How many Daytona are for sale below 30,000 €?"),
    gettext_lazy("Who is looking for a Speedmaster?"),
    gettext_lazy("What is the average price of a 126610LN this month?"),
)


class QuestionForm(forms.Form):
    question = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=answering.LONGEST,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "search"}),
    )


@page("listings/ask/", name="listings_ask", permission=PERMISSION)
@require_safe
def ask(request: StaffRequest) -> HttpResponse:
    """The question stands in the address, so that an answer can be passed on."""
    is_asked = "question" in request.GET
    form = QuestionForm(request.GET if is_asked else None)
    context: dict[str, Any] = {"form": form, "examples": EXAMPLES}
    if form.is_valid():
        try:
            answer = answering.ask(form.cleaned_data["question"])
        except DomainError as error:
            form.add_error("question", str(error))
        else:
            context |= _told(answer)
    title = _("Ask the market")
    return render(request, "admin/listings/ask.html", title=title, **context)


def _told(answer: Answer) -> dict[str, Any]:
    ids = [listing.pk for listing in answer.citations]
    listings = Listing.objects.select_related(*listing_rows.RELATED)
    rows = listings.prefetch_related(*listing_rows.PREFETCH).in_bulk(ids)
    lines = answer.text.splitlines()
    items = [line for line in lines if line.startswith(_ITEM)]
    last = lines.index(items[-1]) + 1 if items else len(lines)
    return {
        "answer": answer,
        "paragraphs": [_linked(line) for line in lines[:last] if line not in items],
        "items": [_linked(line.removeprefix(_ITEM)) for line in items],
        "closing": [_linked(line) for line in lines[last:]],
        "figures": _figures(answer.summary),
        "cards": listing_rows.cards([rows[pk] for pk in ids if pk in rows]),
    }


def _figures(summary: dict[str, Any]) -> list[tuple[str, str]]:
    amounts = {
        _("Median"): summary["median_eur"],
        _("Average"): summary["average_eur"],
        _("Lowest"): summary["lowest_eur"],
        _("Highest"): summary["highest_eur"],
    }
    counted = [(_("Listings"), words.number(summary["count"]))] if summary["count"] else []
    return counted + [
        (label, words.money(value, "EUR")) for label, value in amounts.items() if value is not None
    ]


def _linked(line: str) -> SafeString:
    """The line with its citations as links; everything else in it is text."""
    return format_html_join("", "{}", ((_part(part),) for part in _CITED.split(line)))


def _part(part: str) -> str:
    if not _CITED.fullmatch(part):
        return part
    link = reverse("admin:listings_listing_change", args=[part[1:-1]])
    return format_html('<a class="listing-link" href="{}">{}</a>', link, part)
