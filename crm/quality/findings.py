"""What is found wrong with the rows of one batch, while they are being checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crm import canonical
from crm.models import Anomaly, Entity
from crm.problems import Problem

if TYPE_CHECKING:
    from crm.canonical import CanonicalField
    from crm.mapping.compiled import Normalised

Severity = Anomaly.Severity
CRITICAL, HIGH, MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM


class Findings:
    """The batch, and what is wrong with it so far; at most one problem per value.

    A value that a step of the mapping could not make, and one that a check emptied, has its
    problem: it is not missing as well.
    """

    def __init__(self, entity: str, rows: Normalised) -> None:
        self.entity = Entity(entity)
        self.rows = rows
        self.fields = {field.name: field for field in canonical.FIELDS[self.entity]}
        self._places = {
            (problem.index, problem.field): place for place, problem in enumerate(rows.problems)
        }

    def column(self, name: str) -> list[Any] | None:
        """The field's values, or None where nothing is mapped to it."""
        return self.rows.values.get(name)

    def length(self) -> int:
        """Rows of the batch."""
        return next((len(column) for column in self.rows.values.values()), 0)

    def has(self, index: int, name: str) -> bool:
        """Whether something is wrong with this value already."""
        return (index, name) in self._places

    def raw(self, name: str, index: int) -> str:
        """What was read; what became of it where nothing was (a default)."""
        read = self.rows.raw.get(name)
        if read is not None and read[index]:
            return read[index]
        value = self.rows.values[name][index] if name in self.rows.values else None
        if isinstance(value, list):
            return ", ".join(map(str, value))
        return "" if value is None else str(value)

    def add(
        self,
        index: int,
        name: str,
        severity: Severity,
        code: str,
        sentence: str,
        **more: object,
    ) -> None:
        """Note it, once per value; ``sentence`` may name %(field)s, %(value)s and ``more``.

        High: the value is emptied.
        """
        if (index, name) in self._places:
            return
        value = self.raw(name, index)
        words = {"field": label(self.fields[name]), "value": _short(value), **more}
        self._places[index, name] = len(self.rows.problems)
        self.rows.problems.append(Problem(index, severity, code, name, value, sentence % words))
        if severity == HIGH:
            self.empty(index, name)

    def empty(self, index: int, name: str) -> None:
        """Leave the value out."""
        if name in self.rows.values:
            self.rows.values[name][index] = [] if self.fields[name].many else None

    def refuse(self, index: int, names: tuple[str, ...]) -> bool:
        """Make the problem of one of these values critical; whether there was one.

        Without the value the row cannot be used: what is wrong with it refuses the row.
        """
        for name in names:
            place = self._places.get((index, name))
            if place is not None:
                problem = self.rows.problems[place]
                self.rows.problems[place] = replace(problem, severity=CRITICAL)
                return True
        return False


def label(field: CanonicalField) -> str:
    """The field's name as a sentence begins with it."""
    words = str(field.label)
    return words[:1].upper() + words[1:]


def _short(value: str) -> str:
    """As much of a value as a sentence bears."""
    return value if len(value) <= 80 else value[:77] + "..."  # noqa: PLR2004 - said above
