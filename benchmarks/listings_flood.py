"""A flood of traders' messages while the worker is killed twice; then, how soon a match is there.

    python benchmarks/listings_flood.py [--messages 10000] [--clients 20] [--pairs 100]

Web server and worker run as ``manage.py serve`` starts them, on the embedded server and in a
database of their own ("listings_flood", made anew). Every tenth delivery comes twice, every
twentieth message edits or deletes an earlier one. At a quarter and at two thirds of the messages
all processes of the worker are killed with -9 and another worker is started. At the end each
message must be stored once and processed once, and the statistics must be those of a plain loop
over the texts. With the worker at rest, wanted watches are posted one after another and the time
until their match is committed is measured.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import threading
import time
from collections import Counter

from listings_flood_messages import NUMBER_ID, Message, catalogue, expect, messages
from listings_flood_site import ROOT, SECRET, Site, post, post_all, start_web, start_worker

DATABASE = "listings_flood"
# So soon is the row of a killed worker free again, plus ten seconds; the default is 120.
JOB_TIMEOUT = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=100)
    options = parser.parse_args()
    prepare()
    flood = list(messages(options.messages))
    expected = expect(flood)
    site = Site(*start_web(), start_worker())
    try:
        print(f"{len(flood)} messages, {options.clients} clients, load {os.getloadavg()[0]:.1f}")
        posted = threading.Thread(target=post_all, args=(site.port, flood, options.clients))
        began = time.monotonic()
        posted.start()
        watch(site, len(flood), began)
        posted.join()
        check(expected, len(flood))
        measure_matching(site.port, options.pairs)
    finally:
        site.stop()


def prepare() -> None:
    """A database of our own without a row of a former run, and Django on it."""
    os.environ |= {
        "DATABASE_NAME": DATABASE,
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
        "JOB_TIMEOUT": str(JOB_TIMEOUT),
        "LOG_LEVEL": "ERROR",
        "LOCAL_ONLY": "true",
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
    }
    sys.path.insert(0, str(ROOT))
    import django  # noqa: PLC0415 - the environment above comes first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - as above

    call_command("migrate", verbosity=0)
    from django.db import connection  # noqa: PLC0415 - as above

    tables = "messaging_inboundmessage, messaging_document, listings_trader, listings_listing"
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}, django_q_ormq, django_q_task CASCADE")


def watch(site: Site, count: int, began: float) -> None:
    """Kill the worker at a quarter and at two thirds; return when every message is processed."""
    marks = [count // 4, count * 2 // 3]
    while True:
        done = processed()
        if marks and done >= marks[0]:
            marks.pop(0)
            print(f"{time.monotonic() - began:7.1f} s: {done} processed; the worker is killed")
            site.kill_worker()
        if done == count and not waiting():
            break
        if site.worker.poll() is not None:
            raise SystemExit("The worker ended by itself.")
        time.sleep(0.5)
    took = time.monotonic() - began
    print(f"{took:7.1f} s: all processed and followed up ({count / took:.0f} messages a second)")


def processed() -> int:
    from backoffice.messaging.models import InboundMessage  # noqa: PLC0415 - after the apps

    rows = InboundMessage.objects.exclude(status__in=["received", "processing"])
    return int(rows.filter(desk="listings").count())


def waiting() -> int:
    """Jobs that are still in the queue."""
    from django_q.models import OrmQ  # noqa: PLC0415 - after the apps

    return int(OrmQ.objects.count())


def check(expected: dict[str, object], count: int) -> None:
    """Compare with the database; ``AssertionError`` where anything is lost, doubled or wrong."""
    from backoffice.messaging.models import InboundMessage  # noqa: PLC0415 - after the apps
    from listings import statistics as figures  # noqa: PLC0415 - as above
    from listings.models import Listing, ListingEvent, Match, Trader  # noqa: PLC0415 - as above

    rows = InboundMessage.objects.filter(desk="listings")
    states = Counter(rows.values_list("status", flat=True))
    must(states == Counter(done=count), f"{states} instead of {count} done")
    counted = figures.totals()
    types = {name: number for name, number in counted["types"].items() if number}
    events = ListingEvent.objects.filter(kind="read")
    found = {
        "types": types,
        "value": counted["value"],
        "live": Listing.objects.filter(status="live").count(),
        "watch_messages": counted["watch_messages"],
    }
    must(events.count() == Listing.objects.count(), "a listing was read twice")
    print(f"stored {count} of {count}, processed once, {Listing.objects.count()} listings of")
    print(f"{Trader.objects.count()} traders, {Match.objects.count()} matches")
    print(f"expected {expected}\nfound    {found}")
    must(found == expected, "the statistics differ")


def must(is_right: bool, what: str) -> None:  # noqa: FBT001 - an assertion that no option drops
    if not is_right:
        raise SystemExit(what)


def measure_matching(port: int, pairs: int) -> None:
    """Post wanted watches that somebody sells; seconds from the request to the committed match."""
    from listings.models import Match  # noqa: PLC0415 - after the apps

    watches = catalogue()[:pairs]
    took: list[float] = []
    for number, (brand, model, reference) in enumerate(watches):
        sale = f"Vends {brand} {model} {reference} de 2020, full set, 9000 €"
        post(port, Message(number, sale, 1, f"wamid.PAIR.S{number}").body())
        words = f"Cherche {brand} {model} {reference}, budget 9500 €"
        search = Message(number, words, 2, f"wamid.PAIR.W{number}")
        began = time.monotonic()
        post(port, search.body())
        matches = Match.objects.filter(wanted__message__external_id=search.wamid)
        while not matches.exists():
            if time.monotonic() - began > 60:  # noqa: PLR2004 - far beyond the goal
                raise SystemExit(f"No match for {words!r} within a minute.")
            time.sleep(0.01)
        took.append(time.monotonic() - began)
    took.sort()
    p95 = took[int(len(took) * 0.95)]
    print(
        f"webhook to match, {len(took)} searches: median {statistics.median(took):.2f} s,"
        f" p95 {p95:.2f} s, most {took[-1]:.2f} s"
    )


if __name__ == "__main__":
    main()
