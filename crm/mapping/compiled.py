"""A mapping made ready to run over batches, column by column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.models import DataSource, FieldMapping
    from crm.problems import Problem
    from crm.sources.batches import Batch


@dataclass(slots=True)
class Normalised:
    """A batch as our fields. ``values[name][i]`` belongs to row i of the batch.

    A list for every mapped canonical field, as long as the batch. Types by ``canonical.Kind``:
    str, date, aware datetime, Decimal, int, bool; ``many`` fields list[str]; empty is None ([]).
    E-mails are lower case and valid, phones E.164. A value that could not be made is empty and
    has a problem. ``raw[name][i]`` is the text that the value was made from.
    """

    values: dict[str, list[Any]]
    raw: dict[str, list[str]]
    problems: list[Problem] = field(default_factory=list)


class CompiledMapping:
    """Built once per run of a table; ``apply`` is called for every batch, from one thread."""

    version: int
    entity: str
    # {canonical field: MappingRule.Policy}
    policies: dict[str, str]

    def apply(self, batch: Batch) -> Normalised:
        """The batch's rows as our fields, and what could not be made of them."""
        raise NotImplementedError


def compile_mapping(
    mapping: FieldMapping, columns: Sequence[str], source: DataSource
) -> CompiledMapping:
    """The mapping for a table with these columns.

    ``source`` gives the country of phones and the currency where a step names none. Raises
    DomainError where a rule names a column that the table has not, or a step that does not exist.
    """
    raise NotImplementedError
