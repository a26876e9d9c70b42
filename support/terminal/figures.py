"""The desk's figures for a terminal."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from support.terminal.showing import columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.figures import Summary

DAY, HOUR, MINUTE = 86_400, 3_600, 60


def table(found: Summary) -> str:
    """Key figures with those of the period before, the backlog and the agents."""
    told = found.as_dict()
    parts = [
        _("Support desk: %(period)s") % {"period": found.scope.period.title},
        columns([*_key_figures(told)]),
    ]
    if told["backlog"]["total"]:
        parts.append(_("Waiting") + "\n" + columns([*_waiting(told["backlog"])]))
    if told["agents"]:
        parts.append(_("Answered by") + "\n" + columns([*_agents(told["agents"])]))
    return "\n\n".join(parts)


def _key_figures(told: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield _("Waiting"), str(told["backlog"]["total"])
    for title, name in (
        (_("New tickets"), "opened"),
        (_("Replies"), "answered"),
        (_("Of them automatic"), "answered_automatically"),
        (_("Closed without a reply"), "closed"),
        (_("Reopened"), "reopenings"),
    ):
        yield title, _("%(now)s (before: %(before)s)") % told[name]
    response = told["first_response"]
    yield _("First response, median"), duration(response["median_seconds"])
    yield _("First response, 90 %"), duration(response["p90_seconds"])
    yield _("Drafts approved"), _share(told["approval_rate"])
    yield _("Sent unchanged"), _share(told["unchanged_rate"])
    yield _("Sent automatically"), _share(told["automatic_rate"])
    yield _("Tickets that came back"), _share(told["reopened_rate"])


def _waiting(backlog: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for row in backlog["categories"]:
        yield f"  {row['category'] or '?'}", str(row["total"])


def _agents(rows: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for row in rows:
        yield f"  {row['agent']}", str(sum(row["answered_by_week"]))


def duration(seconds: int | None) -> str:
    """As people say it: "2 d 3 h", "3 h 20 min", "4 min"; a dash where there is none."""
    if seconds is None:
        return "–"
    whole = dt.timedelta(seconds=seconds)
    hours, rest = divmod(whole.seconds, HOUR)
    if whole.days:
        return _("%(days)d d %(hours)d h") % {"days": whole.days, "hours": hours}
    if hours:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest // MINUTE}
    return _("%(minutes)d min") % {"minutes": rest // MINUTE}


def _share(rate: dict[str, Any]) -> str:
    if rate["share"] is None:
        return "–"
    return f"{rate['share']:.0%} ({rate['hits']}/{rate['total']})"
