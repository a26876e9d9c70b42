"""How good the drafts are, who answered, and how often the category was right."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from support.figures.flow_sections import name_of
from support.figures.replies import NO_EDIT, SENT, Fate, by_agent
from support.figures.scope import by_step

if TYPE_CHECKING:
    from backoffice.core.charts import Tone
    from support.figures.replies import Edit
    from support.figures.report import Summary

# More curves than this nobody tells apart; the others stand together.
MOST_AGENTS = 4
MOST_ROWS = 12
_TONES: tuple[Tone, ...] = ("primary", "info", "success", "warning")


def sections(found: Summary) -> tuple[Section, ...]:
    return _drafts(found), _edits(found), _agents(found), _classifier(found)


def _drafts(found: Summary) -> Section:
    rows = []
    for fate in Fate:
        one = found.replies.count(fate)
        rows.append(
            (
                words.title(fate.label),
                words.number(one.now),
                words.number(one.before),
                words.change(one),
            )
        )
    replies = found.replies
    rates = (
        (_("Sent of all decided"), replies.approval(), replies.approval(before=True)),
        (_("Sent as they were"), replies.unchanged(), replies.unchanged(before=True)),
        (_("Automatic, of all answers"), replies.automatic(), replies.automatic(before=True)),
    )
    shares = [(title, words.rate(now), words.rate(before)) for title, now, before in rates]
    headings = (_("replies"), _("period"), _("before"), _("change"))
    return Section(
        name="drafts",
        title=_("What became of the drafts"),
        sentences=(
            _(
                "Decisions made in the period, whenever the ticket came. Of drafts that a person"
                " sent or rejected; what was written by hand or sent automatically stands apart."
            ),
        ),
        tables=(
            Table(headings, tuple(rows)),
            Table(("", _("period"), _("before")), tuple(shares)),
        ),
    )


def _edits(found: Summary) -> Section:
    edits = found.edits
    by_category = [
        (name_of(found.categories, one), *_edit(edit))
        for one, edit in sorted(edits.by_category.items(), key=lambda row: -row[1].drafts)
    ]
    by_template = [
        # Templates of several categories are called alike.
        (f"{name_of(found.categories, of)} · {name}", *_edit(edit))
        for (_pk, name, of), edit in list(edits.by_template.items())[:MOST_ROWS]
    ]
    figures = (pgettext("drafts", "sent"), _("median"), _("9 of 10 below"))
    return Section(
        name="edits",
        title=_("How much of the drafts is edited"),
        sentences=(
            _(
                "The share of the words that was changed before sending: 0 % sent as it was, 100 %"
                " nothing of it left. A template that is edited again and again needs other words."
            ),
        ),
        tables=(
            Table(("", *figures), ((_("All"), *_edit(edits.all)),)),
            Table((_("category"), *figures), tuple(by_category)),
            Table((_("template"), *figures), tuple(by_template)),
        ),
    )


def _edit(edit: Edit) -> tuple[str, str, str]:
    return words.number(edit.drafts), words.share(edit.median), words.share(edit.p90)


def _agents(found: Summary) -> Section:
    fates, closed = by_agent(found.replies), found.happened.closed_by
    rows = [
        (
            found.agents.get(who, f"#{who}"),
            words.number(sum(fates.get(who, Counter())[fate] for fate in SENT)),
            *(
                words.number(fates.get(who, Counter())[fate])
                for fate in (Fate.UNCHANGED, Fate.EDITED, Fate.BY_HAND, Fate.REJECTED)
            ),
            words.number(closed.get(who, 0)),
            words.share(found.edits.by_agent.get(who, NO_EDIT).median),
        )
        for who in [*fates, *(one for one in closed if one not in fates)]
    ]
    headings = (
        _("agent"),
        _("answers"),
        _("unchanged"),
        pgettext("replies", "edited"),
        _("by hand"),
        pgettext("replies", "rejected"),
        _("closed"),
        _("edited (median)"),
    )
    return Section(
        name="agents",
        title=_("Who answered"),
        sentences=(
            _(
                "Decisions made in the period, by who made them. Closed: ended without an answer;"
                " edited: the share of the words changed in the drafts that they sent."
            ),
        ),
        charts=(agent_chart(found),),
        tables=(Table(headings, tuple(rows)),),
        is_wide=True,
    )


def agent_chart(found: Summary) -> Chart:
    """Answers of each week by who sent them; the busiest by name."""
    days, weeks = found.scope.period.days, found.weeks
    people = list(by_agent(found.replies))
    named, others = people[:MOST_AGENTS], people[MOST_AGENTS:]
    series = [
        Series(
            found.agents.get(who, f"#{who}"),
            by_step(found.replies.by_day(agent_id=who), days, weeks),
            tone,
        )
        for who, tone in zip(named, _TONES, strict=False)
    ]
    if others:
        counts = [by_step(found.replies.by_day(agent_id=who), days, weeks) for who in others]
        series.append(Series(_("others"), tuple(map(sum, zip(*counts, strict=True))), "neutral"))
    machine = by_step(found.replies.by_day({Fate.AUTOMATIC}), days, weeks)
    if any(machine):
        series.append(Series(_("automatically"), machine, "danger" if others else "neutral"))
    return Chart(
        name="support-agents",
        title=_("Answers by week and agent"),
        heading=_("week of"),
        labels=tuple(step.label for step in weeks),
        series=tuple(series),
        is_stacked=True,
    )


def _classifier(found: Summary) -> Section:
    accuracy = found.accuracy
    right = accuracy.right
    if right.value is None:
        claim = _("No ticket of the period tells whether the category was right.")
    else:
        claim = _(
            "The proposed category was right for %(rate)s of the tickets; the true rate lies"
            " within %(interval)s."
        ) % {"rate": words.rate(right), "interval": words.interval(right)}
    by_category = [
        (name_of(found.categories, one), words.number(rate.total), words.share(rate.value, 1))
        for one, rate in sorted(
            accuracy.by_category.items(), key=lambda row: (-row[1].total, row[0])
        )
    ]
    mistakes = [
        (
            name_of(found.categories, row.proposed_id),
            name_of(found.categories, row.decided_id),
            words.number(row.tickets),
        )
        for row in accuracy.mistakes[:MOST_ROWS]
    ]
    return Section(
        name="classifier",
        title=_("Was the category right?"),
        sentences=(
            claim,
            _(
                "Of tickets that people ended in the period. Who answers without changing the"
                " category agrees with it; what went automatically nobody looked at."
            ),
        ),
        tables=(
            Table((_("proposed"), _("tickets"), _("right")), tuple(by_category)),
            Table((_("proposed"), _("changed to"), _("tickets")), tuple(mistakes), figures_from=2),
        ),
        is_wide=True,
    )
