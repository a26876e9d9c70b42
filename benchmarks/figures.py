"""How long each question about the orders takes, at growing numbers of orders.

    python benchmarks/figures.py [--counts 10000,100000] [--explain QUESTION]

Works in a database of its own ("figures_benchmark") on the embedded server: orders over 400
days with three lines each, a message, an event in two of five and an outcome for each of four
fields. Every figure is the best of five runs in milliseconds, for the last 30 days and for
the last 365 compared with the 365 before. --explain prints the plans of one question's queries.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
ROWS = """
SELECT setseed(0.5);
INSERT INTO messaging_inboundmessage (attempts, error, desk, channel, external_id, account, thread,
    in_reply_to, sender_name, sender_email, sender_phone, sender_user_id, reply_to, subject, body,
    raw, is_automatic, sent_at, received_at, status, kind, reason)
SELECT 1, '', 'orders', CASE WHEN n %% 3 = 0 THEN 'whatsapp' ELSE 'email' END, 'm' || n, '', '',
    '', '', 'a@x.example', '', '', '', 'Commande', 'Bonjour, 5000 sachets svp', '', false, at, at,
    'done', 'order', ''
FROM (SELECT n, now() - interval '400 days' * (1 - n::float / %(count)s) AS at
    FROM generate_series(1, %(count)s) AS n) AS messages;
INSERT INTO orders_order (number, customer_id, message_id, position, channel, contact_name, company,
    email, phone, language, currency, total, notes, status, is_renewal, attention, confidence,
    method, reading, decided_by_id, decided_at, rejection_reason, created_at, updated_at)
SELECT 'N-' || n, customer, message, 0, channel, '', '', '', '', 'fr', currency, total, '', status,
    false, '', 0.9, CASE WHEN n %% 20 = 0 THEN 'manual' ELSE 'rules' END,
    jsonb_build_object('lines', repeat(md5(n::text), 40)), %(user)s,
    CASE WHEN status <> 'pending' THEN at + random() * interval '2 days' END,
    CASE WHEN status = 'rejected' THEN 'no' ELSE '' END, at, now()
FROM (SELECT id AS message, channel, received_at AS at, row_number() OVER () AS n,
        (SELECT min(id) FROM crm_customer) + (random() ^ 2 * (%(customers)s - 1))::int AS customer,
        CASE WHEN random() < 0.9 THEN 'MAD' ELSE 'EUR' END AS currency,
        round((random() * 9000)::numeric, 2) AS total,
        CASE WHEN random() < 0.05 THEN 'pending' WHEN random() < 0.1 THEN 'rejected'
            ELSE 'validated' END AS status
    FROM messaging_inboundmessage) AS orders;
INSERT INTO orders_orderline (order_id, position, product_id, description, quantity, unit,
    unit_price, total, attributes, confidence)
SELECT orders_order.id, place, (SELECT min(id) FROM crm_product)
    + (random() ^ 3 * 59)::int, 'Sachets', 1 + (random() * 5000)::int,
    CASE WHEN random() < 0.8 THEN 'piece' WHEN random() < 0.5 THEN 'kg' ELSE 'mille' END,
    0.19, 950, '{"size": "18x35"}', 1
FROM orders_order, generate_series(0, 2) AS place;
INSERT INTO orders_orderevent (order_id, kind, actor_id, at, changes, note)
SELECT id, 'edited', %(user)s, decided_at, CASE WHEN id %% 3 = 0
    THEN '{"customer_id": [null, 5]}'::jsonb
    ELSE '{"lines": [[{"product_id": 1, "quantity": "2000", "unit": "piece", "total": "10"},
        {"product_id": 2, "quantity": "5", "unit": "kg", "total": "9"}], [{"product_id": 1,
        "quantity": "3000", "unit": "piece", "total": "15"}, {"product_id": 2, "quantity": "5",
        "unit": "kg", "total": "9"}]], "total": ["19", "24"]}'::jsonb END, ''
FROM orders_order WHERE decided_at IS NOT NULL AND id %% 5 < 2;
INSERT INTO orders_orderevent (order_id, kind, actor_id, at, changes, note)
SELECT id, status, %(user)s, decided_at, '{}', '' FROM orders_order WHERE decided_at IS NOT NULL;
INSERT INTO orders_fieldoutcome (order_id, line, field, confidence, proposed, decided, was_kept,
    decided_at)
