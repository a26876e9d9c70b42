"""How long a whole run of recommendations takes, and how much memory, at a number of sales.

    python benchmarks/recommendation_run.py [--customers 100000] [--products 10000]
        [--sales 3000000] [--keep]

Works in a database of its own ("recommendation_benchmark") on the embedded server, filled with
purchases of a known structure. Prints for each stage of a full run and of a second one, of what
changed since (nothing but some sales), seconds, the longest step (and seconds of CPU, which tell
more on a busy machine), and the most memory that this process took, and the database server with
its shared buffers (their proportional share, a sample each second). At the end, what is kept.
To measure on two cores: taskset -c 0,1. --keep: the purchases of the last time, filled once.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE_SECONDS = 1.0
GRAPES = ("Riesling", "Pinot noir", "Gewurztraminer", "Sylvaner", "Muscat", "Auxerrois", "Syrah")
CUSTOMERS = """
COPY crm_customer (id, name, company, address, postal_code, city, country, language, search_name,
    segment, consent_email, consent_sms, consent_phone, notes, created_at, updated_at) FROM STDIN
"""
PRODUCTS = """
COPY crm_product (id, sku, name, category, price_segment, description, barcode, attributes, unit,
    list_price, currency, bottles, synonyms, is_active, created_at, updated_at) FROM STDIN
"""
SALES = """
COPY crm_sale (customer_id, product_id, quantity, amount, currency, unit, document, channel,
    sold_on, source, external_ref, created_at, updated_at) FROM STDIN
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--sales", type=int, default=3_000_000)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "recommendation_benchmark"}
    start_django()
    if not options.keep:
        fill(options.customers, options.products, options.sales)
    memory = Memory()
    memory.start()
    measure("full", memory)
    buy_more()
    measure("changes", memory)
    measure("changes", memory)
    tell_sizes()


def start_django() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - as above

    call_command("migrate", verbosity=0, interactive=False)


def fill(customers: int, products: int, sales: int) -> None:
    """Customers, products and about so many sales until today."""
    from django.db import connection  # noqa: PLC0415 - as above
    from django.utils import timezone  # noqa: PLC0415 - as above

    from crm.models import Product  # noqa: PLC0415 - as above
    from crm.recommendations.engine import generated  # noqa: PLC0415 - as above
    from crm.recommendations.making import data  # noqa: PLC0415 - as above

    structure = generated.Structure(
        customers=customers,
        products=products,
        segments=20,
        baskets=sales / customers / 3,
        pairs=200,
    )
    found = generated.generate(structure)
    today = data.day_number(timezone.localdate())
    shift = today - int(found.purchases.day.max())
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE crm_customer, crm_product, crm_recommendationrun CASCADE")
        cursor.execute("TRUNCATE crm_recommendationmodel CASCADE")
        with cursor.copy(CUSTOMERS) as rows:
            for key in range(1, customers + 1):
                consent = key % 20 != 0
                rows.write_row((
                    key, f"Customer {key}", "", "1 rue Basse", "67000", "Strasbourg", "FR", "fr",
                    f"customer {key}", "", consent, consent, consent, "", now, now,
                ))  # fmt: skip
        with cursor.copy(PRODUCTS) as rows:
            for key in range(1, products + 1):
                family = int(found.family[key - 1])
                grape = GRAPES[key % len(GRAPES)]
                rows.write_row((
                    key, f"P{key}", f"{grape} cuvée {key}", f"Family {family}", "", "", "",
                    f'{{"grape_varieties": ["{grape}"], "region": "Region {key % 9}"}}', "piece",
                    5 + key % 40, "EUR", 1, "", key % 50 != 0, now, now,
                ))  # fmt: skip
        bought = found.purchases
        with cursor.copy(SALES) as rows:
            lines = zip(
                bought.customer.tolist(), bought.product.tolist(), bought.day.tolist(),
                bought.quantity.tolist(), strict=True,
            )  # fmt: skip
            for number, (customer, product, day, quantity) in enumerate(lines):
                rows.write_row((
                    customer + 1, product + 1, quantity, quantity * (5 + (product + 1) % 40), "EUR",
                    "", "", "", data.day_of(day + shift), "bench", str(number), now, now,
                ))  # fmt: skip
        for table in ("crm_customer", "crm_product"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - ours
            )
        cursor.execute("VACUUM ANALYZE")
    print(f"{len(bought):,} sales of {Product.objects.count():,} products")


def buy_more() -> None:
    """A hundred customers buy something today."""
    from django.utils import timezone  # noqa: PLC0415 - as above

    from crm.models import Customer, Sale  # noqa: PLC0415 - as above

    today = timezone.localdate()
    buyers = Customer.objects.order_by("pk").values_list("pk", flat=True)[:100]
    stamp = time.time_ns()
    Sale.objects.bulk_create(
        Sale(
            customer_id=key, product_id=1 + key % 100, quantity=6, sold_on=today, source="more",
            external_ref=f"{stamp}-{key}",
        )
        for key in buyers
    )  # fmt: skip


def measure(kind: str, memory: Memory) -> None:
    from crm.models import RecommendationRun  # noqa: PLC0415 - as above
    from crm.recommendations.making import requests, running, steps  # noqa: PLC0415 - as above

    seconds: dict[str, list[float]] = defaultdict(list)
    cpu: dict[str, list[float]] = defaultdict(list)
    most: dict[str, list[float]] = {}
    real = steps.step

    def timed(run_id: int) -> bool:
        stage = RecommendationRun.objects.values_list("stage", flat=True).get(pk=run_id)
        begun, worked = time.perf_counter(), time.process_time()
        memory.peak = [0.0, 0.0]
        has_ended = real(run_id)
        seconds[stage].append(time.perf_counter() - begun)
        cpu[stage].append(time.process_time() - worked)
        most[stage] = list(map(max, most.get(stage, [0.0, 0.0]), memory.peak))
        return has_ended

    steps.step = timed
    try:
        run = requests.request(kind=RecommendationRun.Kind(kind), in_background=False)
        run = running.to_the_end(run)
    finally:
        steps.step = real
    print(
        f"{kind}: {run.status} {run.error} made {run.made:,}, unchanged {run.unchanged:,},"
        f" withheld {run.withheld:,}, without {run.without:,}"
    )
    for stage, all_of_it in seconds.items():
        print(
            f"  {stage:8} {sum(all_of_it):7.1f} s (CPU {sum(cpu[stage]):5.1f}) in"
            f" {len(all_of_it)} steps, the longest {max(all_of_it):5.1f} s (CPU"
            f" {max(cpu[stage]):4.1f}); at most {most[stage][0]:4.0f} MB, the server"
            f" {most[stage][1]:4.0f} MB"
        )
    print(f"  {'together':8} {sum(map(sum, seconds.values())):7.1f} s", flush=True)


def tell_sizes() -> None:
    from django.db import connection  # noqa: PLC0415 - as above

    with connection.cursor() as cursor:
        cursor.execute("SELECT octet_length(artifact) FROM crm_recommendationmodel WHERE is_active")
        print(f"what was learnt: {cursor.fetchone()[0] / 1e6:.1f} MB")
        for table in ("crm_recommendation", "crm_recommendedproduct"):
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
    from django.db import connection  # noqa: PLC0415 - as above

    data = Path(os.environ.get("DATA_DIR", connection.settings_dict["NAME"]))
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_server = (process / "exe").resolve().name == "postgres"
            if is_server and (process / "cwd").resolve().is_relative_to(data.resolve()):
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
