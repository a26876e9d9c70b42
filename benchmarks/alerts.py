"""How long the alerts take at growing numbers of orders, and how often they are wrong.

    python benchmarks/alerts.py [--counts 10000,100000] [--explain FAMILY] [--accuracy]

Times: a database of its own ("alerts_benchmark") on the embedded server with orders over 400
days, two lines and a message each, a notice for each decided one; two in a hundred wait for a
decision, two in a thousand notices and messages failed, and twenty waiting lines have a
quantity a hundred times too large. Milliseconds of the first run, which raises every alert, of
the next one, of the facts of each family, and of the alerts of one order (median of 20).

--accuracy judges made-up customers, without a database: how many honest orders raise an alarm
and how many slips are found, by the length of the history.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parent.parent
PLANTED = 20
NORMAL = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"
ROWS = f"""
SELECT setseed(0.5);
INSERT INTO messaging_inboundmessage (attempts, error, desk, channel, external_id, account, thread,
    in_reply_to, sender_name, sender_email, sender_phone, sender_user_id, reply_to, subject, body,
    raw, is_automatic, sent_at, received_at, processed_at, status, kind, reason)
SELECT 1, '', 'orders', 'email', 'm' || n, '', '', '', '', 'a@x.example', '', '', '', 'Commande',
    'Bonjour, 5000 sachets svp', '', false, at, at, at,
    CASE WHEN n %% 500 = 7 THEN 'needs_attention' ELSE 'done' END, 'order', ''
FROM (SELECT n, now() - random() * CASE WHEN n %% 50 = 0 THEN interval '4 days'
        ELSE interval '400 days' END AS at
    FROM generate_series(1, %(count)s) AS n) AS messages;
INSERT INTO orders_order (number, customer_id, message_id, position, channel, contact_name, company,
    email, phone, language, currency, total, delivery_date, notes, status, is_renewal, attention,
    confidence, method, reading, decided_by_id, decided_at, rejection_reason, created_at,
    updated_at)
SELECT 'N-' || n, %(customer)s + n %% %(customers)s, id, 0, 'email', '', 'Company ' || n, '', '',
    'fr', 'MAD', NULL, (sent_at + interval '5 days' + random() * interval '20 days')::date, '',
    CASE WHEN waits THEN 'pending' ELSE 'validated' END, false, '', 0.9, 'rules',
    jsonb_build_object('lines', repeat(md5(n::text), 40)), CASE WHEN NOT waits THEN %(user)s END,
    CASE WHEN NOT waits THEN sent_at + interval '3 hours' END, '', sent_at, now()
FROM (SELECT id, sent_at, substr(external_id, 2)::int AS n,
        substr(external_id, 2)::int %% 50 = 0 AS waits
    FROM messaging_inboundmessage) AS messages;
INSERT INTO orders_orderline (order_id, position, product_id, description, quantity, unit,
    unit_price, total, attributes, confidence)
SELECT id, place, %(product)s + (customer_id + place) %% 60, 'Sachets',
    round((1000 * (1 + customer_id %% 40) * exp(0.25 * {NORMAL}))::numeric, 0) + 1, 'piece',
    round((0.16 * (1 + customer_id %% 3) * exp(0.03 * {NORMAL}))::numeric, 4), NULL, '{{}}', 1
FROM orders_order, generate_series(0, 1) AS place;
UPDATE orders_orderline SET quantity = quantity * 100 WHERE id IN (
    SELECT orders_orderline.id FROM orders_orderline JOIN orders_order ON order_id = orders_order.id
    WHERE status = 'pending' ORDER BY orders_orderline.id LIMIT {PLANTED});
INSERT INTO messaging_outboundmessage (attempts, error, key, channel, recipient, recipient_name,
    language, subject, body, content_sid, content_variables, about_type_id, about_id, supersedes,
    status, provider_id, error_code, created_at)
SELECT 1, '', 'order:' || id || ':decision', 'email', 'a@x.example', '', 'fr', 'Commande',
    'Votre commande est validée.', '', '{{}}', %(about)s, id, true,
    CASE WHEN id %% 500 = 3 THEN 'failed' ELSE 'sent' END, 'p' || id, '', decided_at
