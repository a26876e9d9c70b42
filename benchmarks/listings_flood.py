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
import contextlib
import hashlib
import hmac
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
SECRET = "benchmark"  # noqa: S105 - of this run only
NUMBER_ID = "316780950000417"
DATABASE = "listings_flood"
TRADERS = 60
# So soon is the row of a killed worker free again, plus ten seconds; the default is 120.
JOB_TIMEOUT = 20
TALK = ("Merci, je confirme", "Photos demain", "Bonjour à tous", "Dispo ?", "Ok super, à demain")


@dataclass
class Message:
    """One message of the flood; ``watches`` is what is said in it, by plain words."""

    number: int
    words: str
    trader: int
    wamid: str
    kind: str = "text"
    original: str = ""

    def body(self) -> bytes:
        own: dict[str, Any] = {"from": phone(self.trader).lstrip("+"), "id": self.wamid}
        own |= {"from_user_id": user_id(self.trader), "timestamp": str(int(time.time()))}
        own |= {"type": self.kind}
        text = {"type": "text", "text": {"body": self.words}}
        if self.kind == "text":
            own |= text
        elif self.kind == "edit":
            own["edit"] = {"original_message_id": self.original, "message": text}
        else:
            own["revoke"] = {"original_message_id": self.original}
        return delivery(own, self.trader)


@dataclass
class Site:
    """The web server, and the worker that is killed and started again."""

    web: subprocess.Popen[str]
    port: int
    worker: subprocess.Popen[str]
    kills: list[float] = field(default_factory=list)

    def kill_worker(self) -> None:
        parts = psutil.Process(self.worker.pid)
        for part in [parts, *parts.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                part.kill()
        self.worker.wait()
        self.kills.append(time.monotonic())
        self.worker = start_worker()

    def stop(self) -> None:
        for process in (self.worker, self.web):
            process.send_signal(signal.SIGTERM)
            process.wait()


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


def messages(count: int) -> Iterator[Message]:
    """Sales, searches, questions and talk; now and then what edits or deletes an earlier one."""
    chance = random.Random(7)  # the same flood each time
    watches = catalogue()
    offers: list[Message] = []
    for number in range(count):
        trader = chance.randrange(TRADERS)
        wamid = f"wamid.FLOOD{number:06}"
        share = number % 20
        if share == 19 and offers:  # noqa: PLR2004 - the twentieth
            former = offers.pop(chance.randrange(len(offers)))
            kind = chance.choice(("edit", "revoke"))
            words = cheaper(former.words) if kind == "edit" else ""
            yield Message(number, words, former.trader, wamid, kind, former.wamid)
            continue
        if share >= 16:  # noqa: PLR2004 - three of twenty
            words = f"{chance.choice(TALK)} ({number})"
        elif share >= 12:  # noqa: PLR2004 - four of twenty
            words = wanted(chance, watches)
        else:
            words = offer(chance, watches)
            words += "\n" + offer(chance, watches) if chance.random() < 0.2 else ""  # noqa: PLR2004
        message = Message(number, words, trader, wamid)
        offers += [message] if words.startswith("Vends") else []
        yield message


def catalogue() -> list[tuple[str, str, str]]:
    """Watches that are read with certainty: brand, model, reference."""
    from listings.models import CatalogueEntry  # noqa: PLC0415 - after the apps

    rows = CatalogueEntry.objects.filter(brand__name__in=["Rolex", "Tudor"]).select_related("brand")
    return [
        (row.brand.name, row.model, reference)
        for row in rows.order_by("pk")
        for reference in row.references
    ]


def offer(chance: random.Random, watches: list[tuple[str, str, str]]) -> str:
    brand, model, reference = chance.choice(watches)
    price = chance.randrange(3_000, 30_000, 50)
    year = chance.randrange(1995, 2024)
    return f"Vends {brand} {model} {reference} de {year}, full set, {price} €"


def cheaper(words: str) -> str:
    """The same offer for less: the price stands before the last word of its line."""
    first, *others = words.split("\n")
    before, price, euro = first.rsplit(" ", 2)
    return "\n".join([f"{before} {int(price) - 25} {euro}", *others])


def wanted(chance: random.Random, watches: list[tuple[str, str, str]]) -> str:
    brand, model, reference = chance.choice(watches)
    return f"Cherche {brand} {model} {reference}, budget {chance.randrange(8_000, 30_000, 100)} €"


def expect(flood: list[Message]) -> dict[str, object]:
    """The statistics, counted by a loop: what stands in each text, and what was changed later."""
    from listings.reading import understanding  # noqa: PLC0415 - after the apps

    types: Counter[str] = Counter()
    value, live = Decimal(0), 0
    spoken: set[str] = set()
    edited = {message.original for message in flood if message.kind == "edit"}
    gone = {message.original for message in flood if message.kind == "revoke"}
    for message in flood:
        items = understanding.understand(message.words).items
        if message.wamid in edited or message.kind == "revoke":
            continue
        for item in items:
            types[str(item.type.value)] += 1
            if item.type.value == "sale":
                value += item.price.value or 0
            live += message.wamid not in gone
        if items:
            spoken.add(message.wamid)
    return {"types": dict(types), "value": value, "live": live, "watch_messages": len(spoken)}


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


def start_web() -> tuple[subprocess.Popen[str], int]:
    import socket  # noqa: PLC0415 - for this alone

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    # As core/jobs/serving.py starts it.
    options = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8"]
    command = [sys.executable, "-m", "gunicorn", *options, "--log-level", "warning"]
    web = subprocess.Popen([*command, "backoffice.wsgi"], cwd=ROOT, text=True)  # noqa: S603 - our own
    for _attempt in range(200):
        try:
            ask(port)
        except OSError:
            time.sleep(0.1)
        else:
            return web, port
    raise SystemExit("The web server does not answer.")


def ask(port: int) -> None:
    """Have the web server load what the first delivery would wait for."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/webhook")
    connection.getresponse().read()
    connection.close()


def start_worker() -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "manage.py"), "run_worker"]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own


def post_all(port: int, flood: list[Message], clients: int) -> None:
    """Post each message, every tenth twice, by many clients at once."""
    bodies = [message.body() for message in flood]
    bodies += bodies[::10]
    took: list[float] = []

    def client(share: list[bytes]) -> None:
        for body in share:
            took.append(post(port, body))  # noqa: PERF401 - shared by threads

    threads = [
        threading.Thread(target=client, args=(bodies[first::clients],)) for first in range(clients)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took.sort()
    rate = len(took) / (time.monotonic() - began)
    print(
        f"posted {len(took)} deliveries, {rate:.0f} a second: median"
        f" {took[len(took) // 2] * 1000:.0f} ms, p99 {took[int(len(took) * 0.99)] * 1000:.0f} ms"
    )


def post(port: int, body: bytes) -> float:
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/webhook", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"The webhook answered {answer.status}.")
    return time.monotonic() - began


def delivery(own: dict[str, Any], trader: int) -> bytes:
    contact = {"profile": {"name": f"Trader {trader}"}, "wa_id": own["from"]}
    contact["user_id"] = user_id(trader)
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33639980001", "phone_number_id": NUMBER_ID},
        "contacts": [contact],
        "messages": [own],
    }
    entry = {"id": "215589313241560", "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def phone(trader: int) -> str:
    return f"+3363998{trader:04}"


def user_id(trader: int) -> str:
    return f"FR.482019375661{trader:04}"


if __name__ == "__main__":
    main()
