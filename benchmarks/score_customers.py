"""How long scoring all customers takes, and how much memory, at a number of customers.

    python benchmarks/score_customers.py [--customers 1000000] [--keep]

Works in a database of its own ("scoring_benchmark") on the embedded server, filled by the server
itself: each customer has about three lines of sales, four entries of the contact history and an
address, half of them a phone number; a tenth has written. Prints for a first run of everybody, one
of the next day, one over changes where nothing changed, and one after 1,000 customers bought
something: seconds (and of them this process's CPU), the longest step, and the most memory that this
process took (resident, as the kernel counts it) and the database server with its shared buffers
(their proportional share). Then what a worker needs for another 1,000 alone (rescoring.rescore),
and what is kept.
To measure on two cores: taskset -c 0,1. --keep: the customers of the last time, filled once.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import time_machine

if TYPE_CHECKING:
    from scoring.models import ScoringRun

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_SECONDS = 0.5
BOUGHT = 1_000

# No two runs of the server draw the same, unless told to.
_FILL = (
    "SELECT setseed(0.5)",
    "TRUNCATE crm_customer, crm_product, messaging_inboundmessage CASCADE",
    """
    INSERT INTO crm_product (id, sku, name, category, price_segment, description, barcode,
        attributes, unit, currency, synonyms, is_active, created_at, updated_at)
    SELECT n, 'P' || n, 'Wine ' || n, '', '', '', '', '{}', '', '', '', TRUE, now(), now()
    FROM generate_series(1, 1000) AS n
    """,
    """
    INSERT INTO crm_customer (id, name, company, address, postal_code, city, country, language,
        search_name, segment, consent_email, consent_sms, consent_phone, notes, created_at,
        updated_at, archived_at)
    SELECT n, 'Customer ' || n, '', '', '67000', 'Strasbourg', 'FR', 'fr', 'customer ' || n, '',
        TRUE, TRUE, TRUE, '', now() - random() * interval '900 days', now(),
        CASE WHEN n %% 100 = 0 THEN now() END
    FROM generate_series(1, %(customers)s) AS n
    """,
    """
    INSERT INTO crm_customeridentity (customer_id, kind, value, is_confirmed, created_at)
    SELECT n, 'email', 'customer' || n || '@client.example', TRUE, now()
    FROM generate_series(1, %(customers)s) AS n
    """,
    """
    INSERT INTO crm_sale (customer_id, product_id, quantity, amount, currency, unit, document,
        channel, sold_on, source, external_ref, created_at, updated_at)
    SELECT customer, 1 + (random() * 999)::int, CASE WHEN random() < 0.03 THEN -1 ELSE 1 END,
        round((5 + 200 * random() ^ 3)::numeric, 2), CASE WHEN customer %% 9 = 0 THEN 'CHF' ELSE
        'EUR' END, '', '', '', (now() - random() ^ 2 * interval '900 days')::date, 'bench',
        customer || '-' || line, now(), now()
    FROM (
        SELECT customer, generate_series(1, (9 * abs(hashint4(customer) %% 1000) / 1500.0)::int)
            AS line
        FROM generate_series(1, %(customers)s) AS customer
    ) AS lines
    """,
    """
    INSERT INTO crm_interaction (customer_id, occurred_at, channel, campaign, subject, status,
        response, source, external_ref, created_at, updated_at)
    SELECT customer, now() - random() * interval '400 days',
        (ARRAY['email', 'email', 'email', 'visit', 'visit', 'call'])[1 + (random() * 5)::int], '',
        '', (ARRAY['sent', 'opened', 'clicked', 'replied'])[1 + (random() * 3)::int], '', '', '',
        now(), now()
    FROM (
        SELECT customer, generate_series(1, abs(hashint4(customer + 1) %% 9)) AS entry
        FROM generate_series(1, %(customers)s) AS customer
    ) AS entries
    """,
    """
    INSERT INTO messaging_inboundmessage (desk, channel, account, external_id, thread, in_reply_to,
        sender_name, sender_email, sender_phone, sender_user_id, reply_to, subject, body, raw,
        status, kind, reason, handed_from, error, attempts, is_automatic, sent_at, received_at)
    SELECT 'support', 'email', '', 'bench-' || n, '', '', '',
        'customer' || 1 + (random() * (%(customers)s - 1))::int || '@client.example', '', '', '',
        '', '', '', 'done', '', '', '', '', 0, FALSE, now() - random() * interval '400 days', now()
    FROM generate_series(1, %(customers)s / 10) AS n
    """,
    """
    SELECT setval(pg_get_serial_sequence('crm_customer', 'id'), max(id)) FROM crm_customer
    """,
    """
    SELECT setval(pg_get_serial_sequence('crm_product', 'id'), max(id)) FROM crm_product
    """,
)
# After PostgreSQL has looked at its tables, as an import would leave them.
_UNKNOWN = (
    """
    INSERT INTO crm_customeridentity (customer_id, kind, value, is_confirmed, created_at)
    SELECT n, 'phone', '+336' || n, TRUE, now() FROM generate_series(1, %(customers)s, 2) AS n
    """,
    """
    UPDATE messaging_inboundmessage
    SET sender_phone = '+336' || 1 + 2 * (random() * (%(customers)s / 2 - 1))::int
    WHERE id %% 2 = 0
    """,
)
_BUY = """
INSERT INTO crm_sale (customer_id, product_id, quantity, amount, currency, unit, document, channel,
    sold_on, source, external_ref, created_at, updated_at)
