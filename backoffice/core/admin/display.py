"""How a column shows its value: unfold's decorator with types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from unfold import decorators

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrOrPromise

F = TypeVar("F", bound="Callable[..., Any]")


class _Colours(dict[Any, str]):
    """None for what is not named: unfold would show its value in place of its text."""

    def __missing__(self, key: object) -> str:
        return ""


def display(  # noqa: PLR0913 - unfold's options
    *,
    description: _StrOrPromise | None = None,
    ordering: str | Combinable | None = None,
    label: Mapping[Any, str] | bool | None = None,
    header: bool | None = None,
    boolean: bool | None = None,
    image: bool | None = None,
    dropdown: bool | None = None,
    empty_value: _StrOrPromise | None = None,
) -> Callable[[F], F]:
    """A column; ``label`` maps the first of a returned (value, text) to a colour, if it has one."""
    decorate: Callable[[F], F] = decorators.display(
        description=description,
        ordering=ordering,
        label=_Colours(label) if isinstance(label, Mapping) else label,
        header=header,
        boolean=boolean,
        image=image,
        dropdown=dropdown,
        empty_value=empty_value,
    )
    return decorate
