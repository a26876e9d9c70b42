"""Labelled messages: those shipped with the project, and files in the same form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER: Final = Path(__file__).parent.parent / "data" / "messages"
# Where a line of a file does not say in which style it is written.
OTHER_STYLE: Final = "other"


@dataclass(frozen=True, slots=True)
class Example:
    """A message and the category a person gave it; ``style`` says who writes like that.

    ``weight`` is what it counts in training: less where nobody looked at the category closely.
    """

    message: str
    category: str
    style: str = OTHER_STYLE
    weight: float = 1.0


def files() -> list[Path]:
    """Return the shipped files, one per style."""
    return sorted(FOLDER.glob("*.jsonl"))


def shipped() -> list[Example]:
    """Return the messages shipped with the project."""
    return load(files())


def load(paths: Iterable[Path]) -> list[Example]:
    """Read files of JSON lines with ``message``, ``category`` and perhaps ``style``.

    Raises:
        DomainError: a file cannot be read or a line is no example; names the file and the line.

    """
    return [example for path in paths for example in _load(path)]


def _load(path: Path) -> list[Example]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DomainError(
            _("The file %(path)s cannot be read as UTF-8 text: %(error)s.")
            % {"path": path, "error": error},
            code="unreadable_file",
            field="path",
            value=str(path),
        ) from error
    return [_example(path, n, line) for n, line in enumerate(lines, start=1) if line.strip()]


def _example(path: Path, number: int, line: str) -> Example:
    try:
        row = json.loads(line)
        texts = [row["message"], row["category"], row.get("style") or OTHER_STYLE]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        texts = []
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise DomainError(
            _(
                "Line %(line)s of %(path)s is no example: write a JSON object with the texts "
                '"message" and "category".'
            )
            % {"line": number, "path": path},
            code="bad_example",
            field="line",
            value=str(number),
        )
    return Example(*texts)
