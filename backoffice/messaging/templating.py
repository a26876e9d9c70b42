"""Filling a message's {placeholders}, and which ones each occasion knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.utils.functional import _StrOrPromise

_BRACES = re.compile(r"\{([^{}]*)\}")
_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Occasion:
    """A moment at which we write to people, the names its texts may use, and examples of them."""

    key: str
    label: _StrOrPromise
    placeholders: tuple[str, ...]
    sample: Mapping[str, str]


_occasions: dict[str, Occasion] = {}


def register_occasion(
    key: str,
    placeholders: Iterable[str],
    sample: Mapping[str, str],
    *,
    label: _StrOrPromise = "",
) -> None:
    """Declare an occasion; an app calls this in its ``AppConfig.ready``, the last one wins."""
    _occasions[key] = Occasion(key, label or key, tuple(placeholders), dict(sample))


def occasion(key: str) -> Occasion | None:
    return _occasions.get(key)


def occasions() -> list[Occasion]:
    return [_occasions[key] for key in sorted(_occasions)]


def placeholders_in(text: str) -> list[str]:
    """What stands between braces in ``text``, each once, in order of first appearance."""
    return list(dict.fromkeys(_BRACES.findall(text)))


def check(text: str, known: Collection[str], *, field: str = "body") -> None:
    """Raise ``DomainError`` where ``text`` uses a placeholder that is not in ``known``.

    Only the bare name counts as one: ``{total!r}``, ``{order.total}`` and
    ``{0}`` are unknown, so a template reaches nothing but the given texts.
    """
    for name in placeholders_in(text):
        if name not in known:
            raise DomainError(
                _("{%(name)s} is not known here. Use one of: %(known)s.")
                % {"name": name, "known": ", ".join(f"{{{item}}}" for item in known) or "-"},
                code="unknown_placeholder",
                field=field,
                value=f"{{{name}}}",
            )


def render(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders filled in one pass; values are never read as templates.

    A line whose placeholders are all empty is dropped ("Delivery: {delivery_date}"
    disappears where no date is known). A placeholder without a value raises
    ``DomainError`` that names it.
    """
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        names = _BRACES.findall(line)
        filled = [_value(name, values) for name in names]
        if names and not any(filled):
            continue
        lines.append(_BRACES.sub(lambda match: _value(match[1], values), line))
    return _GAP.sub("\n\n", "\n".join(lines)).strip()


def content_variables(text: str, values: Mapping[str, str]) -> dict[str, str]:
    """The variables of the approved WhatsApp template that says the same as ``text``.

    They are numbered in the order in which ``text`` first uses them. WhatsApp
    refuses empty variables, line breaks and long runs of spaces in them.
    """
    names = enumerate(placeholders_in(text), start=1)
    return {str(number): _one_line(_value(name, values)) for number, name in names}


def fit(text: str, values: Mapping[str, str], limit: int) -> dict[str, str]:
    """``values`` shortened so that ``render(text, ...)`` has at most ``limit`` characters.

    The value with the most lines (an order's lines) loses its last ones and
    ends in "… (+12)". Where even that is too long the text stays as it is and
    the service will say so.
    """
    fitted = dict(values)
    names = [name for name in placeholders_in(text) if name in values]
    if not names or len(render(text, fitted)) <= limit:
        return fitted
    longest = max(names, key=lambda name: len(values[name].splitlines()))
    lines = values[longest].strip().splitlines()
    for kept in range(len(lines) - 1, 0, -1):
        fitted[longest] = "\n".join([*lines[:kept], f"… (+{len(lines) - kept})"])
        if len(render(text, fitted)) <= limit:
            return fitted
    return dict(values)


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise DomainError(
            _("The placeholder {%(name)s} of the message template has no value.") % {"name": name},
            code="missing_placeholder",
            field=name,
        )
    return values[name].strip()


def _one_line(value: str) -> str:
    lines = (" ".join(line.split()) for line in value.splitlines())
    return "; ".join(line for line in lines if line) or "-"
