"""What a sheet would come to, before anything is downloaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from scoring.engine.tables import IDENTIFIER
from scoring.sheets import answers
from scoring.sheets.answers import Answer, Tally
from scoring.sheets.checking import Checker
from scoring.versions import active

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sheets.checking import Fault
    from scoring.sheets.opening import Sheet

# What a person looks through; the files have all of it.
ROWS_SHOWN: Final = 20
FAULTS_SHOWN: Final = 200


@dataclass(slots=True)
class Preview:
    """``first`` are the first clients with their identifiers; ``columns`` which figure is where."""

    columns: list[tuple[str, str]]
    tally: Tally = field(default_factory=Tally)
    first: list[tuple[str, Answer]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    notes: Sequence[str] = ()

    @property
    def more_faults(self) -> int:
        return self.fault_count - len(self.faults)


def of(sheet: Sheet) -> Preview:
    """Check all rows and score those that are right.

    Raises:
        DomainError: there are too many rows, or there is no model.

    """
    model = active.model()
    columns = [(sheet.columns[place], name) for name, place in sheet.places.items()]
    found = Preview(columns, notes=sheet.notes)
    place = sheet.places.get(IDENTIFIER)
    for part in Checker(sheet).parts():
        found.tally.add(answers.scores_of(part, model), len(part.wrong))
        found.fault_count += len(part.faults)
        found.faults += part.faults[: FAULTS_SHOWN - len(found.faults)]
        wanted = ROWS_SHOWN - len(found.first)
        if wanted > 0:
            part.rows, part.figures = part.rows[:wanted], part.figures[:wanted]
            found.first += [
                ("" if place is None else cells[place], answer)
                for cells, _figures, answer in answers.of_part(part, model)
            ]
    return found
