"""The SQL of profiles: figures from sales, then ranks among buyers.

Written set-based since a million sales are read each night. Parameters are those of
``rules.PARAMETERS``, ``today``, ``now``, ``currency`` (of sales that name none) and ``ids``.
"""

from __future__ import annotations

ONLY = "AND {column} = ANY(%(ids)s)"

# Amounts of a return are negative whatever the source wrote. Customers keep one currency, the one
# of most of their lines: sums of several are never added.
LINES = """
CREATE TEMPORARY TABLE profile_line ON COMMIT DROP AS
SELECT s.customer_id, s.product_id, s.sold_on,
    COALESCE(NULLIF(s.currency, ''), %(currency)s) AS currency,
    s.quantity > 0 AS is_bought,
    s.source || ':' || COALESCE(NULLIF(s.document, ''), s.sold_on::text) AS document,
    sign(s.quantity) * abs(COALESCE(s.amount, s.quantity * s.unit_price)) AS amount,
    sign(s.quantity) * abs(COALESCE(s.bottles, s.quantity * p.bottles)) AS bottles,
    abs(s.quantity) AS quantity
FROM crm_sale s JOIN crm_product p ON p.id = s.product_id
WHERE s.sold_on <= %(today)s {only};

CREATE TEMPORARY TABLE profile_main ON COMMIT DROP AS
SELECT DISTINCT ON (customer_id) customer_id, currency FROM profile_line
GROUP BY customer_id, currency
ORDER BY customer_id, count(*) DESC, max(sold_on) DESC, currency;

ANALYZE profile_line;
ANALYZE profile_main;
"""

FIGURES = """
CREATE TEMPORARY TABLE profile_figure ON COMMIT DROP AS
SELECT l.customer_id, m.currency,
    min(sold_on) FILTER (WHERE is_bought) AS first_sale_on,
    max(sold_on) FILTER (WHERE is_bought) AS last_sale_on,
    count(DISTINCT document) FILTER (WHERE is_bought) AS purchases,
    COALESCE(sum(amount) FILTER (WHERE l.currency = m.currency), 0) AS revenue,
    COALESCE(sum(amount) FILTER (
        WHERE l.currency = m.currency AND sold_on > %(today)s - %(year_days)s
    ), 0) AS revenue_year,
    COALESCE(sum(bottles), 0) AS bottles,
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY (amount / NULLIF(COALESCE(NULLIF(bottles, 0), quantity), 0))::float8
    ) FILTER (WHERE is_bought AND amount > 0 AND l.currency = m.currency) AS budget
FROM profile_line l JOIN profile_main m USING (customer_id)
GROUP BY l.customer_id, m.currency
"""

# Shares of what was spent, returns taken off; what was sent back altogether has no share.
PREFERENCES = """
CREATE TEMPORARY TABLE profile_preference ON COMMIT DROP AS
WITH word AS (
    SELECT id AS product_id, 'families' AS kind, 1.0 AS part,
        COALESCE(NULLIF(category, ''), NULLIF(attributes ->> 'colour', '')) AS word
    FROM crm_product
    UNION ALL
    SELECT id, 'grapes', 1.0 / count(*) OVER (PARTITION BY id), grape
    FROM crm_product,
        jsonb_array_elements_text(
            CASE jsonb_typeof(attributes -> 'grape_varieties')
                WHEN 'array' THEN attributes -> 'grape_varieties'
                WHEN 'string' THEN jsonb_build_array(attributes -> 'grape_varieties')
                ELSE '[]'::jsonb
            END
        ) AS grape
), spent AS (
    SELECT l.customer_id, l.product_id, sum(l.amount) AS amount
    FROM profile_line l JOIN profile_main m USING (customer_id, currency)
    GROUP BY l.customer_id, l.product_id
), share AS (
    SELECT customer_id, kind, word, sum(amount * part) AS amount
    FROM spent JOIN word USING (product_id)
    WHERE word IS NOT NULL
    GROUP BY customer_id, kind, word
    HAVING sum(amount * part) > 0
), ranked AS (
    SELECT customer_id, kind, word,
        round(amount / sum(amount) OVER (PARTITION BY customer_id, kind), 2) AS part,
        row_number() OVER (PARTITION BY customer_id, kind ORDER BY amount DESC, word) AS place
    FROM share
)
SELECT customer_id,
    COALESCE(jsonb_agg(jsonb_build_array(word, part) ORDER BY place)
        FILTER (WHERE kind = 'families'), '[]') AS families,
    COALESCE(jsonb_agg(jsonb_build_array(word, part) ORDER BY place)
        FILTER (WHERE kind = 'grapes'), '[]') AS grapes
FROM ranked WHERE place <= %(preferences)s
GROUP BY customer_id
"""

