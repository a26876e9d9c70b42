"""How long the audit of recommendations takes, and how that grows with their number.

    python benchmarks/recommendation_audit.py [--counts 10000,100000,1000000] [--runs 3]

Works in a database of its own ("recommendation_audit_benchmark") on the embedded server: one
customer for ten recommendations (one pending, three decided, six replaced), twelve products each,
twenty purchases for every customer. Of each count the best of some runs, in milliseconds: the
figures (one pass), the issues, and everything that the page shows. The queries are counted, and
must be as many for one count as for another.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent
# Products of each recommendation, of the catalogue; purchases of each customer.
PRODUCTS, CATALOGUE, PURCHASES = 12, 2000, 20
FILL = """
TRUNCATE crm_recommendation, crm_sale, crm_product, crm_customer CASCADE;
INSERT INTO crm_customer (id, name, consent_email, created_at, updated_at)
SELECT n, 'C' || n, n % 50 > 0, now(), now() FROM generate_series(1, {customers}) n;
INSERT INTO crm_product (id, sku, name, is_active, created_at, updated_at)
SELECT n, 'P' || n, 'P' || n, n % 200 > 0, now(), now() FROM generate_series(1, {catalogue}) n;
INSERT INTO crm_sale (customer_id, product_id, quantity, sold_on, source, external_ref, created_at,
    updated_at)
SELECT 1 + n % {customers}, 1 + n % {catalogue}, 1, '2026-01-01', 'b', n,
    now() - interval '400 days', now() - (n % 400) * interval '1 day'
FROM generate_series(1, {customers} * {purchases}) n;
INSERT INTO crm_recommendation (id, customer_id, status, confidence, quality, repeat_algorithm,
    new_algorithm, segment, created_at, decided_at, rating, contacted_at)
SELECT n, 1 + (n / 10) % {customers},
    CASE WHEN n % 10 = 0 THEN 'pending' WHEN n % 10 < 3 THEN 'approved' WHEN n % 10 = 3
         THEN 'rejected' ELSE '{others}' END,
    (n * 7919::bigint % 1001) / 1000.0, n * 104729::bigint % 101,
    CASE WHEN n % 7 > 0 THEN 'own_frequency' ELSE '' END,
    (ARRAY['ease', 'collaborative', 'hybrid', 'popularity', ''])[1 + n % 5],
    (ARRAY['vip', 'standard', 'at_risk', 'prospect', 'inactive'])[1 + n / 10 % 5],
    now() - (n % 365) * interval '1 day', now(),
    CASE WHEN n % 11 = 0 THEN 1 + n % 5 END, CASE WHEN n % 20 = 1 THEN now() END
FROM generate_series(1, {count}) n;
INSERT INTO crm_recommendedproduct (recommendation_id, product_id, question, rank)
SELECT n, 1 + (n * 31::bigint + p) % {catalogue}, CASE WHEN p < 6 THEN 'repeat' ELSE 'new' END,
    1 + p % 6
FROM generate_series(1, {count}) n, generate_series(0, {products} - 1) p WHERE n % 100 > 0 OR p = 0;
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="10000,100000,1000000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--others", default="replaced", help="what six in ten are")
    options = parser.parse_args()
    start_django()
    headings = "".join(f"{name:>14}" for name in ("figures, ms", "issues, ms", "page, ms"))
    print(f"{'recommendations':>16}{headings}{'queries':>9}")
    for count in map(int, options.counts.split(",")):
        prepare(count, options.others)
        times, queries = zip(*(measured(ask, options.runs) for ask in questions()), strict=True)
        figures = "".join(f"{1000 * seconds:14.0f}" for seconds in times)
        print(f"{count:16}{figures}{queries[-1]:9}", flush=True)


def start_django() -> None:
    os.environ |= {"DATABASE_NAME": "recommendation_audit_benchmark"}
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, interactive=False)


def questions() -> list[Callable[[], object]]:
    from crm.recommendations.auditing import counting, finding, report  # noqa: PLC0415 - after setup

    return [counting.count, finding.found, report.build]


def measured(ask: Callable[[], object], runs: int) -> tuple[float, int]:
    """Seconds of the best run, and how many queries each took."""
    from django.db import connection  # noqa: PLC0415 - after setup
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - after setup

    best = float("inf")
    for _run in range(runs):
        with CaptureQueriesContext(connection) as queries:
            began = time.perf_counter()
            ask()
            best = min(best, time.perf_counter() - began)
    return best, len(queries)


def prepare(count: int, others: str) -> None:
    """Fill the scratch database anew; ``others`` is the status of six in ten."""
    from django.db import connection  # noqa: PLC0415 - after setup

    from crm.models import (  # noqa: PLC0415 - after setup
        Customer,
        Product,
        Recommendation,
        RecommendedProduct,
        Sale,
    )

    sql = FILL.format(
        count=count,
        others=others,
        customers=max(1, count // 10),
        products=PRODUCTS,
        catalogue=CATALOGUE,
        purchases=PURCHASES,
    )
    with connection.cursor() as cursor:
        for model in (Customer, Product, Sale, Recommendation, RecommendedProduct):
            cursor.execute(defaults(model))
        cursor.execute(sql)
        cursor.execute("VACUUM ANALYZE")


def defaults(model: type[Model]) -> str:
    """Have the database fill in what :data:`FILL` leaves out."""
    from django.db.models import GeneratedField, JSONField  # noqa: PLC0415 - after setup

    table, parts = model._meta.db_table, []  # noqa: SLF001 - Django documents it
    for field in model._meta.concrete_fields:  # noqa: SLF001 - as above
        if (
            field.null
            or field.primary_key
            or field.is_relation
            or isinstance(field, GeneratedField)
        ):
            continue
        value = field.get_default()
        shown = json.dumps(value) if isinstance(field, JSONField) else str(value or 0)
        shown = "" if field.empty_strings_allowed and not value else shown
        if field.get_internal_type().startswith("Date"):
            continue
        parts.append(f"ALTER COLUMN {field.column} SET DEFAULT '{shown}'")
    return f"ALTER TABLE {table} {', '.join(parts)}"


if __name__ == "__main__":
    main()
