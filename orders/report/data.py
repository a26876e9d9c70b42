"""The report for programs; its names and shapes are a promise (docs/figures.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from backoffice.core.figures.comparison import Compared, Rate
    from backoffice.core.figures.period import Days
    from orders.analytics.decisions import Waiting
    from orders.analytics.report import Report

# Goes up when a name goes away or changes its meaning, not when one is added.
VERSION = 1


def document(report: Report) -> dict[str, Any]:
    """Days as ISO dates, amounts as strings of decimals, times in seconds, shares from 0 to 1."""
    scope, statuses = report.scope, report.statuses
    return {
        "version": VERSION,
        "period": scope.period.name,
        **_days(scope.period.days),
        "before": _days(scope.period.before),
        "channel": scope.origin.value if scope.origin else None,
        "made_at": timezone.localtime(report.made_at).isoformat(timespec="seconds"),
        "orders": {
            "total": _counts(statuses.total),
            "by_status": {key.value: _counts(row) for key, row in statuses.by_status.items()},
            "steps": [
                {
                    "first": step.first.isoformat(),
                    "unit": step.unit,
                    **{key.value: row[index] for key, row in statuses.by_step.items()},
                }
                for index, step in enumerate(statuses.steps)
            ],
        },
        "amounts": _amounts(report),
        "quantities": [
            {
                "unit": row.unit.value,
                "validated": _exact(row.validated),
                "pending": _decimal(row.pending),
            }
            for row in report.goods.quantities
        ],
        "channels": [
            {
                "channel": way.origin.value,
                "orders": _counts(way.orders),
                **{status.value: count for status, count in way.by_status.items()},
                "amounts": _money(way.amounts),
            }
            for way in report.channels
        ],
        "customers": _customers(report),
        "products": [
            {
                "code": row.code,
                "name": row.name,
                "unit": row.unit.value,
                "orders": _counts(row.orders),
                "quantity": _decimal(row.quantity),
            }
            for row in report.goods.products
        ],
        "decisions": _decisions(report),
        "touchless": _touchless(report),
        "reliability": _reliability(report),
        "openai": _costs(report),
    }


def _amounts(report: Report) -> dict[str, Any]:
    return {
        "without_amount": report.amounts.unknown,
        "by_currency": [
            {
                "currency": row.currency,
                "orders": row.orders,
                "validated": _exact(row.validated),
                "pending": _decimal(row.pending),
                "steps": [_decimal(value) for value in row.by_step],
            }
            for row in report.amounts.by_currency
        ],
    }


def _customers(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "id": row.customer_id,
            "name": row.name,
            "company": row.company,
            "orders": _counts(row.orders),
            "last_at": timezone.localtime(row.last_at).isoformat(timespec="seconds"),
            "validated": _money(row.amounts),
        }
        for row in report.buyers
    ]


def _decisions(report: Report) -> dict[str, Any]:
    found = report.decisions
    return {
        "validated": _counts(found.validated),
        "rejected": _counts(found.rejected),
        "validation_rate": _share(found.rate.value),
        "validation_rate_before": _share(found.rate_before.value),
        "waiting": _waiting(found.waiting),
        "waiting_before": _waiting(found.waiting_before),
        "waiting_by_channel": {
            origin.value: _waiting(waiting) for origin, waiting in found.by_origin.items()
        },
    }


def _touchless(report: Report) -> dict[str, Any]:
    found = report.touchless
    return {
        "decisions": found.decisions,
        "untouched": found.untouched,
        # Null until there are decisions enough to claim one.
        "rate": None if found.rate is None else _rate(found.rate),
        "decisions_missing": found.missing,
        "reasons": [
            {"reason": row.touch.value, "orders": row.orders, "alone": row.alone}
            for row in found.touches
        ],
    }


def _reliability(report: Report) -> dict[str, Any]:
    found = report.reliability
    return {
        "values": found.values,
        "gap": _share(found.gap),
        "bins": [
            {
                "low": one.low,
                "high": one.high,
                "mean_confidence": _share(one.mean_confidence),
                **_rate(one.kept),
            }
            for one in found.bins
        ],
        "fields": [
            {
                "field": row.field,
                "mean_confidence": _share(row.mean_confidence),
                **_rate(row.kept),
            }
            for row in found.fields
        ],
    }


def _costs(report: Report) -> dict[str, Any]:
    found = report.ai
    return {
        "currency": "USD",
        "total": _exact(found.total),
        "purposes": [
            {
                "purpose": row.name,
                "calls": row.calls,
                "failed": row.failed,
                "cost": _exact(row.cost),
            }
            for row in found.purposes
        ],
        "months": [
            {"month": f"{step.first:%Y-%m}", "cost": _decimal(cost)}
            for step, cost in zip(found.months, found.by_month, strict=True)
        ],
    }


def _days(days: Days) -> dict[str, str]:
    return {"from": days.first.isoformat(), "to": days.last.isoformat()}


def _counts(compared: Compared[int]) -> dict[str, int]:
    return {"now": compared.now, "before": compared.before}


def _exact(compared: Compared[Decimal]) -> dict[str, str]:
    return {"now": _decimal(compared.now), "before": _decimal(compared.before)}


def _money(amounts: tuple[tuple[str, Decimal], ...]) -> list[dict[str, str]]:
    return [{"currency": currency, "amount": _decimal(amount)} for currency, amount in amounts]


def _decimal(value: Decimal) -> str:
    """Without the zeros a column adds: "0", "12.5", "950"."""
    return f"{value.normalize():f}"


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    return {
        "hits": rate.hits,
        "total": rate.total,
        "share": _share(rate.value),
        "interval": [_share(low), _share(high)],
    }


def _waiting(found: Waiting) -> dict[str, Any]:
    return {
        "orders": found.orders,
        "median_seconds": _seconds(found.median),
        "p90_seconds": _seconds(found.p90),
    }


def _seconds(value: dt.timedelta | None) -> int | None:
    return None if value is None else round(value.total_seconds())


def _share(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
