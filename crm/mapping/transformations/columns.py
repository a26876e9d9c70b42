"""Several columns into one value, and one value into several."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.mapping.transformations.catalogue import Argument, Transformation, WrongArgument
from crm.mapping.transformations.numbers import STYLES, number_reader

if TYPE_CHECKING:
    from crm.mapping.context import Context
    from crm.mapping.transformations.catalogue import Arguments, Function

_WRITTEN = {"\\n": "\n", "\\t": "\t"}


def _separator(arguments: Arguments) -> str:
    written: str = arguments["separator"]
    return _WRITTEN.get(written, written)


def _join(arguments: Arguments, _context: Context) -> Function:
    separator = _separator(arguments)

    def join(values: tuple[Any, ...]) -> str | None:
        return separator.join([str(value) for value in values if value not in (None, "")]) or None

    return join


def _first_not_empty(_arguments: Arguments, _context: Context) -> Function:
    def first_not_empty(values: tuple[Any, ...]) -> Any:  # noqa: ANN401 - as it was
        return next((value for value in values if value not in (None, "", [])), None)

    return first_not_empty


def _collect(_arguments: Arguments, _context: Context) -> Function:
    def collect(values: tuple[Any, ...]) -> list[Any]:
        found: list[Any] = []
        for value in values:
            found += value if isinstance(value, list) else [value] if value is not None else []
        return list(dict.fromkeys(found))

    return collect


def _multiply(arguments: Arguments, context: Context) -> Function:
    number = number_reader(arguments["style"] or context.numbers)

    def multiply(values: tuple[Any, ...]) -> Decimal | None:
        product = Decimal(1)
        for value in values:
            if value in (None, ""):
                return None
            product *= number(value)
        return product

    return multiply


def _split(arguments: Arguments, _context: Context) -> Function:
    separators = [_WRITTEN.get(one, one) for one in arguments["separator"].split(" ") if one]
    separators = separators or [" "]
    part = arguments["part"]

    def split(text: str) -> list[str] | str | None:
        for other in separators[1:]:
            text = text.replace(other, separators[0])
        parts = [piece for piece in (p.strip() for p in text.split(separators[0])) if piece]
        if not part:
            return parts
        place = part - 1 if part > 0 else part
        return parts[place] if -len(parts) <= place < len(parts) else None

    if arguments["separator"] == "":
        raise WrongArgument("separator", _("Give the sign between the values."))
    return split


TRANSFORMATIONS = (
    Transformation(
        "first_not_empty",
        gettext_lazy("First that is filled"),
        gettext_lazy("Of several columns, the first that is not empty: mobile, else telephone."),
        _first_not_empty,
        shape="columns",
        reads="any",
        gives="same",
    ),
    Transformation(
        "join",
        gettext_lazy("Join columns"),
        gettext_lazy("The columns that are filled, one behind the other: first and last name."),
        _join,
        (Argument("separator", gettext_lazy("between them; \\n: a new line"), default=" "),),
        shape="columns",
        reads="any",
    ),
    Transformation(
        "collect",
        gettext_lazy("Collect columns"),
        gettext_lazy("The values of several columns as a list: telephone and mobile."),
        _collect,
        shape="columns",
        reads="any",
        gives="list",
    ),
    Transformation(
        "multiply",
        gettext_lazy("Multiply columns"),
        gettext_lazy("Quantity times price; empty where one is empty."),
        _multiply,
        (Argument("style", gettext_lazy("how figures are written"), choices=STYLES),),
        shape="columns",
        reads="any",
        gives="decimal",
    ),
    Transformation(
        "split",
        gettext_lazy("Split"),
        gettext_lazy("“Pinot Noir, Gamay” → two values, or one of its parts."),
        _split,
        (
            Argument(
                "separator",
                gettext_lazy("sign between the values; several with spaces between"),
                default=", ; /",
            ),
            Argument(
                "part",
                gettext_lazy("which part: 1 the first, -1 the last, 0 all"),
                "whole",
                0,
                minimum=-50,
                maximum=50,
            ),
        ),
        gives="list",
    ),
)
