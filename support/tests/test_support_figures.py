"""Awkward histories made by chance: every figure is what plain loops over all rows come to."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.core.figures import period
from support import figures
from support.figures import totals
from support.figures.scope import scope_of
from support.models import Category, Draft, ReplyTemplate, Ticket, TicketEvent
from support.tests import tickets as make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.contrib.auth.models import User
    from pytest_django import DjangoAssertNumQueries
    from time_machine import TimeMachineFixture

    from backoffice.core.figures.period import Days, Period

pytestmark = pytest.mark.django_db

COUNT = 220
# Morocco's clock goes back on 15 February 2026 and forward on 22 March.
PERIODS = {
    "ramadan": (dt.date(2026, 2, 14), dt.date(2026, 3, 23)),
    "one_day": (dt.date(2026, 2, 15), dt.date(2026, 2, 15)),
    "weeks": (dt.date(2025, 11, 5), dt.date(2026, 4, 20)),
    "months": (dt.date(2024, 12, 15), dt.date(2026, 4, 20)),
}
NOW = timezone.make_aware(dt.datetime(2026, 4, 20, 18, 0, 0))  # noqa: DTZ001 - made aware
HOUR = dt.timedelta(hours=1)
FATES = ("unchanged", "edited", "rejected", "by_hand", "automatic")


@pytest.fixture(autouse=True)
def _today(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(scope="module")
def chance() -> random.Random:
    return random.Random(20260420)  # noqa: S311 - the same histories every time


def asked(name: str) -> Period:
    return period.custom(*PERIODS[name])


def moment(chance: random.Random) -> dt.datetime:
    """Mostly beside a midnight with which a period begins or ends, else on any day."""
    first, last = chance.choice(list(PERIODS.values()))
    inside = first + dt.timedelta(days=chance.randrange((last - first).days + 1))
    day = chance.choice([first, last + dt.timedelta(days=1), inside])
    beside = dt.timedelta(seconds=chance.choice([-1, 0, 1, 3600, 7200, 43200]))
    return min(period.midnight(day) + beside, NOW)


def histories(chance: random.Random) -> None:
    """Tickets of all kinds: merged ones, reopened ones, without a category, answered in a blink."""
    categories = list(Category.objects.all())
    people = [make.staff(name) for name in ("omar", "leila", "samir")]
    templates = [
        ReplyTemplate.objects.create(category=one, name=f"T{one.pk}", body="x")
        for one in categories[:3]
    ]
    Ticket.objects.bulk_create(_ticket(chance, categories) for _ in range(COUNT))
    rows = list(Ticket.objects.order_by("pk"))
    Draft.objects.bulk_create(
        draft for row in rows for draft in _drafts(chance, row, people, templates)
    )
    events = [
        TicketEvent(
            ticket=chance.choice(rows),
            kind=chance.choice(["bounced", "reopened", "closed", "note"]),
            actor=chance.choice([None, *people]),
        )
        for _ in range(COUNT)
    ]
    TicketEvent.objects.bulk_create(events)
    for event in events:
        event.at = moment(chance)
    TicketEvent.objects.bulk_update(events, ["at"])


def _ticket(chance: random.Random, categories: list[Category]) -> Ticket:
    status = chance.choice(["new", "in_progress", "answered", "answered", "answered_automatically"])
    is_open = status in Ticket.OPEN
    opened_at = moment(chance)
    wait = dt.timedelta(seconds=chance.choice([0, 59, 3600, 86_400, 700_000]))
    outcome = "" if is_open else chance.choice(["replied", "replied", "closed", "merged", ""])
    category = chance.choice([None, *categories])
    return Ticket(
        channel=chance.choice(["email", "email", "whatsapp", "api"]),
        status=status,
        outcome=outcome,
        category=category,
        proposed_category=chance.choice([None, category, *categories]),
        category_method=chance.choice(["rules", "openai", "person", "person"]) if category else "",
        opened_at=opened_at,
        last_message_at=opened_at + chance.choice([dt.timedelta(), wait]),
        first_response_at=chance.choice([None, opened_at + wait]),
        ended_at=None if is_open else opened_at + chance.choice([wait, 2 * wait]),
        reopened=chance.choice([0, 0, 1, 3]),
        revision=1,
    )


def _drafts(
    chance: random.Random, ticket: Ticket, people: list[User], templates: list[ReplyTemplate]
) -> Iterable[Draft]:
    for _number in range(chance.choice([0, 1, 1, 2])):
        status = chance.choice(["sent", "sent", "rejected", "stale"])
        method = chance.choice(["template", "template", "openai", "person"])
        automatic = status == "sent" and method != "person" and chance.random() < 0.3
        yield Draft(
            ticket=ticket,
            revision=1,
            status=status,
            method=method,
            template=chance.choice([None, *templates]),
            was_automatic=automatic,
            decided_by=None if automatic else chance.choice(people),
            decided_at=None if status == "stale" else moment(chance),
            edited_share=None
            if method == "person"
            else chance.choice([0.0, 0.0, 0.25, 0.5, 1.0])
            if status == "sent" and not automatic
            else 0.0,
        )


# --- the same by plain loops ---


class Recount:
    """All rows of the scope, and what is in its days."""

    def __init__(self, asked: Period, channel: str, category: Category | None) -> None:
        def is_wanted(ticket: Ticket) -> bool:
            return channel in {"", ticket.channel} and category in {None, ticket.category}

        self.days, self.before = asked.days, asked.before
        rows = Ticket.objects.select_related("category", "proposed_category").order_by("pk")
        self.tickets = [row for row in rows if is_wanted(row) and row.outcome != "merged"]
        drafts = Draft.objects.select_related("ticket__category", "decided_by", "template")
        self.drafts = [row for row in drafts if is_wanted(row.ticket)]
        events = TicketEvent.objects.select_related("ticket__category", "actor")
        self.events = [row for row in events if is_wanted(row.ticket)]

    def opened(self, days: Days) -> list[Ticket]:
        return [row for row in self.tickets if within(row.opened_at, days)]

    def answered(self, days: Days) -> list[Ticket]:
        return [row for row in self.tickets if within(row.first_response_at, days)]

    def fates(self, days: Days) -> list[tuple[str, Draft]]:
        decided = [row for row in self.drafts if within(row.decided_at, days)]
        return [(fate(row), row) for row in decided if row.status in {"sent", "rejected"}]

    def sent(self, days: Days) -> list[Draft]:
        return [row for one, row in self.fates(days) if one != "rejected"]

    def happened(self, kind: str, days: Days) -> list[TicketEvent]:
        return [row for row in self.events if row.kind == kind and within(row.at, days)]


def within(at: dt.datetime | None, days: Days) -> bool:
    return at is not None and days.first <= timezone.localtime(at).date() <= days.last


def fate(draft: Draft) -> str:
    if draft.was_automatic:
        return "automatic"
    if draft.status == "rejected":
        return "rejected"
    if draft.method == "person":
        return "by_hand"
    return "edited" if draft.edited_share else "unchanged"


def percentile(values: list[float], fraction: float) -> float | None:
    if not values:
        return None
    values = sorted(values)
    place = (len(values) - 1) * fraction
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def waiting(rows: list[Ticket], until: str = "first_response_at") -> dict[str, Any]:
    waits = [(getattr(row, until) - row.opened_at).total_seconds() for row in rows]
    median, p90 = percentile(waits, 0.5), percentile(waits, 0.9)
    return {
        "tickets": len(rows),
        "median_seconds": None if median is None else round(median),
        "p90_seconds": None if p90 is None else round(p90),
    }


def edit(rows: Iterable[Draft]) -> dict[str, Any]:
    shares = [row.edited_share for row in rows if row.edited_share is not None]
    median, p90 = percentile(shares, 0.5), percentile(shares, 0.9)
    return {
        "drafts": len(shares),
        "median": None if median is None else round(median, 4),
        "p90": None if p90 is None else round(p90, 4),
    }


def sent_by_people(rows: Iterable[tuple[str, Draft]]) -> list[Draft]:
    return [row for one, row in rows if one in {"unchanged", "edited"}]


def both(count: Callable[[Days], int], found: Recount) -> dict[str, int]:
    return {"now": count(found.days), "before": count(found.before)}


def share(hits: int, total: int) -> tuple[int, int, float | None]:
    return hits, total, round(hits / total, 4) if total else None


def rate(given: dict[str, Any]) -> tuple[int, int, float | None]:
    return given["hits"], given["total"], given["share"]


def per_step(found: Recount, firsts: list[str]) -> list[dict[str, int]]:
    rows = [Counter[str]() for _ in firsts]

    def add(at: dt.datetime, name: str) -> None:
        day = timezone.localtime(at).date().isoformat()
        rows[max(place for place, first in enumerate(firsts) if first <= day)][name] += 1

    for ticket in found.opened(found.days):
        add(ticket.opened_at, "opened")
    for draft in found.sent(found.days):
        assert draft.decided_at is not None
        add(draft.decided_at, "answered")
        if draft.was_automatic:
            add(draft.decided_at, "answered_automatically")
    names = ("opened", "answered", "answered_automatically")
    return [{name: row[name] for name in names} for row in rows]


def counts_of(rows: list[dict[str, Any]]) -> list[dict[str, int]]:
    names = ("opened", "answered", "answered_automatically")
    return [{name: row[name] for name in names} for row in rows]


SCOPES = [
    ("ramadan", "", ""),
    ("ramadan", "email", ""),
    ("ramadan", "", "Retard de livraison"),
    ("one_day", "", ""),
    ("weeks", "whatsapp", "Remboursement"),
    ("weeks", "", ""),
    ("months", "", ""),
]


@pytest.mark.parametrize(("name", "channel", "category_name"), SCOPES)
def test_every_figure_is_what_plain_loops_come_to(
    chance: random.Random, name: str, channel: str, category_name: str
):
    histories(chance)
    category = Category.objects.get(name=category_name) if category_name else None
    found = Recount(asked(name), channel, category)

    given = figures.summary(asked(name), channel=channel, category=category).as_dict()

    assert found.opened(found.days) or name == "one_day"
    assert_flow(given, found)
    assert_times(given, found)
    assert_drafts(given, found)
    assert_backlog(given, found)
    assert_people(given, found)
    assert_classifier(given, found)


def assert_flow(given: dict[str, Any], found: Recount) -> None:
    def automatic(days: Days) -> int:
        return sum(row.was_automatic for row in found.sent(days))

    expected = {
        "opened": both(lambda days: len(found.opened(days)), found),
        "answered": both(lambda days: len(found.sent(days)), found),
        "answered_automatically": both(automatic, found),
        "closed": both(lambda days: len(found.happened("closed", days)), found),
        "bounced": both(lambda days: len(found.happened("bounced", days)), found),
        "reopenings": both(lambda days: len(found.happened("reopened", days)), found),
    }
    assert {key: given[key] for key in expected} == expected
    for part in ("steps", "weeks"):
        assert given[part][0]["first"] == found.days.first.isoformat()
        firsts = [row["first"] for row in given[part]]
        assert counts_of(given[part]) == per_step(found, firsts)
    mondays = [dt.date.fromisoformat(row["first"]).weekday() for row in given["weeks"][1:]]
    assert set(mondays) <= {0}


def assert_times(given: dict[str, Any], found: Recount) -> None:
    now, before = found.answered(found.days), found.answered(found.before)
    machine = {row.ticket_id for row in Draft.objects.filter(was_automatic=True)}
    ended = [
        [row for row in found.tickets if within(row.ended_at, days)]
        for days in (found.days, found.before)
    ]
    assert given["first_response"] == waiting(now)
    assert given["first_response_before"] == waiting(before)
    assert given["first_response_by_people"] == waiting(
        [row for row in now if row.pk not in machine]
    )
    assert given["resolution"] == waiting(ended[0], "ended_at")
    assert given["resolution_before"] == waiting(ended[1], "ended_at")
    back = sum(row.reopened > 0 for row in now)
    assert rate(given["reopened_rate"]) == share(back, len(now))
    by_machine = [row for row in now if row.pk in machine]
    back = sum(row.reopened > 0 for row in by_machine)
    assert rate(given["reopened_rate_automatic"]) == share(back, len(by_machine))
    firsts = [row["first"] for row in given["weeks"]]
    for place, row in enumerate(given["weeks"]):
        end = firsts[place + 1] if place + 1 < len(firsts) else "9999"
        inside = [
            ticket
            for ticket in now
            if ticket.first_response_at
            and firsts[place] <= timezone.localtime(ticket.first_response_at).date().isoformat()
            and timezone.localtime(ticket.first_response_at).date().isoformat() < end
        ]
        assert row["first_response"] == waiting(inside)


def assert_drafts(given: dict[str, Any], found: Recount) -> None:
    fates = found.fates(found.days)
    now, before = (
        Counter(one for one, _row in found.fates(days)) for days in (found.days, found.before)
    )
    assert given["drafts"] == {one: {"now": now[one], "before": before[one]} for one in FATES}
    judged = now["unchanged"] + now["edited"] + now["rejected"]
    assert rate(given["approval_rate"]) == share(now["unchanged"] + now["edited"], judged)
    assert rate(given["unchanged_rate"]) == share(now["unchanged"], judged)
    sent = sum(now.values()) - now["rejected"]
    assert rate(given["automatic_rate"]) == share(now["automatic"], sent)
    kept = sent_by_people(fates)
    assert given["edited_share"] == edit(kept)
    by_template = {row.template.name for row in kept if row.template}
    assert {row["template"] for row in given["edited_by_template"]} == by_template
    for row in given["edited_by_template"]:
        own = edit(one for one in kept if one.template and one.template.name == row["template"])
        assert {key: row[key] for key in own} == own
    for row in given["categories"]:
        of_it = [one for one in kept if name_of(one.ticket.category) == row["category"]]
        assert row["edited_share"] == edit(of_it)


def name_of(category: Category | None) -> str | None:
    return category.name if category else None


def assert_backlog(given: dict[str, Any], found: Recount) -> None:
    bounds = (4 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR, dt.timedelta.max)
    names = ("under_4h", "under_1d", "under_3d", "under_7d", "over_7d")
    expected: dict[str | None, Counter[str]] = {}
    for ticket in found.tickets:
        if ticket.status in Ticket.OPEN:
            since = ticket.last_message_at if ticket.reopened else ticket.opened_at
            age = next(
                name
                for name, end in zip(names, bounds, strict=True)
                if timezone.now() - since < end
            )
            expected.setdefault(name_of(ticket.category), Counter())[age] += 1
    assert {
        row["category"]: {name: row[name] for name in names}
        for row in given["backlog"]["categories"]
    } == {one: {name: row[name] for name in names} for one, row in expected.items()}
    assert given["backlog"]["total"] == sum(row.total() for row in expected.values())
    opened = Counter(name_of(row.category) for row in found.opened(found.days))
    before = Counter(name_of(row.category) for row in found.opened(found.before))
    assert {row["category"]: row["opened"] for row in given["categories"]} == {
        one: {"now": opened[one], "before": before[one]} for one in opened | before
    }


def assert_people(given: dict[str, Any], found: Recount) -> None:
    fates = found.fates(found.days)
    closed = Counter(row.actor for row in found.happened("closed", found.days) if row.actor)
    people = {row.decided_by for _one, row in fates if row.decided_by} | set(closed)
    assert {row["agent"] for row in given["agents"]} == {who.get_full_name() for who in people}
    by_name = {row["agent"]: row for row in given["agents"]}
    for who in people:
        own = [(one, row) for one, row in fates if row.decided_by == who]
        row = by_name[who.get_full_name()]
        counts = Counter(one for one, _row in own)
        assert {one: row[one] for one in FATES} == {one: counts[one] for one in FATES}
        assert row["closed"] == closed[who]
        assert row["edited_share"] == edit(sent_by_people(own))
        assert sum(row["answered_by_week"]) == len(own) - counts["rejected"]


def assert_classifier(given: dict[str, Any], found: Recount) -> None:
    verdicts: Counter[tuple[str, str]] = Counter()
    for ticket in found.tickets:
        if not within(ticket.ended_at, found.days) or ticket.status == "answered_automatically":
            continue
        by_machine = ticket.category if ticket.category_method != "person" else None
        proposed = ticket.proposed_category or by_machine
        if ticket.category and proposed:
            verdicts[proposed.name, ticket.category.name] += 1
    right = sum(count for (one, other), count in verdicts.items() if one == other)
    assert rate(given["classifier"]) == share(right, verdicts.total())
    assert {
        (row["proposed"], row["decided"]): row["tickets"] for row in given["classifier"]["mistakes"]
    } == {pair: count for pair, count in verdicts.items() if pair[0] != pair[1]}


# --- borders ---


def test_an_empty_desk_has_figures_too():
    given = figures.summary(period.named("30")).as_dict()

    assert (given["opened"], given["backlog"]["total"]) == ({"now": 0, "before": 0}, 0)
    assert given["approval_rate"]["share"] is None
    assert given["first_response"] == {"tickets": 0, "median_seconds": None, "p90_seconds": None}
    assert (given["agents"], given["categories"], given["edited_by_template"]) == ([], [], [])
    assert len(given["steps"]) == 30


def test_one_ticket_is_its_own_median():
    ticket = make.ticket(hours=5)
    Ticket.objects.filter(pk=ticket.pk).update(first_response_at=NOW - 2 * HOUR)

    given = figures.summary(period.named("7")).as_dict()

    wait = {"tickets": 1, "median_seconds": 10_800, "p90_seconds": 10_800}
    assert given["first_response"] == wait
    assert given["backlog"]["ages"] == {
        "under_4h": 0,
        "under_1d": 1,
        "under_3d": 0,
        "under_7d": 0,
        "over_7d": 0,
    }


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # An hour ahead of UTC, but in Ramadan (18 February to 20 March 2026) not.
        (dt.datetime(2026, 4, 9, 22, 59, 59, tzinfo=dt.UTC), "2026-04-09"),
        (dt.datetime(2026, 4, 9, 23, 0, tzinfo=dt.UTC), "2026-04-10"),
        (dt.datetime(2026, 3, 9, 23, 30, tzinfo=dt.UTC), "2026-03-09"),
    ],
)
def test_days_are_those_of_the_companys_clock(at: dt.datetime, day: str):
    ticket = make.ticket()
    Ticket.objects.filter(pk=ticket.pk).update(opened_at=at)

    steps = figures.summary(period.named("90")).as_dict()["steps"]

    assert [row["first"] for row in steps if row["opened"]] == [day]


def test_a_reminder_does_not_make_a_ticket_young_but_an_answer_does():
    old = make.ticket(hours=100)
    make.written(old, hours=1)
    back = make.ticket(hours=100)
    make.written(back, hours=1)
    Ticket.objects.filter(pk=back.pk).update(reopened=1)

    ages = figures.summary(period.named("7")).as_dict()["backlog"]["ages"]

    assert (ages["under_4h"], ages["under_7d"]) == (1, 1)


def test_a_channel_there_is_not_is_said():
    with pytest.raises(DomainError) as caught:
        scope_of(period.named("30"), channel="fax")

    assert (caught.value.code, caught.value.field) == ("unknown_channel", "channel")


def test_the_summary_costs_the_same_number_of_queries_with_one_ticket_and_with_many(
    chance: random.Random, django_assert_num_queries: DjangoAssertNumQueries
):
    draft = make.ready()
    Draft.objects.filter(pk=draft.pk).update(
        status="sent", decided_by=make.agent("nadia"), decided_at=NOW - HOUR
    )
    with django_assert_num_queries(16):
        figures.summary(period.named("365"))
    histories(chance)
    with django_assert_num_queries(16):
        figures.summary(period.named("365"))


def test_totals_are_those_of_all_tickets(
    chance: random.Random, django_assert_num_queries: DjangoAssertNumQueries
):
    histories(chance)
    rows = [row for row in Ticket.objects.select_related("category") if row.outcome != "merged"]
    answered = [row for row in rows if row.first_response_at]
    fates = Counter(fate(row) for row in Draft.objects.exclude(status="stale"))

    with django_assert_num_queries(4):
        given = totals.totals()

    statuses = Counter(row.status for row in rows)
    wait = waiting(answered)
    assert given["total"] == len(rows)
    assert given["open"] == statuses["new"] + statuses["in_progress"]
    assert given["by_status"] == {one: statuses[one] for one in Ticket.Status.values}
    assert given["statuts"]["Traité automatiquement"] == statuses["answered_automatically"]
    assert given["by_category"] == dict(
        Counter(row.category.name for row in rows if row.category).most_common()
    )
    assert given["replies"] == {one: fates[one] for one in FATES}
    back = sum(row.reopened > 0 for row in answered)
    assert given["reopened_rate"] == share(back, len(answered))[2]
    assert given["first_response_median_seconds"] == wait["median_seconds"]
    assert given["first_response_p90_seconds"] == wait["p90_seconds"]