# What the sources' records were worth; of a customer from no source, how much is filled in.
QUALITY = """
CREATE TEMPORARY TABLE profile_quality ON COMMIT DROP AS
WITH known AS (
    SELECT customer_id, bool_or(kind = 'email') AS email, bool_or(kind = 'phone') AS phone
    FROM crm_customeridentity WHERE TRUE {only_identity} GROUP BY customer_id
), record AS (
    SELECT object_id, round(avg(quality)) AS quality
    FROM crm_sourcerecord
    WHERE entity = 'customer' AND quality IS NOT NULL {only_record} GROUP BY object_id
)
SELECT c.id AS customer_id, COALESCE(r.quality, round(100.0 * (
    (c.name <> '' OR c.company <> '')::int + COALESCE(k.email, FALSE)::int
    + COALESCE(k.phone, FALSE)::int + (c.address <> '')::int + (c.postal_code <> '')::int
    + (c.city <> '')::int + (c.country <> '')::int
) / 7)) AS quality
FROM crm_customer c
LEFT JOIN known k ON k.customer_id = c.id
LEFT JOIN record r ON r.object_id = c.id
WHERE c.merged_into_id IS NULL {only_customer}
"""

WRITE = """
INSERT INTO crm_customerprofile AS old (
    customer_id, first_sale_on, last_sale_on, purchases, revenue, revenue_year, bottles, currency,
    segment, preferences, quality, computed_at
)
SELECT q.customer_id, f.first_sale_on, f.last_sale_on, COALESCE(f.purchases, 0),
    COALESCE(f.revenue, 0), COALESCE(f.revenue_year, 0), COALESCE(f.bottles, 0),
    COALESCE(f.currency, ''), 'prospect',
    CASE WHEN f.customer_id IS NULL THEN '{{}}'::jsonb ELSE jsonb_build_object(
        'families', COALESCE(p.families, '[]'), 'grapes', COALESCE(p.grapes, '[]'),
        'budget', round(f.budget::numeric, 2)::text
    ) END, q.quality, %(now)s
FROM profile_quality q
LEFT JOIN profile_figure f USING (customer_id)
LEFT JOIN profile_preference p USING (customer_id)
ON CONFLICT (customer_id) DO UPDATE SET
    first_sale_on = excluded.first_sale_on, last_sale_on = excluded.last_sale_on,
    purchases = excluded.purchases, revenue = excluded.revenue,
    revenue_year = excluded.revenue_year, bottles = excluded.bottles,
    currency = excluded.currency, preferences = excluded.preferences,
    quality = excluded.quality, computed_at = excluded.computed_at
WHERE (old.first_sale_on, old.last_sale_on, old.purchases, old.revenue, old.revenue_year,
       old.bottles, old.currency, old.preferences, old.quality)
    IS DISTINCT FROM (excluded.first_sale_on, excluded.last_sale_on, excluded.purchases,
       excluded.revenue, excluded.revenue_year, excluded.bottles, excluded.currency,
       excluded.preferences, excluded.quality)
"""

# Fifths of those who bought; equals share one class, the middle of their places. Who bought for
# how much is compared within a currency.
RANKS = """
WITH place AS (
    SELECT customer_id, last_sale_on, purchases, first_sale_on,
        (rank() OVER (ORDER BY last_sale_on) - 1
            + count(*) OVER (PARTITION BY last_sale_on) / 2.0) / count(*) OVER () AS r,
        (rank() OVER (ORDER BY purchases) - 1
            + count(*) OVER (PARTITION BY purchases) / 2.0) / count(*) OVER () AS f,
        (rank() OVER (PARTITION BY currency ORDER BY revenue) - 1
            + count(*) OVER (PARTITION BY currency, revenue) / 2.0)
            / count(*) OVER (PARTITION BY currency) AS m
    FROM crm_customerprofile WHERE purchases > 0
), score AS (
    SELECT p.customer_id, p.purchases, place.last_sale_on, place.first_sale_on,
        1 + floor(5 * r) AS r, 1 + floor(5 * f) AS f, 1 + floor(5 * m) AS m,
        %(today)s - place.last_sale_on AS silent
    FROM crm_customerprofile p LEFT JOIN place USING (customer_id)
    WHERE TRUE {only}
), fate AS (
    SELECT customer_id, r, f, m, CASE
        WHEN purchases = 0 THEN 'prospect'
        WHEN silent > %(inactive_days)s THEN 'inactive'
        WHEN silent > %(at_risk_days)s OR (
            purchases >= %(overdue_purchases)s AND silent > %(overdue_days)s
            AND silent > %(overdue_intervals)s
                * (last_sale_on - first_sale_on)::numeric / (purchases - 1)
        ) THEN 'at_risk'
        WHEN f >= %(vip_frequency)s AND m >= %(vip_monetary)s THEN 'vip'
        ELSE 'standard'
    END AS segment
    FROM score
)
UPDATE crm_customerprofile old
SET recency_score = fate.r, frequency_score = fate.f, monetary_score = fate.m,
    segment = fate.segment, computed_at = %(now)s
FROM fate
WHERE old.customer_id = fate.customer_id
    AND (old.recency_score, old.frequency_score, old.monetary_score, old.segment)
        IS DISTINCT FROM (fate.r::int2, fate.f::int2, fate.m::int2, fate.segment)
"""

# The one who stayed has their sales now.
FORGET_MERGED = """
DELETE FROM crm_customerprofile p USING crm_customer c
WHERE c.id = p.customer_id AND c.merged_into_id IS NOT NULL
"""

DROP = """
DROP TABLE profile_line, profile_main, profile_figure, profile_preference, profile_quality
"""
