"""How long the support desk's figures take, and how that grows with the number of tickets.

    python benchmarks/support_figures.py [--counts 10000,100000] [--runs 5]

Works in a database of its own ("support_figures_benchmark") on the embedded server: tickets over
400 days, nine of ten answered, a reply and three events each. Of each count, the best of some runs
for 30, 90 and 365 days in milliseconds; then how many times longer the last count takes than the
first, beside how many times more tickets it has: a ratio stands on a busy machine too. The queries
of a summary are counted, and must be as many for one as for the other.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.models import Ticket

ROOT = Path(__file__).resolve().parent.parent
PERIODS = ("30", "90", "365")
DAYS = 400
BATCH = 5000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    start_django()
    counts = [int(count) for count in options.counts.split(",")]
    best: dict[int, list[float]] = {}
    queries = set()
    for count in counts:
        prepare(count)
        best[count] = [measured(period, options.runs) for period in PERIODS]
        queries |= {counted(period) for period in PERIODS}
    print(f"{'tickets':>10}" + "".join(f"{days + ' days, ms':>16}" for days in PERIODS))
    for count, row in best.items():
        print(f"{count:10}" + "".join(f"{value:16.0f}" for value in row))
    ratios = [large / small for small, large in zip(best[counts[0]], best[counts[-1]], strict=True)]
    told = ", ".join(f"{ratio:.1f}" for ratio in ratios)
    print(f"{counts[-1] / counts[0]:.0f} times the tickets take so many times longer: {told}")
    print(f"queries of a summary: {', '.join(map(str, sorted(queries)))}")


def start_django() -> None:
    os.environ |= {"DATABASE_NAME": "support_figures_benchmark"}
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, interactive=False)


def measured(period: str, runs: int) -> float:
    """The best of some runs, in milliseconds."""
    from backoffice.core.figures.period import named  # noqa: PLC0415 - after setup
    from support.figures import summary  # noqa: PLC0415 - after setup

    times = []
    for _run in range(runs):
        began = time.perf_counter()
        summary(named(period))
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def counted(period: str) -> int:
    from django.db import connection  # noqa: PLC0415 - after setup
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - after setup

    from backoffice.core.figures.period import named  # noqa: PLC0415 - after setup
    from support.figures import summary  # noqa: PLC0415 - after setup

    with CaptureQueriesContext(connection) as queries:
        summary(named(period))
    return len(queries)


def prepare(count: int) -> None:
    """Fill the scratch database anew."""
    from django.db import connection  # noqa: PLC0415 - after setup

    from support.models import Draft, Ticket, TicketEvent  # noqa: PLC0415 - after setup

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE support_ticket, support_draft, support_ticketevent CASCADE")
    chance = random.Random(5)
    # Events and drafts are dated as their ticket, which bulk_create would date now.
    for batch in batches(count, chance):
        tickets = Ticket.objects.bulk_create(batch)
        answered = [one for one in tickets if one.ended_at]
        Draft.objects.bulk_create(draft_of(one, chance) for one in answered)
        kinds = ("opened", "drafted", "categorised")
        TicketEvent.objects.bulk_create(
            TicketEvent(ticket=one, kind=kind) for one in tickets for kind in kinds
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE support_ticketevent AS event SET at = opened_at FROM support_ticket AS ticket"
            " WHERE ticket.id = event.ticket_id"
        )
        cursor.execute("VACUUM ANALYZE support_ticket, support_draft, support_ticketevent")


def batches(count: int, chance: random.Random) -> Iterator[list[Ticket]]:
    for begin in range(0, count, BATCH):
        places = range(begin, min(begin + BATCH, count))
        yield [ticket_at(place / count, chance) for place in places]


def ticket_at(moment: float, chance: random.Random) -> Ticket:
    """A ticket of that part of the time, 0 the oldest."""
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from support.models import Category, Ticket  # noqa: PLC0415 - after setup

    categories = list(_cached(Category))
    opened = timezone.now() - timedelta(days=DAYS * (1 - moment))
    ended = opened + timedelta(hours=chance.expovariate(0.2)) if chance.random() < 0.9 else None  # noqa: PLR2004 - nine of ten
    category, proposed = chance.choice(categories), chance.choice(categories)
    return Ticket(
        channel=chance.choice(["email", "email", "whatsapp"]),
        status="answered" if ended else "new",
        outcome="replied" if ended else "",
        category=category,
        proposed_category=category if chance.random() < 0.8 else proposed,  # noqa: PLR2004 - mostly right
        category_method="rules",
        opened_at=opened,
        last_message_at=opened,
        first_response_at=ended,
        ended_at=ended,
        revision=1,
    )


def draft_of(ticket: Ticket, chance: random.Random) -> object:
    from django.contrib.auth.models import User  # noqa: PLC0415 - after setup

    from support.models import Draft, ReplyTemplate  # noqa: PLC0415 - after setup

    if not _cached(User):
        _known.pop(User, None)
        User.objects.bulk_create([User(username=f"agent{number}") for number in range(8)])
    return Draft(
        ticket=ticket,
        revision=1,
        status="sent",
        method="template",
        template=chance.choice(_cached(ReplyTemplate)),
        category=ticket.category,
        body="Bonjour, votre commande est en route.",
        sent_body="Bonjour, votre commande est en route.",
        edited_share=max(0.0, chance.random() - 0.6),
        decided_by=chance.choice(_cached(User)),
        decided_at=ticket.ended_at,
    )


_known: dict[type, list[object]] = {}


def _cached(model: type) -> list[object]:
    """All rows of a small table."""
    if model not in _known:
        _known[model] = list(model.objects.all())
    return _known[model]


if __name__ == "__main__":
    main()
