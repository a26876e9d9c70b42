"""Values far from what is usual for their like: medians in logarithms, so nobody's tail matters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from crm import canonical
from crm.models import Entity
from crm.quality.anomalies import Beside
from crm.quality.findings import label

if TYPE_CHECKING:
    from crm.models import TableRun

# As many are listed, the farthest first: more is a table that is mapped wrong.
MOST = 500
# Fewer rows say nothing about what is usual.
LEAST_PRICES, LEAST_QUANTITIES = 20, 50
# A value is unusual beyond so many deviations of its group (MAD x 1.4826, that of a normal one),
DEVIATIONS = 5.0
# but never within the first factor of the middle, however alike the others are, and always beyond
# the second: prices of a wine differ by customer and year, quantities from a bottle to a pallet.
PRICE_FACTORS, QUANTITY_FACTORS = (3.0, 10.0), (30.0, 300.0)

_PRICES = """
    SELECT external_ref AS key, product_id::text AS likes, unit,
           ln(coalesce(unit_price, amount / quantity)) AS x
    FROM crm_sale
    WHERE source = %(source)s AND quantity > 0
      AND coalesce(unit_price, amount / quantity) > 0
"""
_QUANTITIES = """
    SELECT sale.external_ref AS key, sale.unit, ln(sale.quantity) AS x,
           CASE WHEN customer.segment <> '' THEN lower(customer.segment)
                WHEN customer.company <> '' THEN '1' ELSE '0' END AS likes
    FROM crm_sale sale JOIN crm_customer customer ON customer.id = sale.customer_id
    WHERE sale.source = %(source)s AND sale.quantity > 0
"""
_OUTLIERS = """
    WITH base AS MATERIALIZED ({base}),
    middle AS (
        SELECT likes, unit, percentile_cont(0.5) WITHIN GROUP (ORDER BY x) AS m
        FROM base GROUP BY likes, unit HAVING count(*) >= %(least)s
    ),
    away AS MATERIALIZED (
        SELECT base.key, likes, unit, base.x, m, abs(base.x - m) AS d
        FROM base JOIN middle USING (likes, unit)
    ),
    spread AS (
        SELECT likes, unit, percentile_cont(0.5) WITHIN GROUP (ORDER BY d) AS mad
        FROM away GROUP BY likes, unit
    ),
    -- Few, and found before their records are looked up: the planner cannot know it.
    far AS MATERIALIZED (
        SELECT away.key, away.x, away.m, away.d
        FROM away JOIN spread USING (likes, unit)
        WHERE d > least(greatest(%(deviations)s * 1.4826 * mad, ln(%(low)s::float8)),
                        ln(%(high)s::float8))
        ORDER BY d DESC, away.key LIMIT %(most)s
    )
    SELECT far.key, record.row_number, exp(far.x), exp(far.m)
    FROM far JOIN crm_sourcerecord record ON record.source_id = %(source_id)s
        AND record.entity = 'sale' AND record.key = far.key AND record.table_id = %(table)s
    ORDER BY far.d DESC, far.key
"""


def find(table_run: TableRun) -> list[Beside]:
    """Prices far from the product's others, quantities far from those of customers alike."""
    if table_run.table.entity != Entity.SALE:
        return []
    return [
        *_find(table_run, "unit_price", _PRICES, LEAST_PRICES, PRICE_FACTORS),
        *_find(table_run, "quantity", _QUANTITIES, LEAST_QUANTITIES, QUANTITY_FACTORS),
    ]


def _find(
    table_run: TableRun, name: str, base: str, least: int, factors: tuple[float, float]
) -> list[Beside]:
    table = table_run.table
    values: dict[str, str | int | float] = {
        "source": table.source.slug,
        "source_id": table.source_id,
        "table": table.pk,
        "least": least,
        "deviations": DEVIATIONS,
        "low": factors[0],
        "high": factors[1],
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OUTLIERS.format(base=base), values)
        rows = cursor.fetchall()
    field = canonical.field_of(Entity.SALE, name)
    assert field is not None  # noqa: S101 - both names are the list's
    if name == "quantity":
        sentence = _(
            "%(field)s: “%(value)s” is unusual for such a customer, half of whose lines are below"
            " %(usual)s. Check the line."
        )
    else:
        sentence = _(
            "%(field)s: “%(value)s” is unusual for this product, which mostly goes for about"
            " %(usual)s. Check the line."
        )
    return [
        Beside(
            "outlier",
            name,
            sentence
            % {
                "field": label(field),
                "value": number_format(_figure(value)),
                "usual": number_format(_figure(usual)),
            },
            key=key,
            number=number,
            value=_figure(value),
        )
        for key, number, value, usual in rows
    ]


def _figure(value: float) -> str:
    """Four figures are enough: 12.08, 1208, 0.0375."""
    value = float(value)
    decimals = max(0, 3 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:.{min(decimals, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