SELECT id, 1, 1, 100, '', '', '', '', %(today)s, 'more', %(stamp)s || id, now(), now()
FROM crm_customer WHERE archived_at IS NULL ORDER BY hashint8(id) LIMIT %(count)s
RETURNING customer_id
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "scoring_benchmark"}
    start_django()
    from django.utils import timezone  # noqa: PLC0415 - after Django

    from scoring.versions import keeping  # noqa: PLC0415 - as above

    keeping.in_use()
    forget()
    if not options.keep:
        fill(options.customers)
    memory = Memory()
    memory.start()
    measure("everybody, the first time", "full", memory)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1)):
        measure("everybody, the next day", "full", memory)
        measure("changes, nothing changed", "changes", memory)
        buyers = buy()
        measure(f"changes, {len(buyers):,} bought something", "changes", memory)
        rescore(buy())
    tell_sizes()


def start_django() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - as above

    call_command("migrate", verbosity=0, interactive=False)


def forget() -> None:
    """Nobody was scored yet."""
    from django.db import connection  # noqa: PLC0415 - as above

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE scoring_leadscore, scoring_scorepoint, scoring_segmentchange,"
            " scoring_scoringrun, scoring_scoreday, scoring_leadtouch"
        )


def fill(customers: int) -> None:
    from django.db import connection  # noqa: PLC0415 - as above

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, {"customers": customers})
        cursor.execute("VACUUM ANALYZE")
        for statement in _UNKNOWN:
            cursor.execute(statement, {"customers": customers})
    print(f"filled in {time.perf_counter() - begun:.0f} s: " + ", ".join(counted()), flush=True)


def counted() -> list[str]:
    from django.db import connection  # noqa: PLC0415 - as above

    found = []
    with connection.cursor() as cursor:
        for table in ("crm_customer", "crm_sale", "crm_interaction", "messaging_inboundmessage"):
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - ours
            found.append(f"{cursor.fetchone()[0]:,} of {table}")
    return found


def buy() -> list[int]:
    """Some customers buy something today; their ids."""
    from django.db import connection  # noqa: PLC0415 - as above
    from django.utils import timezone  # noqa: PLC0415 - as above

    words: dict[str, Any] = {
        "today": timezone.localdate(),
        "stamp": f"{time.time_ns()}-",
        "count": BOUGHT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BUY, words)
        return [row[0] for row in cursor.fetchall()]


def measure(what: str, kind: str, memory: Memory) -> None:
    from scoring.leads import requests, running  # noqa: PLC0415 - as above

    longest = 0.0

    def timed(run: ScoringRun) -> bool:
        nonlocal longest
        begun = time.perf_counter()
        has_ended = running.SLICES.step(run)
        longest = max(longest, time.perf_counter() - begun)
        return has_ended

    memory.peak = [0.0, 0.0]
    begun, worked = time.perf_counter(), time.process_time()
    run = requests.request(kind=kind, in_background=False)
    run = replace(running.SLICES, step=timed).to_the_end(run)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what}: {run.status} {run.error}{run.looked_at:,} customers, {run.written:,} scored anew,"
        f" {run.moved:,} changes of segment\n"
        f"  {time.perf_counter() - begun:6.1f} s (CPU {time.process_time() - worked:5.1f}), the"
        f" longest step {longest:4.1f} s; memory so far at most {peak:4.0f} MB, the server"
        f" {memory.peak[1]:4.0f} MB",
        flush=True,
    )


def rescore(ids: list[int]) -> None:
    from scoring.leads import rescoring  # noqa: PLC0415 - as above

    begun = time.perf_counter()
    changed = rescoring.rescore(ids)
    print(f"rescore of {len(ids):,}: {time.perf_counter() - begun:.2f} s, {changed:,} changed")
    begun = time.perf_counter()
    rescoring.rescore(ids[:1])
    print(f"rescore of one: {(time.perf_counter() - begun) * 1000:.0f} ms")


def tell_sizes() -> None:
    from django.db import connection  # noqa: PLC0415 - as above

    with connection.cursor() as cursor:
        for table in ("scoring_leadscore", "scoring_scorepoint", "scoring_segmentchange"):
            cursor.execute(
                f"SELECT count(*), pg_table_size(%s), pg_indexes_size(%s) FROM {table}",  # noqa: S608 - ours
                [table, table],
            )
            rows, kept, indexed = cursor.fetchone()
            print(f"{table}: {rows:,} rows, {kept / 1e6:.0f} MB, indexes {indexed / 1e6:.0f} MB")


class Memory(threading.Thread):
    """Looks how much we, and the database server, take; ``peak`` in MB since it was set to 0."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = [0.0, 0.0]

    def run(self) -> None:
        while True:
            now = [_megabytes(Path("/proc/self")), sum(map(_megabytes, _servers()))]
            self.peak = list(map(max, self.peak, now))
            time.sleep(SAMPLE_SECONDS)


def _servers() -> list[Path]:
    """The database server's processes."""
    from django.conf import settings  # noqa: PLC0415 - as above

    data = Path(settings.DATA_DIR).resolve()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_server = (process / "exe").resolve().name == "postgres"
            if is_server and (process / "cwd").resolve().is_relative_to(data):
                found.append(process)
        except OSError:
            continue
    return found


def _megabytes(process: Path) -> float:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
