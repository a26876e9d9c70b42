"""How a column shows its value: unfold's decorator with types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from unfold import decorators

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrOrPromise

F = TypeVar("F", bound="Callable[..., Any]")


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
    """A column; ``label`` maps the first of a returned (value, text) to a colour."""
    decorate: Callable[[F], F] = decorators.display(
        description=description,
        ordering=ordering,
        label=label,
        header=header,
        boolean=boolean,
        image=image,
        dropdown=dropdown,
        empty_value=empty_value,
    )
    return decorate
