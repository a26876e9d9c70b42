"""The seven figures known of a client, as columns, checked.

A table is anything with named columns: a mapping of names to sequences, a NumPy structured
array, or a pandas frame where the caller has pandas (it is none of our packages).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.engine.problems import InvalidClients, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

DAYS_LIMIT: Final = 36_525
COUNT_LIMIT: Final = 1_000_000
MONEY_LIMIT: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """A figure of a client; ``limit`` is the greatest value that can be meant."""

    name: str
    unit: str
    limit: int
    is_whole: bool = False


FIELDS: Final = (
    Field("days_since_last_contact", "days", DAYS_LIMIT),
    Field("total_contacts", "contacts", COUNT_LIMIT, is_whole=True),
    Field("total_spent", "currency of the company", MONEY_LIMIT),
    Field("emails_sent", "e-mails", COUNT_LIMIT, is_whole=True),
    Field("emails_opened", "e-mails", COUNT_LIMIT, is_whole=True),
    Field("website_visits", "visits", COUNT_LIMIT, is_whole=True),
    Field("customer_age_days", "days", DAYS_LIMIT),
)
NAMES: Final = tuple(field.name for field in FIELDS)
RECENCY, CONTACTS, SPENT, SENT, OPENED, VISITS, AGE = range(len(FIELDS))
_PLAIN: Final = frozenset({int, float})


def column_names(table: Any) -> list[str]:  # noqa: ANN401 - anything with columns
    """Return the names of a table's columns.

    Raises:
        DomainError: it has none.

    """
    names = getattr(getattr(table, "dtype", None), "names", None)
    if names:
        return list(names)
    if callable(getattr(table, "keys", None)):
        return list(table.keys())
    raise DomainError(
        _("Give a table with named columns: a mapping, a structured array or a data frame."),
        code="no_columns",
    )


def read(table: Any) -> NDArray[np.float64]:  # noqa: ANN401 - anything with columns
    """Return the clients as rows of the seven figures, in the order of :data:`FIELDS`.

    Raises:
        InvalidClients: a value cannot be meant; every one is told.
        DomainError: a column is missing, or the columns differ in length.

    """
    rows, problems = inspect(table)
    if problems:
        raise InvalidClients(problems)
    return rows


def read_one(values: Sequence[Any]) -> Sequence[float]:
    """Return the seven figures of one client, in the order of :data:`FIELDS`, as :func:`read`.

    Sooner than that where nothing is wrong, which is nearly always.

    Raises:
        InvalidClients: a value cannot be meant; every one is told.

    """
    is_plain = len(values) == len(FIELDS) and all(
        type(value) in _PLAIN
        # False for NaN too.
        and 0 <= value <= field.limit
        and not (field.is_whole and value % 1)
        for field, value in zip(FIELDS, values, strict=True)
    )
    if is_plain and values[OPENED] <= values[SENT] and values[RECENCY] <= values[AGE]:
        return values
    figures: list[float] = read({name: [value] for name, value in zip(NAMES, values, strict=True)})[
        0
    ].tolist()
    return figures


def inspect(table: Any) -> tuple[NDArray[np.float64], list[Problem]]:  # noqa: ANN401 - as above
    """Return the rows and all that is wrong with them; a wrong value is NaN in its row.

    Raises:
        DomainError: a column is missing, or the columns differ in length.

    """
    known = column_names(table)
    missing = [name for name in NAMES if name not in known]
    if missing:
        raise DomainError(
            _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)},
            code="missing_column",
            field=missing[0],
        )
    columns = [table[name] for name in NAMES]
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise DomainError(_("The columns must be equally long."), code="shape")
    rows = np.empty((lengths.pop(), len(FIELDS)))
    problems: list[Problem] = []
    for place, (field, column) in enumerate(zip(FIELDS, columns, strict=True)):
        rows[:, place] = _numbers(field, column, problems)
    problems += _contradictions(rows)
    problems.sort(key=lambda one: (one.index, NAMES.index(one.field)))
    return rows, problems


def duplicates(ids: Any, field: str = "customer_id") -> list[Problem]:  # noqa: ANN401 - a column
    """Return a problem for every identifier that occurred before; empty ones are missing."""
    seen: dict[object, int] = {}
    found: list[Problem] = []
    for index, value in enumerate(ids):
        if value is None or value == "":
            found.append(Problem(index, field, value, "no_identifier"))
        elif seen.setdefault(value, index) != index:
            found.append(Problem(index, field, value, "duplicate", seen[value] + 1))
    return found


def _numbers(field: Field, column: Any, problems: list[Problem]) -> NDArray[np.float64]:  # noqa: ANN401 - a sequence
    """Return a column as numbers, NaN where a value is wrong, which goes to ``problems``."""
    given = column if isinstance(column, list | tuple) else np.asarray(column)
    values = _fast(given)
    if values is None:
        values = np.empty(len(given))
        for index, value in enumerate(given):
            values[index], code = _number(value)
            if code:
                problems.append(Problem(index, field.name, value, code))
        told = {one.index for one in problems if one.field == field.name}
    else:
        told = set()
    with np.errstate(invalid="ignore"):
        rules: tuple[tuple[str, NDArray[np.bool_]], ...] = (
            ("not_finite", ~np.isfinite(values)),
            ("negative", values < 0),
            ("out_of_range", values > field.limit),
            ("not_whole", (values != np.floor(values)) & field.is_whole),
        )
    wrong = np.zeros(len(values), dtype=bool)
    for code, mask in rules:
        problems += [
            Problem(index, field.name, given[index], code, field.limit)
            for index in np.flatnonzero(mask & ~wrong).tolist()
            if index not in told
        ]
        wrong |= mask
    values[wrong] = np.nan
    return values


def _fast(column: Any) -> NDArray[np.float64] | None:  # noqa: ANN401 - a sequence
    """Return a column of plain numbers at once; None where its values need a look each."""
    if isinstance(column, np.ndarray):
        return column.astype(np.float64) if column.dtype.kind in "iuf" else None
    if not set(map(type, column)) <= _PLAIN:
        return None
    try:
        return np.array(column, dtype=np.float64)
    except OverflowError:
        return None


def _number(value: object) -> tuple[float, str]:
    """Return a value as a number and no code, or NaN and what is wrong with it."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return math.nan, "missing"
    if isinstance(value, bool | np.bool_ | str | bytes):
        return math.nan, "text"
    convert: Callable[[Any], float] = float
    try:
        return convert(value), ""
    except OverflowError:
        return math.nan, "out_of_range"
    except (TypeError, ValueError):
        return math.nan, "text"


def _contradictions(rows: NDArray[np.float64]) -> Iterator[Problem]:
    """Yield what two figures of one client, each possible, cannot be together."""
    pairs = (
        (OPENED, SENT, "opened_exceeds_sent"),
        (RECENCY, AGE, "contact_before_customer"),
    )
    for small, great, code in pairs:
        for index in np.flatnonzero(rows[:, small] > rows[:, great]).tolist():
            value, limit = _plain(rows[index, small]), _plain(rows[index, great])
            yield Problem(index, NAMES[small], value, code, limit)


def _plain(number: float) -> float:
    """The number as people write it: 8, not 8.0."""
    return int(number) if number.is_integer() else float(number)
