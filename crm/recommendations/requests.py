"""Asking for recommendations to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core.errors import DomainError
from crm.models import RecommendationRun

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

Kind = RecommendationRun.Kind


class AlreadyRunning(DomainError):
    """Recommendations are being made; ``value`` is the run's number."""

    code = "already_running"
    conflict = True


def request(  # noqa: PLR0913 - what a run is
    *,
    kind: Kind = Kind.CHANGES,
    customers: Sequence[int] = (),
    algorithm: str = "",
    top: int | None = None,
    by: User | None = None,
    in_background: bool = True,
) -> RecommendationRun:
    """A waiting run, enqueued; AlreadyRunning while another is open.

    DomainError names an unknown algorithm, a ``top`` out of 1-50, customers that do not exist.
    """
    raise NotImplementedError


def make_one(customer_id: int, *, algorithm: str = "", by: User | None = None) -> int | None:
    """Make one customer's recommendation at once with what was learnt last; its id.

    None where there is nothing to propose. DomainError says why the customer may have none
    (``opted_out``, ``archived``) or that nothing was learnt yet (``nothing_learnt``).
    """
    raise NotImplementedError
