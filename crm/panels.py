"""What other apps show on a customer's page; they register, this app imports none of them.

    panels.register(recent_orders, permission="orders.view_order", order=10)

``recent_orders(customer)`` is called once when the page is shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.utils.functional import _StrOrPromise

    from crm.models import Customer


@dataclass(frozen=True, slots=True)
class Panel:
    """A small table below the form; cells may be safe HTML. ``link`` leads to the full list."""

    title: _StrOrPromise
    headers: Sequence[_StrOrPromise]
    rows: Sequence[Sequence[object]] = field(default_factory=list)
    link: str = ""
    link_text: _StrOrPromise = ""

    @property
    def table(self) -> dict[str, Any]:
        """The table as unfold's component takes it."""
        return {"headers": list(self.headers), "rows": [list(row) for row in self.rows]}


_panels: dict[str, tuple[int, str, Callable[[Customer], Panel | None]]] = {}


def register(
    build: Callable[[Customer], Panel | None], *, permission: str, order: int = 50
) -> None:
    """Show ``build(customer)`` to those with ``permission``, the lowest ``order`` first."""
    _panels[f"{build.__module__}.{build.__qualname__}"] = (order, permission, build)


def for_customer(customer: Customer, user: Any) -> list[Panel]:  # noqa: ANN401 - whoever signed in
    entries = sorted(_panels.values(), key=lambda entry: entry[0])
    panels = [build(customer) for _order, permission, build in entries if user.has_perm(permission)]
    return [panel for panel in panels if panel is not None]
