"""What an entity brings to its merge: staged columns, and what they become."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm.sync.merging.assignments import Assignment


@dataclass(frozen=True, slots=True)
class Plan:
    """``staged``: (type, cells encoded for COPY) by name, the cells of all rows of the batch.

    ``fixed`` are columns of new rows only, as SQL. ``joins`` stands behind ``sync_stage s`` and may
    serve the assignments; it must not multiply or drop rows.
    """

    staged: Mapping[str, tuple[str, Sequence[str]]]
    assignments: Sequence[Assignment]
    fixed: Mapping[str, str] = field(default_factory=dict)
    joins: str = ""
    order: str = "s.n"
