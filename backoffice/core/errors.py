"""What a person is told when something cannot be done.

Domain functions raise :class:`DomainError`; only the edges (admin, API, tasks,
commands) catch it and show its sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


class DomainError(Exception):
    """A rule of the business said no.

    ``sentence`` is translated text for a person and names the mend. ``code`` is
    a stable word for programs. ``field`` and ``value`` say which input was
    wrong, where one was. ``conflict`` marks a request that came too late (the
    API answers 409) rather than one that was wrong in itself (422).
    """

    code = "invalid"
    conflict = False

    def __init__(
        self,
        sentence: _StrOrPromise,
        *,
        code: str | None = None,
        field: str | None = None,
        value: object = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code
        self.field = field
        self.value = value

    def __str__(self) -> str:
        return str(self.sentence)
