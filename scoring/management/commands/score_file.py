"""Score a sheet of clients."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.errors import DomainError
from scoring.engine.scale import COLD, HOT, WARM
from scoring.sheets import answers, writing
from scoring.sheets.answers import Tally
from scoring.sheets.checking import Checker, Fault
from scoring.sheets.opening import opened

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Iterator, Sequence

# Faults told one by one; the rest are counted.
TOLD = 1_000
STANDARD = "-"


class Command(BaseCommand):
    help = (
        "Score the clients of a CSV, XLSX, XLS or ODS file: the seven figures and perhaps"
        " customer_id, by English or French headings. The file written, CSV or XLSX by its name,"
        " has the same columns and score, segment, chance, recommendation and reasons. Where a"
        " row is wrong, every fault is told by row and nothing is written; with --partial the"
        " rows that are right are. Needs no database: without one the shipped model answers."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="IN.csv")
        parser.add_argument(
            "--output",
            default=STANDARD,
            metavar="OUT.csv",
            help="a CSV or XLSX file; - for CSV on standard output, as without it",
        )
        parser.add_argument(
            "--partial", action="store_true", help="score the rows that are right alone"
        )

    def handle(self, *args: Any, file: Path, output: str, partial: bool, **options: Any) -> None:
        try:
            # A row that is wrong near the end shall not leave half a file behind.
            notes, faults, right = _checked(file)
            self._tell(notes, faults)
            if faults and not partial:
                raise CommandError(_refusal(faults))
            if not right:
                raise CommandError(_("%(file)s: no row can be scored.") % {"file": file.name})
            tally = _write(file, output, self.stdout.write)
        except DomainError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            where, why = error.filename or output, error.strerror or error
            raise CommandError(_("%(file)s: %(error)s.") % {"file": where, "error": why}) from error
        told = self.stderr if output == STANDARD else self.stdout
        told.write(_summary(tally))

    def _tell(self, notes: Sequence[str], faults: list[Fault]) -> None:
        for note in notes:
            self.stderr.write(note)
        for fault in faults[:TOLD]:
            self.stderr.write(fault.sentence)
        more = len(faults) - TOLD
        if more > 0:
            self.stderr.write(_("There are %(count)s more faults.") % {"count": more})


def _checked(file: Path) -> tuple[Sequence[str], list[Fault], int]:
    """How the file was read, all faults, and how many rows have none."""
    faults: list[Fault] = []
    right = 0
    with opened(lambda: file.open("rb"), file.name) as sheet:
        for part in Checker(sheet).parts():
            faults += part.faults
            right += len(part.rows)
    return sheet.notes, faults, right


def _write(file: Path, output: str, stdout: Callable[..., object]) -> Tally:
    tally = Tally()
    is_workbook = output.lower().endswith(".xlsx")
    with opened(lambda: file.open("rb"), file.name) as sheet:
        header = answers.header(sheet)
        rows = writing.scored(sheet, tally, faults=[], numbers=is_workbook)
        # Programs read this: a mark for Excel only where the file came with one, or from it.
        is_marked = _has_mark(file) or sheet.style.encoding != "utf-8"
        pieces = writing.csv_chunks(sheet, header, rows, marked=is_marked)
        if output == STANDARD:
            for piece in pieces:
                stdout(piece.decode(), ending="")
            return tally
        with _replaced(Path(output)) as target:
            if is_workbook:
                writing.write_xlsx(target, header, rows)
            else:
                target.writelines(pieces)
    return tally


def _has_mark(file: Path) -> bool:
    with file.open("rb") as start:
        return start.read(3) == b"\xef\xbb\xbf"


@contextmanager
def _replaced(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of another only when it is whole."""
    if not path.parent.is_dir() or path.is_dir():
        code = errno.EISDIR if path.is_dir() else errno.ENOENT
        raise OSError(code, os.strerror(code), str(path))
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".scores-", delete=False) as made:
        try:
            yield made
            made.close()
            # As other programs' files: a temporary one is its owner's alone.
            Path(made.name).chmod(0o666 & ~_umask())
            Path(made.name).replace(path)
        except BaseException:
            Path(made.name).unlink(missing_ok=True)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _refusal(faults: list[Fault]) -> str:
    rows = len({fault.row for fault in faults})
    sentence = ngettext(
        "%(rows)d row is wrong and nothing was written: mend it, or leave it out with --partial.",
        "%(rows)d rows are wrong and nothing was written: mend them, or leave them out with"
        " --partial.",
        rows,
    )
    return sentence % {"rows": rows}


def _summary(tally: Tally) -> str:
    sentence = ngettext(
        "%(scored)d client scored: %(hot)d hot, %(warm)d warm, %(cold)d cold;"
        " %(left_out)d left out.",
        "%(scored)d clients scored: %(hot)d hot, %(warm)d warm, %(cold)d cold;"
        " %(left_out)d left out.",
        tally.scored,
    )
    counts = {name.lower(): tally.segments[name] for name in (HOT, WARM, COLD)}
    return sentence % {"scored": tally.scored, "left_out": tally.left_out, **counts}
