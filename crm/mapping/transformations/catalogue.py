"""What a transformation is; the list of all of them; a step with its arguments checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.mapping import storable
from crm.mapping.storable import MAX_ENTRIES

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from crm.mapping.context import Context

Shape = Literal["value", "empty", "columns"]
Function = Callable[[Any], Any]
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Argument:
    """``kind``: text, whole (number), number, flag, table (of texts). ``choices``: what it may be.

    ``suggestions`` are what people choose from, while more is allowed.
    """

    name: str
    label: _StrOrPromise
    kind: Literal["text", "whole", "number", "flag", "table"] = "text"
    default: Any = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Transformation:
    """``build(arguments, context)`` gives the function that runs over values.

    ``shape``: "value" functions see what is not empty (of a list each value), "empty" ones see
    what is empty, "columns" ones see all the rule's columns at once and give one value.
    ``reads`` is "text" or "any"; ``gives`` a ``canonical.Kind``, "list", or "same" as it was.
    """

    name: str
    label: _StrOrPromise
    help: _StrOrPromise
    build: Callable[[Arguments, Context], Function]
    arguments: tuple[Argument, ...] = ()
    shape: Shape = "value"
    reads: Literal["text", "any"] = "text"
    gives: str = "text"


@dataclass(frozen=True, slots=True)
class Step:
    """A transformation with its arguments, ready to run."""

    transformation: Transformation
    arguments: Arguments
    function: Function


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Transformation]:
    """Every transformation by its name, in the order in which people look for them."""
    from crm.mapping.transformations import (  # noqa: PLC0415 - they import this module
        bottles,
        choices,
        columns,
        contacts,
        dates,
        flags,
        html,
        names,
        numbers,
        phones_abroad,
        places,
        texts,
    )

    modules = (
        texts, names, contacts, phones_abroad, dates, numbers, flags, columns, choices, places,
        bottles, html,
    )  # fmt: skip
    return {one.name: one for module in modules for one in module.TRANSFORMATIONS}


def prepare(step: Mapping[str, Any], context: Context) -> Step:
    """The step as a mapping keeps it, ``{"name", "arguments"}``, ready to run.

    Raises DomainError that names the step, the argument, the value and the mend.
    """
    name = str(step.get("name", "")) if isinstance(step, Mapping) else str(step)
    found = catalogue().get(name)
    if found is None:
        sentence = _("There is no transformation “%(name)s”. Choose one of: %(names)s.") % {
            "name": name,
            "names": ", ".join(catalogue()),
        }
        raise DomainError(sentence, code="unknown_step", field="steps", value=name)
    given = step.get("arguments") or {}
    if not isinstance(given, Mapping):
        raise _wrong(found, "arguments", given, _("Give the arguments by name."))
    for argument, value in given.items():
        if mend := storable.fault(value):
            raise _wrong(found, str(argument), "…", mend)
    known = {argument.name for argument in found.arguments}
    for other in given:
        if other not in known:
            mend = _("It takes: %(names)s.") % {"names": ", ".join(sorted(known)) or "–"}
            raise _wrong(found, str(other), given[other], mend)
    arguments = {one.name: _checked(found, one, given) for one in found.arguments}
    try:
        function = found.build(arguments, context)
    except WrongArgument as wrong:
        raise _wrong(found, wrong.name, arguments.get(wrong.name), wrong.mend) from wrong
    return Step(found, arguments, function)


class WrongArgument(Exception):
    """Raised by ``build``: the argument and the mend."""

    def __init__(self, name: str, mend: str) -> None:
        super().__init__(name)
        self.name = name
        self.mend = mend


def _wrong(found: Transformation, argument: str, value: object, mend: str) -> DomainError:
    sentence = _("Step “%(step)s”, “%(argument)s”: “%(value)s” will not do. %(mend)s") % {
        "step": found.name,
        "argument": argument,
        "value": str(value)[:120],
        "mend": mend,
    }
    return DomainError(sentence, code="wrong_argument", field=argument, value=value)


def _checked(found: Transformation, argument: Argument, given: Arguments) -> Any:  # noqa: ANN401 - of its kind
    value = given.get(argument.name, argument.default)
    if value is None:
        value = argument.default
    if argument.required and value in ("", {}, None):
        raise _wrong(found, argument.name, value, _("It must be given."))
    if argument.choices and str(value) not in argument.choices:
        mend = _("It must be one of: %(choices)s.") % {"choices": ", ".join(argument.choices)}
        raise _wrong(found, argument.name, value, mend)
    return _KINDS[argument.kind](found, argument, value)


def _text(found: Transformation, argument: Argument, value: object) -> str:
    if not isinstance(value, str | int | float) or len(str(value)) > MAX_ENTRIES:
        raise _wrong(found, argument.name, value, _("It must be a text."))
    return str(value)


def _whole(found: Transformation, argument: Argument, value: object) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise _wrong(found, argument.name, value, _("It must be a whole number.")) from None
    low, high = argument.minimum, argument.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        mend = _("It must lie between %(low)s and %(high)s.") % {"low": low, "high": high}
        raise _wrong(found, argument.name, value, mend)
    return number


def _number(found: Transformation, argument: Argument, value: object) -> float:
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e9:  # noqa: PLR2004 - also says no to "nan"
        raise _wrong(found, argument.name, value, _("It must be a number."))
    return number


def _flag(found: Transformation, argument: Argument, value: object) -> bool:
    flags = {"true": True, "1": True, "false": False, "0": False, "": False}
    if str(value).lower() not in flags:
        raise _wrong(found, argument.name, value, _("It must be true or false."))
    return flags[str(value).lower()]


def _table(found: Transformation, argument: Argument, value: object) -> dict[str, str]:
    if value in ("", None):
        return {}
    if not isinstance(value, Mapping) or len(value) > MAX_ENTRIES:
        mend = _("It must be a list of pairs: the source's word, our word.")
        raise _wrong(found, argument.name, value, mend)
    return {str(word): "" if ours is None else str(ours) for word, ours in value.items()}


_KINDS: Mapping[str, Callable[[Transformation, Argument, Any], Any]] = {
    "text": _text,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "table": _table,
}