FROM orders_order WHERE status = 'validated';
"""  # noqa: S608 - only our own constants
TABLES = (
    "orders_alert, orders_orderline, orders_order, messaging_outboundmessage,"
    " messaging_inboundmessage, crm_customer, crm_product"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", default="10000,100000")
    parser.add_argument("--explain", default="")
    parser.add_argument("--accuracy", action="store_true")
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "alerts_benchmark"}
    start_django()
    if options.accuracy:
        accuracy()
        return
    for count in map(int, options.counts.split(",")):
        prepare(count)
        if options.explain:
            explain(options.explain)
        else:
            measure(count)


def start_django() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()


def prepare(count: int) -> None:
    """Fill the scratch database anew with ``count`` orders."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - after setup
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415 - after setup
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.db import connection  # noqa: PLC0415 - after setup

    from crm.models import Customer, Product  # noqa: PLC0415 - after setup
    from orders.models import Order  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0, interactive=False)
    user, _made = User.objects.get_or_create(username="benchmark")
    # No multiple of 50, or some customers would have orders that wait and no others.
    customers = max(10, count // 20) + 1
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")
        made = Customer.objects.bulk_create(
            Customer(name=f"Customer {n}", company=f"Company {n}") for n in range(customers)
        )
        products = Product.objects.bulk_create(
            Product(sku=f"product_{n}", name=f"Product {n}") for n in range(60)
        )
        words = {
            "count": count,
            "customers": customers,
            "customer": made[0].pk,
            "product": products[0].pk,
            "user": user.pk,
            "about": ContentType.objects.get_for_model(Order).pk,
        }
        for statement in ROWS.split(";\n"):
            if statement.strip():
                cursor.execute(statement, words if "%" in statement else None)
        cursor.execute("VACUUM ANALYZE")


def measure(count: int) -> None:
    from django.db.models import Count  # noqa: PLC0415 - after setup

    from orders.alerts import recompute  # noqa: PLC0415 - after setup
    from orders.alerts.facts import Scope  # noqa: PLC0415 - after setup
    from orders.models import Alert, Order  # noqa: PLC0415 - after setup

    waiting = [*Order.objects.pending().values_list("pk", flat=True)]
    first, done = taken(recompute.recompute)
    again, nothing = taken(recompute.recompute)
    one = statistics.median(
        taken(lambda pk=pk: recompute.recompute_order(pk))[0] for pk in waiting[:20]
    )
    print(f"{count} orders, {len(waiting)} waiting")
    print(f"  first run {first:.0f} ms ({done}), next {again:.0f} ms ({nothing}), one {one:.0f} ms")
    from django.utils import timezone  # noqa: PLC0415 - after setup

    for family in recompute.FAMILIES:
        spent, facts = taken(lambda family=family: len([*family.find(Scope(timezone.now()))]))
        print(f"  {family.kinds[0]:16}{spent:8.0f} ms {facts:6} facts")
    kinds = Alert.objects.values_list("kind").annotate(count=Count("pk")).order_by("kind")
    print("  ", dict(kinds))


def taken(call: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds and result."""
    started = time.perf_counter()
    result = call()
    return (time.perf_counter() - started) * 1000, result


def explain(name: str) -> None:
    from django.db import connection  # noqa: PLC0415 - after setup
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - after setup
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from orders.alerts import recompute  # noqa: PLC0415 - after setup
    from orders.alerts.facts import Scope  # noqa: PLC0415 - after setup

    [family] = [family for family in recompute.FAMILIES if name in family.kinds]
    with CaptureQueriesContext(connection) as captured:
        list(family.find(Scope(timezone.now())))
    for query in captured.captured_queries:
        print(f"{float(query['time']) * 1000:.0f} ms: {query['sql'][:1500]}\n")


def accuracy() -> None:
    """Of 4,000 made-up customers each: honest values that alarm, slips that are found."""
    from orders.alerts import unusual  # noqa: PLC0415 - after setup

    quantity, price = (rule.levels[0].bar for rule in unusual.rules())
    slips = {"x 1000": 1000, "x 100": 100, "x 10": 10, ": 10": 0.1}
    print(f"{'earlier orders':28}{'honest':>9}" + "".join(f"{name:>9}" for name in slips))
    for earlier in (5, 8, 12, 24, 30):
        for name, bar, draw in (
            ("quantity", quantity, quantities),
            ("price", price, prices),
        ):
            rates = [rate(bar, draw, earlier, factor) for factor in (1, *slips.values())]
            shown = "".join(f"{100 * value:8.1f}%" for value in rates)
            print(f"{name:16}{earlier:12}{shown}")


def quantities(rng: random.Random, months: int) -> list[float]:
    """Round numbers around a habit that spreads, grows, and has a season."""
    habit, spread = math.exp(rng.gauss(7.5, 1)), rng.uniform(0, 0.5)
    growth, season = rng.uniform(-0.01, 0.03), rng.choice([0, 0, 0.3, 0.7])
    peak = rng.randrange(12)
    values = [
        habit
        * math.exp(rng.gauss(0, spread) + growth * month)
        * (1 + season * (month % 12 == peak))
        for month in range(months)
    ]
    step = 100 if habit < math.exp(7.5) else 500
    return [max(step, round(value / step) * step) for value in values]


def prices(rng: random.Random, months: int) -> list[float]:
    """A price that is raised now and then, with two sizes of the same product for some."""
    base, other = rng.uniform(0.1, 2.5), rng.choice([1, 1, 1, 1.4])
    values = []
    for _month in range(months):
        base *= rng.choices([1, 1.05], [19, 1])[0]
        values.append(round(base * rng.choices([1, other], [7, 3])[0], 3))
    return values


def rate(
    bar: object,
    draw: Callable[[random.Random, int], list[float]],
    earlier: int,
    factor: float,
    customers: int = 4000,
) -> float:
    """How many of the customers' next orders are judged unusual, times ``factor``."""
    from orders.alerts import habits  # noqa: PLC0415 - after setup

    rng = random.Random(7)
    found = 0
    for _customer in range(customers):
        *before, value = (Decimal(str(value)) for value in draw(rng, earlier + 1))
        known = [habits.Earlier(number, 1, entry) for number, entry in enumerate(before)]
        found += habits.judge(value * Decimal(str(factor)), known, bar) is not None  # type: ignore[arg-type]
    return found / customers


if __name__ == "__main__":
    main()
