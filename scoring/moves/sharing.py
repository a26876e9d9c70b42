"""Who has an address or number beside others: what one of them is given or loses, others notice.

Messages count for a customer whose address is theirs alone. So a second owner takes them from the
first, and the last who leaves gives them back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from crm.models import CustomerIdentity

if TYPE_CHECKING:
    from collections.abc import Iterable

# Of an address that more have nobody was or will be the only owner soon.
FEW: Final = 5
_OTHERS: Final = """
SELECT DISTINCT other.customer_id
FROM crm_customeridentity AS own CROSS JOIN LATERAL (
    SELECT customer_id FROM crm_customeridentity AS found
    WHERE found.kind = own.kind AND found.value = own.value
        AND found.customer_id <> own.customer_id
    LIMIT %s
) AS other
WHERE own.customer_id = ANY(%s) AND own.kind <> 'source_key'
"""


def others(customer_ids: Iterable[int]) -> set[int]:
    """Those who have an address or number that one of these customers has."""
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, [FEW, list(customer_ids)])
        return {int(row[0]) for row in cursor.fetchall()}


def owners(kind: str, value: str) -> list[int]:
    """Those who have this address or number; of many some."""
    if kind == CustomerIdentity.Kind.SOURCE_KEY:
        return []
    rows = CustomerIdentity.objects.filter(kind=kind, value=value)
    return list(rows.values_list("customer_id", flat=True)[:FEW])
