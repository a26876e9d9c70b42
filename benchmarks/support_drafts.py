"""How fast the worker writes drafts, and whether any is lost when it is killed.

    python benchmarks/support_drafts.py [--count 600] [--rounds 3] [--kill]

A database of its own ("drafts_benchmark") on the embedded server with so many pending tickets of
one message each, half of them with an order of the customer's own. Tickets per second until every
one has its draft, with one and with two worker processes, and without any order: the medians of
some rounds that take turns, so that the ratios stand on a busy machine too. --kill instead: the
worker and all its processes are killed with -9 half-way, leases are waited out as if time had
passed, another worker starts; counted are lost drafts, second drafts and second events.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = (
    "Bonjour, ma commande {number} devait arriver la semaine dernière et je n'ai rien reçu.",
    "Hello, my order {number} arrived broken, the mirror is cracked. What can you do?",
    "Je souhaite être remboursé de la commande {number}, les coussins ne me plaisent pas.",
    "Où en est ma commande n°{number} ? Merci de m'envoyer le suivi.",
    "Bonjour, proposez-vous des cartes cadeaux ?",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kill", action="store_true")
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "drafts_benchmark"}
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    from support.understanding import stored  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, interactive=False)
    stored.active()  # Trained once, not by each process.
    if options.kill:
        killed(options.count)
        return
    compare(options.count, options.rounds)


def compare(count: int, rounds: int) -> None:
    """Print the median rate of each variant, and their ratios."""
    variants = {"1 worker": (1, True), "2 workers": (2, True), "2 workers, no orders": (2, False)}
    rates: dict[str, list[float]] = {label: [] for label in variants}
    for _round in range(rounds):
        for label, (workers, orders) in variants.items():
            rates[label].append(measured(count, workers=workers, orders=orders))
    medians = {label: statistics.median(found) for label, found in rates.items()}
    for label, found in rates.items():
        told = ", ".join(f"{rate:.0f}" for rate in found)
        print(f"{label}: {medians[label]:.0f} tickets a second ({told})")
    one, two, bare = medians.values()
    print(f"2 workers against 1: {two / one:.2f}; with orders against without: {two / bare:.2f}")


def measured(count: int, *, workers: int, orders: bool) -> float:
    """Tickets per second until every draft is ready."""
    prepare(count, orders=orders)
    with worker(workers):
        began, done = time.monotonic(), ready()
        wait(lambda: ready() == count)
        return (count - done) / (time.monotonic() - began)


def killed(count: int) -> None:
    """Kill everything half-way, go on, and count what is not as it should be."""
    from django.db.models import Count  # noqa: PLC0415 - after setup

    from support.models import Draft, Ticket, TicketEvent  # noqa: PLC0415 - after setup

    prepare(count)
    with worker(2) as first:
        wait(lambda: ready() >= count // 2)
        for process in first.everyone():
            process.kill()
        first.supervisor.wait()
    written, held = ready(), Draft.objects.filter(status="writing").count()
    print(f"killed with {written} written, {held} half-written")
    let_time_pass()
    with worker(2):
        wait(lambda: ready() == count)
    twice = TicketEvent.objects.filter(kind="drafted").values("ticket").annotate(n=Count("pk"))
    print(f"tickets without a draft: {Ticket.objects.filter(drafts=None).count()}")
    print(f"drafts in all: {Draft.objects.count()}, ready: {ready()}, empty: {empty()}")
    print(f"tickets with a second event: {twice.filter(n__gt=1).count()}")


def prepare(count: int, *, orders: bool = True) -> None:
    """Fill the scratch database anew with ``count`` open tickets, each with a draft to write."""
    from django.db import connection  # noqa: PLC0415 - after setup
    from django.utils import timezone  # noqa: PLC0415 - after setup
    from django_q.models import OrmQ  # noqa: PLC0415 - after setup

    from backoffice.messaging.models import InboundMessage  # noqa: PLC0415 - after setup
    from support.drafting import requests  # noqa: PLC0415 - after setup
    from support.models import ShopOrder, Ticket, TicketMessage  # noqa: PLC0415 - after setup

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE support_ticket, support_shoporder, messaging_inboundmessage CASCADE"
        )
    OrmQ.objects.all().delete()
    now = timezone.now()
    texts = [WORDS[n % len(WORDS)].format(number=10000 + n) for n in range(count)]
    messages = InboundMessage.objects.bulk_create(
        InboundMessage(
            desk="support",
            channel="email",
            external_id=f"m{n}",
            body=text,
            status="done",
            sender_email=f"c{n}@x.example",
            sent_at=now,
            queued_at=None,
        )
        for n, text in enumerate(texts)
    )
    tickets = Ticket.objects.bulk_create(
        Ticket(
            channel="email",
            email=f"c{n}@x.example",
            name="Salma Tazi",
            revision=1,
            opened_at=now,
            last_message_at=now,
        )
        for n in range(count)
    )
    TicketMessage.objects.bulk_create(
        TicketMessage(ticket=ticket, message=message, text=text)
        for ticket, message, text in zip(tickets, messages, texts, strict=True)
    )
    ShopOrder.objects.bulk_create(
        ShopOrder(
            number=str(10000 + n),
            email=f"c{n}@x.example",
            status="en transit",
            total="89.90",
            currency="EUR",
            ordered_on=now,
            delivery_date=now,
            items="1 x Miroir Lune",
        )
        for n in range(0, count if orders else 0, 2)
    )
    assert requests.request_missing() == count  # noqa: S101 - else there is nothing to measure


def let_time_pass() -> None:
    """As if the dead worker's leases were over and the sweeper had come."""
    from django.utils import timezone  # noqa: PLC0415 - after setup
    from django_q.models import OrmQ  # noqa: PLC0415 - after setup

    from backoffice.core.jobs.sweeper import sweep  # noqa: PLC0415 - after setup
    from support.models import Draft  # noqa: PLC0415 - after setup

    long_ago = timezone.now() - timedelta(hours=1)
    Draft.objects.filter(status="writing").update(claimed_at=long_ago)
    Draft.objects.filter(queued_at__isnull=False).update(queued_at=long_ago)
    OrmQ.objects.update(lock=long_ago)
    sweep()


def worker(processes: int):  # noqa: ANN201 - a context manager of backoffice.testing
    from backoffice.testing.worker import live_worker  # noqa: PLC0415 - after setup

    log = Path(tempfile.mkdtemp()) / "worker.log"
    return live_worker(log, environment={"JOB_WORKERS": str(processes)})


def ready() -> int:
    from support.models import Draft  # noqa: PLC0415 - after setup

    return Draft.objects.filter(status="ready").count()


def empty() -> int:
    from support.models import Draft  # noqa: PLC0415 - after setup

    return Draft.objects.filter(body="").count()


def wait(condition) -> None:  # noqa: ANN001 - a function without arguments
    while not condition():
        time.sleep(0.1)


if __name__ == "__main__":
    main()
