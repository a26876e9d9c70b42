"""What waits, what came and went, and how long customers waited for an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from orders.analytics.steps import heading
from support.figures import links
from support.figures.backlog import AGES
from support.figures.replies import NO_EDIT, SENT, Fate
from support.figures.scope import by_step
from support.figures.times import NOTHING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from backoffice.core.charts import Tone
    from orders.analytics.steps import Step
    from support.figures.backlog import Backlog, CategoryBacklog
    from support.figures.report import Summary
    from support.figures.times import FirstResponses, Waiting

_TONES: tuple[Tone, ...] = ("success", "info", "primary", "warning", "danger")
_PEOPLE = SENT - {Fate.AUTOMATIC}
_HOUR = 3600


def sections(found: Summary) -> tuple[Section, ...]:
    return (
        _backlog(found),
        _flow(found),
        _times(found),
        _weeks(found),
        _categories(found),
    )


def name_of(names: Mapping[int, str], category_id: int | None) -> str:
    if category_id is None:
        return _("(not read yet)")
    return names.get(category_id, f"#{category_id}")


def linked(text: str, link: str) -> str:
    """A cell that leads to what it counts."""
    return format_html('<a class="underline" href="{}">{}</a>', link, text) if link else text


def backlog_chart(
    backlog: Backlog, names: Mapping[int, str], *, text: str = "", link: str = ""
) -> Chart:
    """Open tickets by category, each cut by how long they have waited."""
    rows = backlog.categories
    return Chart(
        name="support-backlog",
        title=_("Waiting now, by age"),
        heading=_("category"),
        labels=tuple(name_of(names, row.category_id) for row in rows),
        series=tuple(
            Series(str(label), tuple(row.ages[place] for row in rows), _TONES[place])
            for place, (_name, label, _end) in enumerate(AGES)
        ),
        text=text,
        link=link,
        is_stacked=True,
        is_horizontal=True,
    )


def response_chart(
    responses: FirstResponses, weeks: Sequence[Step], *, text: str = "", link: str = ""
) -> Chart:
    """Hours until the first answer, week by week."""
    found = responses.by_week
    return Chart(
        name="support-first-response",
        title=_("Hours until the first answer"),
        heading=_("week of"),
        labels=tuple(step.label for step in weeks),
        series=(
            Series(_("median"), tuple(_hours(row.median) for row in found), shape="line"),
            Series(_("9 of 10 within"), tuple(_hours(row.p90) for row in found), "neutral", "line"),
        ),
        unit=_("h"),
        text=text,
        link=link,
    )


def _hours(value: dt.timedelta | None) -> float | None:
    return None if value is None else round(value.total_seconds() / _HOUR, 2)


def _backlog(found: Summary) -> Section:
    rows = [
        (
            linked(
                name_of(found.categories, row.category_id),
                links.waiting(found.scope, **links.of_category(row.category_id)),
            ),
            *_ages(found, row),
            words.number(row.total),
        )
        for row in found.backlog.categories
    ]
    if len(rows) > 1:
        ages = map(words.number, found.backlog.ages)
        rows.append((_("Together"), *ages, words.number(found.backlog.total)))
    headings = (_("category"), *(str(label) for _name, label, _end in AGES), _("tickets"))
    return Section(
        name="backlog",
        title=_("Waiting now"),
        sentences=(
            _(
                "Open tickets as they stand now, whatever the period. The age counts from the"
                " first message; after an answer, from the message that opened the ticket again."
            ),
        ),
        charts=(backlog_chart(found.backlog, found.categories),),
        tables=(Table(headings, tuple(rows)),),
        is_wide=True,
    )


def _ages(found: Summary, row: CategoryBacklog) -> list[str]:
    """A cell for each age, with a link to its tickets where there are any."""
    of_it = links.of_category(row.category_id)
    return [
        linked(words.number(count), links.waiting(found.scope, **of_it, **{links.WAITS: name}))
        if count
        else words.number(count)
        for (name, _label, _end), count in zip(AGES, row.ages, strict=True)
    ]


def _flow(found: Summary) -> Section:
    days = found.scope.period.days
    people = by_step(found.replies.by_day(_PEOPLE), days, found.steps)
    machine = by_step(found.replies.by_day({Fate.AUTOMATIC}), days, found.steps)
    chart = Chart(
        name="support-flow",
        title=_("Opened and answered"),
        heading=heading(found.steps),
        labels=tuple(step.label for step in found.steps),
        series=(
            Series(_("opened"), by_step(found.opened.by_day, days, found.steps), "info", "line"),
            Series(_("answered by people"), people, "success"),
            Series(pgettext("tickets", "answered automatically"), machine, "primary"),
        ),
    )
    happened, replies = found.happened, found.replies
    counts = (
        (_("Opened"), found.opened.total),
        (_("Answers sent"), replies.sent),
        (_("of them automatically"), replies.count(Fate.AUTOMATIC)),
        (_("Closed without an answer"), happened.closed),
        (_("Opened again"), happened.reopened),
        (_("Answers not delivered"), happened.bounced),
    )
    rows = [
        (name, words.number(one.now), words.number(one.before), words.change(one))
        for name, one in counts
    ]
    return Section(
        name="flow",
        title=_("Opened and answered"),
        sentences=(
            _("Tickets by their first message, answers by the day they were sent."),
            _("A ticket that was merged into another one counts nowhere."),
        ),
        charts=(chart,),
        tables=(Table(("", _("period"), _("before"), _("change")), tuple(rows)),),
        is_wide=True,
    )


def _times(found: Summary) -> Section:
    times, ends = found.first_responses, found.resolutions
    rows = (
        _waiting_row(_("First answer"), times.all, times.before),
        _waiting_row(_("First answer by people"), times.by_person, None),
        _waiting_row(_("End of the ticket"), ends.now, ends.before),
    )
    back = [
        (_("All"), words.rate(times.reopened)),
        (_("Answered automatically"), words.rate(times.reopened_automatic)),
    ]
    headings = ("", _("tickets"), _("median"), _("9 of 10 within"), _("median before"))
    return Section(
        name="times",
        title=_("How long customers wait"),
        sentences=(
            _(
                "From the first message, nights and weekends included: to the first answer, of"
                " tickets first answered in the period; to the end, of those that ended in it."
            ),
            _("Came back: tickets first answered in the period that were opened again since."),
        ),
        charts=(response_chart(times, found.weeks),),
        tables=(Table(headings, rows), Table((_("came back"), _("tickets")), tuple(back))),
        is_wide=True,
    )


def _waiting_row(title: str, now: Waiting, before: Waiting | None) -> tuple[str, ...]:
    return (
        title,
        words.number(now.tickets),
        words.duration(now.median),
        words.duration(now.p90),
        words.duration(before.median) if before else words.NONE,
    )


def _weeks(found: Summary) -> Section:
    days = found.scope.period.days
    opened = by_step(found.opened.by_day, days, found.weeks)
    sent = by_step(found.replies.by_day(), days, found.weeks)
    machine = by_step(found.replies.by_day({Fate.AUTOMATIC}), days, found.weeks)
    # A young desk has a long past without anything.
    begin = next(
        (place for place, counts in enumerate(zip(opened, sent, strict=True)) if any(counts)), 0
    )
    rows = [
        (
            step.label,
            words.number(opened[place]),
            words.number(sent[place]),
            words.number(machine[place]),
            words.duration(waiting.median),
            words.duration(waiting.p90),
        )
        for place, (step, waiting) in enumerate(
            zip(found.weeks, found.first_responses.by_week, strict=True)
        )
        if place >= begin
    ]
    headings = (
        _("week of"),
        _("opened"),
        _("answers"),
        _("automatic"),
        _("first answer: median"),
        _("9 of 10 within"),
    )
    return Section(
        name="weeks",
        title=_("Week by week"),
        sentences=(_("Weeks begin on Monday; the first and the last may be cut short."),),
        tables=(Table(headings, tuple(reversed(rows))),),
        is_wide=True,
    )


def _categories(found: Summary) -> Section:
    rows = []
    for one, opened in found.opened.by_category.items():
        waiting = found.first_responses.by_category.get(one, NOTHING)
        edit = found.edits.by_category.get(one, NO_EDIT)
        link = links.opened(found.scope, **links.of_category(one))
        rows.append(
            (
                linked(name_of(found.categories, one), link),
                words.number(opened.now),
                words.share(
                    opened.now / found.opened.total.now if found.opened.total.now else None
                ),
                words.number(opened.before),
                words.duration(waiting.median),
                words.duration(waiting.p90),
                words.share(edit.median),
            )
        )
    headings = (
        _("category"),
        _("opened"),
        _("share"),
        _("before"),
        _("first answer: median"),
        _("9 of 10 within"),
        _("edited (median)"),
    )
    chart = Chart(
        name="support-categories",
        title=_("Categories"),
        heading=_("category"),
        labels=tuple(name_of(found.categories, one) for one in found.opened.by_category),
        series=(
            Series(_("opened"), tuple(row.now for row in found.opened.by_category.values())),
            Series(
                _("before"),
                tuple(row.before for row in found.opened.by_category.values()),
                "neutral",
            ),
        ),
        is_horizontal=True,
    )
    return Section(
        name="categories",
        title=_("Categories"),
        sentences=(_("Of tickets opened in the period, by the category they have today."),),
        charts=(chart,),
        tables=(Table(headings, tuple(rows)),),
        is_wide=True,
    )
