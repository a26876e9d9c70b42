"""Lead scores of the demo's customers: a year of them, with what moved them.

What happened is invented (mailings, visits, calls; the sales are those of the wine estate), what
follows from it is not: every score is what a version in use that day says of what was known at
the end of it. So the pages' own proof, who was Hot and who bought, is told from the demo as it
would be from real customers.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.models import Customer, Interaction
from scoring.demo import contacts, past, versions
from scoring.figures import outcomes
from scoring.leads import requests, running
from scoring.live import statement
from scoring.models import LeadScore, LeadTouch

# Leads that somebody called, and days since.
CALLED = (2, 5)


def load() -> str:
    """Score the demo's customers, today and back; a sentence that says what was done.

    Leaves a database alone in which there are scores, or customers that no demo has loaded.
    """
    if LeadScore.objects.exists() or not _is_demo():
        return _("Lead scores: the database is in use, no demo data loaded.")
    today = timezone.localdate()
    # Subjects and notes are kept: in the company's language, whoever loads the demo.
    with translation.override(settings.LANGUAGE_CODE):
        contacts.load(today)
        yesterday = past.load(versions.load(today), today)
        running.to_the_end(requests.request(in_background=False))
        past.note_changes(yesterday)
        outcomes.keep_counting(today)
        _call_some(today)
        # All of them are scored as of now.
        LeadTouch.objects.all().delete()
    hot = LeadScore.objects.filter(segment="Hot").count()
    return _("Lead scores: %(leads)d customers scored as demo data, %(hot)d of them hot.") % {
        "leads": LeadScore.objects.count(),
        "hot": hot,
    }


def _call_some(today: dt.date) -> None:
    """Somebody of the demo's staff called the best but one, and another: they rest."""
    by = User.objects.filter(is_staff=True).order_by("pk").first()
    best = LeadScore.objects.filter(segment="Hot").order_by("-expected_value", "pk")
    for lead, ago in zip(best[1:3], CALLED, strict=False):
        at = timezone.now() - dt.timedelta(days=ago)
        Interaction.objects.create(
            customer_id=lead.pk,
            occurred_at=at,
            channel=Interaction.Channel.CALL,
            subject=_("Call to a hot lead"),
            response=_("Asked for prices of the new vintage."),
            source=statement.OUR_CALLS,
        )
        LeadScore.objects.filter(pk=lead.pk).update(
            handled_at=at,
            handled_by=by,
            rests_until=today + dt.timedelta(days=settings.LEAD_REST_DAYS - ago),
        )


def _is_demo() -> bool:
    """Whether there are customers, and all of them are a demo's."""
    marks = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            mark = _("Demo data: this customer is invented.")
        # What came by a file has plain spaces.
        marks |= {mark, mark.replace("\u00a0", " ")}
    known = Customer.objects.filter(notes__in=marks).exists()
    return known and not Customer.objects.exclude(notes__in=marks).exists()
