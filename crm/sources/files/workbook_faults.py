"""What is said of a workbook that cannot be read."""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What a hostile workbook makes its readers raise is more than they document.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ExpatError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    LookupError,
    TypeError,
    OverflowError,
)


@contextmanager
def reading() -> Iterator[None]:
    """Whatever a damaged workbook makes its reader raise is a DomainError."""
    try:
        yield
    except BROKEN as error:
        raise unreadable(str(error)) from error


def unreadable(detail: str) -> DomainError:
    sentence = _("The workbook cannot be read (%(detail)s): open it and save it again.")
    return DomainError(sentence % {"detail": detail[:120]}, code="unreadable_file", field="file")


def no_sheet(name: str, sheets: Sequence[str]) -> DomainError:
    sentence = _("The workbook has no sheet “%(sheet)s”; it has: %(sheets)s.")
    words = {"sheet": name, "sheets": ", ".join(sheets)[:300]}
    return DomainError(sentence % words, code="no_sheet", field="sheet", value=name)


def protected() -> DomainError:
    sentence = _("The workbook is protected by a password: save it without one.")
    return DomainError(sentence, code="protected_file", field="file")
