"""A mapping made ready to run over batches, column by column."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.canonical import field_of
from crm.mapping.chains import Chain
from crm.mapping.context import context_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crm.mapping.context import Context
    from crm.mapping.rules import Rule
    from crm.models import DataSource, FieldMapping, MappingRule
    from crm.problems import Problem
    from crm.sources.batches import Batch


@dataclass(slots=True)
class Normalised:
    """A batch as our fields. ``values[name][i]`` belongs to row i of the batch.

    A list for every mapped canonical field, as long as the batch. Types by ``canonical.Kind``:
    str, date, aware datetime, Decimal, int, bool; ``many`` fields list[str]; empty is None ([]).
    E-mails are lower case and valid, phones E.164. A value that could not be made is empty and
    has a problem. ``raw[name][i]`` is the text that the value was made from. Rows with the same
    raw text share one value: put another in its place, never change a list.
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

    def __init__(
        self,
        entity: str,
        rules: Iterable[Rule | MappingRule],
        columns: Sequence[str],
        context: Context,
        *,
        version: int = 0,
    ) -> None:
        self.version = version
        self.entity = entity
        self.policies = {}
        self._width = len(columns)
        self._chains: list[Chain] = []
        places = {column: place for place, column in enumerate(columns)}
        for rule in rules:
            canonical = field_of(entity, rule.field)
            if canonical is None:
                raise unknown_field(entity, rule.field)
            if rule.field in self.policies:
                raise field_twice(rule.field)
            for column in rule.columns:
                if column not in places:
                    raise unknown_column(str(canonical.label), column, columns)
            where = [places[column] for column in rule.columns]
            self._chains.append(Chain(canonical, where, rule.steps, context))
            self.policies[rule.field] = rule.policy

    def apply(self, batch: Batch) -> Normalised:
        """The batch's rows as our fields, and what could not be made of them."""
        columns: Sequence[Sequence[str]] = list(zip(*batch.rows, strict=True))
        if not batch.rows:
            columns = [()] * self._width
        done = Normalised(values={}, raw={})
        for chain in self._chains:
            name = chain.field.name
            done.raw[name], done.values[name] = chain.run(columns, len(batch.rows))
            done.problems += chain.problems(done.raw[name], columns)
        return done


def compile_mapping(
    mapping: FieldMapping, columns: Sequence[str], source: DataSource
) -> CompiledMapping:
    """The mapping for a table with these columns.

    ``source`` gives the country of phones and the currency where a step names none. Raises
    DomainError where a rule names a column that the table has not, or a step that does not exist.
    """
    return CompiledMapping(
        mapping.table.entity,
        mapping.rules.all(),
        columns,
        context_of(mapping.table, source),
        version=mapping.version,
    )


def unknown_field(entity: str, name: str) -> DomainError:
    """A rule for something we know nothing of."""
    sentence = _("There is no field “%(field)s” of %(entity)s. Remove the rule.") % {
        "field": name,
        "entity": entity,
    }
    return DomainError(sentence, code="unknown_field", field="field", value=name)


def field_twice(name: str) -> DomainError:
    """Two rules for one field."""
    sentence = _("“%(field)s” has two rules. Keep one; it may take several columns.") % {
        "field": name
    }
    return DomainError(sentence, code="field_twice", field="field", value=name)


def unknown_column(label: str, column: str, columns: Sequence[str]) -> DomainError:
    """A rule whose column is not there, with those that are."""
    sentence = _(
        "“%(field)s” is taken from the column “%(column)s”, which the table does not have. Choose"
        " another one: %(columns)s."
    ) % {"field": label, "column": column, "columns": ", ".join(columns[:40])}
    return DomainError(sentence, code="unknown_column", field="columns", value=column)
