"""The statement that reads what the house knows of customers at the end of a day.

Its words: ``people`` and ``theirs`` are conditions on ids of customers (of their own table, and of
rows that point to them), ``living`` may leave archived ones out, ``day`` and its ``end``, local
days of moments (``day_made`` and the like), ``currency`` (of sales that name none). What counts is
said in :mod:`scoring.live.figures`.
"""

from __future__ import annotations

from typing import Final

# The source of contacts that the worklist notes: what we did, not what the customer did.
OUR_CALLS: Final = "lead worklist"

# Lines of a day and before; amounts of returns are negative whatever the source wrote.
_LINES: Final = """
line AS (
    SELECT customer_id, sold_on, quantity > 0 AS is_bought,
        COALESCE(NULLIF(currency, ''), {currency}) AS currency,
        CASE WHEN quantity < 0 THEN -abs(amount) ELSE amount END AS amount
    FROM (
        SELECT customer_id, sold_on, quantity, currency,
            COALESCE(amount, quantity * unit_price) AS amount
        FROM crm_sale
        WHERE {theirs} AND sold_on <= {day}
    ) AS sold
), by_day AS (
    SELECT customer_id, currency, sold_on, sum(amount) AS spent, count(*) AS lines,
        bool_or(is_bought) AS is_bought,
        bool_or(is_bought AND amount IS NOT NULL) AS is_priced
    FROM line
    GROUP BY customer_id, currency, sold_on
), money AS (
    SELECT DISTINCT ON (customer_id) customer_id, currency, GREATEST(sum(spent), 0) AS spent,
        GREATEST(sum(spent), 0) / NULLIF(count(*) FILTER (WHERE is_priced), 0) AS usual
    FROM by_day
    GROUP BY customer_id, currency
    ORDER BY customer_id, sum(lines) DESC, currency
)
"""

_CONTACTS: Final = """
people AS (
    SELECT id, {day_made} AS made
    FROM crm_customer
    WHERE {people} AND merged_into_id IS NULL {living}
), bought AS (
    SELECT customer_id, min(sold_on) AS first, max(sold_on) AS last,
        count(DISTINCT sold_on) AS contacts
    FROM by_day
    WHERE is_bought
    GROUP BY customer_id
), entry AS (
    SELECT customer_id, status, source, channel = 'visit' AS is_visit,
        channel IN ('email', 'sms', 'post') AND (status <> 'done' OR campaign <> '') AS is_mailing,
        channel = 'email' AS is_email, {day_occurred} AS day
    FROM crm_interaction
    WHERE {theirs} AND status NOT IN ('planned', 'bounced')
        AND occurred_at < {end}
), told AS (
    SELECT *, NOT is_visit AND (
            status = 'replied' OR NOT is_mailing AND source <> '{our_calls}'
        ) AS is_contact,
        is_mailing AND is_email AND day <= {day} - 7 AS is_sent
    FROM entry
), history AS (
    SELECT customer_id, min(day) AS first, max(day) FILTER (WHERE is_contact) AS last,
        count(*) FILTER (WHERE is_contact) AS contacts,
        count(*) FILTER (WHERE is_sent) AS sent,
        count(*) FILTER (
            WHERE is_sent AND status IN ('opened', 'clicked', 'replied', 'unsubscribed')
        ) AS opened,
        count(*) FILTER (WHERE is_visit) AS visits
    FROM told
    GROUP BY customer_id
), address AS (
    SELECT customer_id, kind, value
    FROM crm_customeridentity AS own
    WHERE {theirs} AND kind IN ('email', 'phone', 'whatsapp_user_id')
        AND NOT EXISTS (
            SELECT FROM crm_customeridentity AS other
            JOIN crm_customer AS owner ON owner.id = other.customer_id
            WHERE other.kind = own.kind AND other.value = own.value
                AND other.customer_id <> own.customer_id AND owner.merged_into_id IS NULL
        )
), written AS (
    SELECT DISTINCT address.customer_id, found.id, {day_sent} AS day
    FROM address CROSS JOIN LATERAL (
        SELECT id, sent_at FROM messaging_inboundmessage
        WHERE address.kind = 'email' AND sender_email = address.value
        UNION ALL
        SELECT id, sent_at FROM messaging_inboundmessage
        WHERE address.kind = 'phone' AND sender_phone = address.value
        UNION ALL
        SELECT id, sent_at FROM messaging_inboundmessage
        WHERE address.kind = 'whatsapp_user_id' AND sender_user_id = address.value
        OFFSET 0
    ) AS found
), messages AS (
    SELECT customer_id, min(day) AS first, max(day) AS last, count(*) AS contacts
    FROM written
    WHERE day <= {day}
    GROUP BY customer_id
)
"""

# Put together by grouping, each message by its own look into an index (OFFSET keeps it apart):
# where tables have grown since PostgreSQL last looked at them, as after an import, it would join
# each row with each. Named as in LeadScore. Who bought nothing with a price has no usual purchase
# and no currency.
FACTS: Final = f"""
WITH {_LINES.strip()}, {_CONTACTS.strip()}, part (
    customer_id, is_one, last, first, contacts, sent, opened, visits, spent, usual, currency
) AS (
    SELECT id, TRUE, NULL::date, CASE WHEN made <= {{day}} THEN made END, 0, 0, 0, 0,
        NULL::numeric, NULL::numeric, NULL FROM people
    UNION ALL
    SELECT customer_id, FALSE, last, first, contacts, 0, 0, 0, NULL, NULL, NULL FROM bought
    UNION ALL
    SELECT customer_id, FALSE, last, first, contacts, sent, opened, visits, NULL, NULL, NULL
    FROM history
    UNION ALL
    SELECT customer_id, FALSE, last, first, contacts, 0, 0, 0, NULL, NULL, NULL FROM messages
    UNION ALL
    SELECT customer_id, FALSE, NULL, NULL, 0, 0, 0, 0, spent, usual,
        CASE WHEN usual IS NOT NULL THEN currency END
    FROM money
)
SELECT customer_id, max(last) AS last_contact_on, min(first) AS known_since,
    sum(contacts)::int AS total_contacts,
    LEAST(round(COALESCE(max(spent), 0), 2), 999999999999.99) AS total_spent,
    sum(sent)::int AS emails_sent, sum(opened)::int AS emails_opened,
    sum(visits)::int AS website_visits,
    CASE WHEN max(usual) IS NOT NULL THEN LEAST(round(max(usual), 2), 999999999999.99) END
        AS usual,
    max(currency) AS currency
FROM part
GROUP BY customer_id
HAVING bool_or(is_one) AND min(first) IS NOT NULL
"""  # noqa: S608 - parts of ours

# From facts to the seven figures, in the order of scoring.engine.clients.FIELDS.
FIGURES: Final = """
SELECT customer_id, {day} - COALESCE(last_contact_on, known_since), total_contacts, total_spent,
    emails_sent, emails_opened, website_visits, {day} - known_since
FROM ({facts}) AS fact
ORDER BY customer_id
"""

# What those who buy in one currency usually spend, the middle one of them.
HOUSE: Final = f"""
WITH {_LINES.strip()}
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY round(usual, 2)) FROM money
WHERE currency = {{currency}} AND usual IS NOT NULL
"""  # noqa: S608 - parts of ours
