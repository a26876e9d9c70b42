"""When a customer is what: the one place for the thresholds (docs/crm-profiles.md tells them)."""

from __future__ import annotations

# No purchase for longer than this: the customer is about to leave, or has left.
AT_RISK_DAYS = 365
INACTIVE_DAYS = 3 * 365
# Who buys often is missed sooner: silent for so many times their usual interval (and for so many
# days at least), from this number of purchases on.
OVERDUE_INTERVALS = 3
OVERDUE_DAYS = 120
OVERDUE_PURCHASES = 4
# Among the best fifths both by how often and by how much, and not at risk.
VIP_FREQUENCY = 4
VIP_MONETARY = 4
# "of 12 months" in `revenue_year`.
YEAR_DAYS = 365
# Of families and of grapes, the largest shares.
PREFERENCES = 5

PARAMETERS = {
    "at_risk_days": AT_RISK_DAYS,
    "inactive_days": INACTIVE_DAYS,
    "overdue_intervals": OVERDUE_INTERVALS,
    "overdue_days": OVERDUE_DAYS,
    "overdue_purchases": OVERDUE_PURCHASES,
    "vip_frequency": VIP_FREQUENCY,
    "vip_monetary": VIP_MONETARY,
    "year_days": YEAR_DAYS,
    "preferences": PREFERENCES,
}