SELECT id, CASE WHEN field = 'customer' THEN NULL ELSE 0 END, field, sure, 'a', 'b',
    random() < sure, decided_at
FROM (SELECT id, field, decided_at, random() AS sure FROM orders_order,
        unnest(ARRAY['customer', 'product', 'quantity', 'unit']) AS field
    WHERE status = 'validated') AS outcomes;
INSERT INTO core_aicall (purpose, model, outcome, input_tokens, cached_tokens, output_tokens,
    audio_seconds, cost_usd, latency_ms, request_id, detail, created_at)
SELECT CASE WHEN n %% 4 = 0 THEN 'transcribe' ELSE 'orders.extraction' END, 'gpt', 'ok', 900, 0,
    200, 0, 0.002, 900, '', '',
    now() - interval '400 days' * (1 - n::float / %(count)s)
FROM generate_series(1, %(count)s) AS n;
"""
TABLES = (
    "orders_fieldoutcome, orders_orderevent, orders_orderline, orders_order, core_aicall,"
    " messaging_inboundmessage, crm_product, crm_customer"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--explain", default="")
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "figures_benchmark"}
    start_django()
    counts = [int(count) for count in options.counts.split(",")]
    results: dict[str, list[float]] = {}
    for count in counts:
        prepare(count)
        for days in ("30", "365"):
            for name, milliseconds in measure(days).items():
                results.setdefault(name, []).append(milliseconds)
    if options.explain:
        explain(options.explain)
        return
    heads = [f"{count} / {days} d" for count in counts for days in (30, 365)]
    print(f"{'question':16}" + "".join(f"{head:>16}" for head in heads))
    for name, row in results.items():
        print(f"{name:16}" + "".join(f"{value:16.0f}" for value in row))


def start_django() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - as above

    call_command("migrate", verbosity=0, interactive=False)


def prepare(count: int) -> None:
    """Fill the scratch database anew with ``count`` orders."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - as above
    from django.db import connection  # noqa: PLC0415 - as above

    from crm.models import Customer, Product  # noqa: PLC0415 - as above

    user, _made = User.objects.get_or_create(username="benchmark")
    words = {"count": count, "customers": max(10, count // 20), "user": user.pk}
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")
        Customer.objects.bulk_create(
            Customer(name=f"Customer {n}", company=f"Company {n}")
            for n in range(words["customers"])
        )
        Product.objects.bulk_create(
            Product(sku=f"product_{n}", name=f"Product {n}") for n in range(60)
        )
        for statement in ROWS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, words if "%" in statement else None)
        cursor.execute("VACUUM ANALYZE")


def questions(days: str) -> dict[str, object]:
    from backoffice.core.figures import period  # noqa: PLC0415 - as above
    from orders.analytics import (  # noqa: PLC0415 - as above
        ai_costs,
        buyers,
        decisions,
        goods,
        reliability,
        report,
        scope,
        tallies,
        touchless,
    )

    asked = scope.Scope(period.named(days))
    email = scope.Scope(asked.period, scope.Origin.EMAIL)
    return {
        "tallies": lambda: tallies.count(asked),
        "goods": lambda: goods.ordered(asked),
        "buyers": lambda: buyers.most_active(asked),
        "decisions": lambda: decisions.made(asked),
        "touchless": lambda: touchless.counted(asked),
        "reliability": lambda: reliability.measured(asked),
        "ai_costs": lambda: ai_costs.spent(asked.period),
        "whole report": lambda: report.build(asked),
        "only e-mail": lambda: report.build(email),
    }


def measure(days: str) -> dict[str, float]:
    return {name: best(ask) for name, ask in questions(days).items()}


def best(ask: object) -> float:
    times = []
    for _run in range(RUNS):
        begun = time.perf_counter()
        ask()  # type: ignore[operator]
        times.append(1000 * (time.perf_counter() - begun))
    return min(times)


def explain(name: str) -> None:
    from django.db import connection  # noqa: PLC0415 - as above
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - as above

    with CaptureQueriesContext(connection) as asked:
        questions("365")[name]()  # type: ignore[operator]
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + query["sql"])
            print("\n".join(row[0] for row in cursor.fetchall()), end="\n\n")


if __name__ == "__main__":
    main()
