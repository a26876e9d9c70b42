"""Time and peak memory of each export at growing numbers of orders.

    python benchmarks/exports.py [--counts 1000,10000,100000] [--formats csv,xlsx,erp,pdf]

Works in a database of its own ("exports_benchmark") on the embedded server. Every figure is
taken in a fresh process: RSS is the kernel's high-water mark minus what the process weighed
before the first row; the tracemalloc peak comes from a second run, since tracing is slow.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024
ROWS = """
INSERT INTO orders_order (number, customer_id, position, channel, contact_name, company, email,
    phone, language, currency, total, delivery_date, notes, status, is_renewal, attention,
    confidence, method, reading, decided_by_id, decided_at, rejection_reason, created_at,
    updated_at)
SELECT 'CMD-2025-' || lpad(n::text, 6, '0'), %(customer)s, 0, 'email', 'Khalid Boukhris',
    'Boulangerie Tizi ' || n, 'contact' || n || '@tizi.example', '+212663001403', 'fr', 'MAD', 950,
    date '2026-01-10', '', 'validated', false, '', 0.9, 'rules', '{}', %(user)s,
    timestamptz '2025-01-01' + n * interval '5 minutes', '',
    timestamptz '2025-01-01' + n * interval '5 minutes', now()
FROM generate_series(1, %(count)s) AS n;
INSERT INTO orders_orderline (order_id, position, product_id, description, quantity, unit,
    unit_price, total, attributes, confidence)
SELECT orders_order.id, place, %(product)s, 'Sachets fond plat kraft écru 18x35', 5000, 'piece',
    0.19, 950,
    '{"size": "18x35", "grammage": "70 g/m²", "paper": "kraft écru"}', 1
FROM orders_order, generate_series(0, 1) AS place;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="1000,10000,100000")
    parser.add_argument("--formats", default="csv,xlsx,erp,pdf")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "exports_benchmark"}
    if options.one:
        print(json.dumps(measure(*options.one)))
        return
    print(f"{'format':8}{'orders':>8}{'seconds':>9}{'MB file':>9}{'MB RSS':>8}{'MB traced':>11}")
    for count in map(int, options.counts.split(",")):
        prepare(count)
        for name in options.formats.split(","):
            if name == "pdf" and count > PDF_MOST:
                continue
            plain, traced = (child(name, mode) for mode in ("plain", "traced"))
            print(
                f"{name:8}{count:8}{plain['seconds']:9.1f}{plain['file'] / MEGABYTE:9.1f}"
                f"{plain['rss'] / MEGABYTE:8.1f}{traced['traced'] / MEGABYTE:11.1f}",
                flush=True,
            )


PDF_MOST = 2000


def child(name: str, mode: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", name, mode]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def start() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()


def prepare(count: int) -> None:
    """Put ``count`` validated orders of two lines into the empty database."""
    start()
    from django.contrib.auth.models import User  # noqa: PLC0415 - after setup
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.db import connection  # noqa: PLC0415 - after setup

    from crm.models import Customer, CustomerIdentity, Product  # noqa: PLC0415 - after setup
    from orders.models import ErpProduct  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0)
    user, _made = User.objects.get_or_create(username="benchmark")
    customer, _made = Customer.objects.get_or_create(company="Boulangerie Tizi")
    CustomerIdentity.objects.get_or_create(customer=customer, kind="source_key", value="sage:C1")
    product = Product.objects.get(sku="sachet_fond_plat")
    facts = {"paper": "KE", "grammage": 70, "laize": 28, "supplier": "MON"}
    ErpProduct.objects.update_or_create(product=product, defaults=facts)
    words = {"customer": customer.pk, "user": user.pk, "product": product.pk, "count": count}
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE orders_order CASCADE")
        cursor.execute(ROWS, words)
        cursor.execute("ANALYZE")


def measure(name: str, mode: str) -> dict[str, float]:
    start()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    with tempfile.TemporaryDirectory() as folder:
        # Once before, for what is imported on first use.
        write(call_command, name, Path(folder) / "first", last_day="2025-01-01")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        if mode == "traced":
            tracemalloc.start()
        started = time.perf_counter()
        path = Path(folder) / "file"
        write(call_command, name, path)
        seconds = time.perf_counter() - started
        peak = tracemalloc.get_traced_memory()[1] if mode == "traced" else 0
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {
            "seconds": seconds,
            "file": path.stat().st_size,
            "rss": after - before,
            "traced": peak,
        }


def write(call_command: Callable[..., object], name: str, path: Path, last_day: str = "") -> None:
    options = ["--format", name, "--output", str(path)]
    options += ["--to", last_day] if last_day else []
    options += ["--again", "--only-complete"] if name == "erp" else []
    call_command("export_orders", *options, verbosity=0, stderr=io.StringIO())


if __name__ == "__main__":
    main()
