"""Files of answers: scored clients, those to mend, an empty sheet."""

from __future__ import annotations

import csv
import io
from typing import IO, TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import CHUNK, Csv, Xlsx
from crm.sources.files.style import Format
from scoring.engine import clients
from scoring.engine.tables import IDENTIFIER
from scoring.sheets import answers, workbooks
from scoring.sheets.cells import as_figure, as_number, for_csv
from scoring.sheets.checking import Checker
from scoring.versions import active

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.sheets.answers import Tally
    from scoring.sheets.checking import Fault
    from scoring.sheets.opening import Sheet

# The client of the API's documentation.
_EXAMPLE: Final = (1, 5, 10, 1500.50, 8, 6, 15, 120)
_COMMA: Final = ","


def scored(
    sheet: Sheet, tally: Tally, *, faults: list[Fault] | None = None, numbers: bool = False
) -> Iterator[list[object]]:
    """The rows that are right as they came, each with its score and why; counted in ``tally``.

    What is wrong with the others goes to ``faults``. With ``numbers`` cells that surely are
    numbers become such, as a workbook wants them.

    Raises:
        DomainError: a row is wrong and ``faults`` is None; or there is no model.

    """
    model = active.model()
    figures = [
        (place, clients.NAMES.index(name))
        for name, place in sheet.places.items()
        if name != IDENTIFIER
    ]
    for part in Checker(sheet).parts():
        if part.faults and faults is None:
            raise _refused(part.faults[0])
        if faults is not None:
            faults += part.faults
        scores = []
        for cells, values, answer in answers.of_part(part, model):
            own: list[object] = [as_number(cell) for cell in cells] if numbers else [*cells]
            if numbers:
                for place, index in figures:
                    own[place] = as_figure(values[index])
            scores.append(answer.score)
            yield [*own, *answer]
        tally.add(scores, len(part.wrong))


def to_mend(sheet: Sheet) -> Iterator[list[object]]:
    """The rows that are wrong, as they came, each with all that is to mend in it."""
    width = len(sheet.columns)
    for part in Checker(sheet).parts():
        told: dict[int, list[str]] = {}
        for fault in part.faults:
            told.setdefault(fault.row, []).append(fault.sentence)
        for row, sentences in told.items():
            cells = part.wrong[row][:width]
            yield [*cells, *[""] * (width - len(cells)), " ".join(sentences)]


def mend_header(sheet: Sheet) -> list[str]:
    """The sheet's own columns, and what is to mend."""
    return [*sheet.columns, _("to mend")]


def csv_chunks(
    sheet: Sheet, header: Sequence[str], rows: Iterable[Sequence[object]], *, marked: bool
) -> Iterator[bytes]:
    """A CSV file with the sheet's delimiter, piece by piece; ``marked`` as UTF-8 for Excel.

    Where a row cannot be had, the last line says so before the error goes on.
    """
    is_text = sheet.style.format == Format.CSV
    delimiter = sheet.style.delimiter if is_text else Csv.delimiter
    decimal = "." if delimiter == _COMMA else sheet.style.decimal if is_text else _COMMA
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    out.write("\ufeff" if marked else "")
    writer.writerow([for_csv(name, decimal) for name in header])
    try:
        for number, row in enumerate(rows, start=1):
            writer.writerow([for_csv(cell, decimal) for cell in row])
            if number % CHUNK == 0:
                yield out.getvalue().encode()
                out.seek(0)
                out.truncate()
    except Exception:
        sentence = _("THE FILE IS NOT COMPLETE: an error stopped it here. Export it again.")
        yield f"{out.getvalue()}\r\n{sentence}\r\n".encode()
        raise
    yield out.getvalue().encode()


def write_xlsx(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A workbook; rows go straight into it."""
    workbooks.write(file, header, rows)


def template(file: IO[bytes]) -> None:
    """An empty workbook with the columns, and a client as an example."""
    Xlsx().write(file, [IDENTIFIER, *clients.NAMES], [_EXAMPLE])


def _refused(fault: Fault) -> DomainError:
    return DomainError(fault.sentence, code="invalid_clients", field=fault.field, value=fault.value)
