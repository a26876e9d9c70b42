"""A batch of clients, from JSON to rows: in pieces where nothing is wrong, which is nearly always.

A hundred thousand objects at once are 100 MB that no processor's cache holds: read whole, a batch
takes a third more time. So the list's text is cut between two clients, piece by piece, and each
piece's objects are gone before the next is read. Lists that can be read one after another are the
list that they make together, so that nothing else can be meant. Cut in the wrong place, within a
text or an object, a piece is no list; then, as when anything else may be wrong, the whole is read
again with care, and told.
"""

from __future__ import annotations

import re
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import orjson
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.engine import clients
from scoring.engine.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

ID: Final = "customer_id"
LARGEST_BATCH: Final = 200_000
_PIECE: Final = 128 * 1024
# The space that JSON knows is less than what \s stands for.
_HEAD: Final = re.compile(rb'[ \t\n\r]*\{[ \t\n\r]*"clients"[ \t\n\r]*:[ \t\n\r]*\[')
_TAIL: Final = re.compile(rb"\][ \t\n\r]*\}[ \t\n\r]*")
_BETWEEN: Final = re.compile(rb"\}[ \t\n\r]*,[ \t\n\r]*(?=\{)")
_PLAIN: Final = frozenset({int, float})
_IDENTIFIER: Final = itemgetter(ID)
_FIGURES: Final = itemgetter(*clients.NAMES)
_LIMITS: Final = np.array([[field.limit] for field in clients.FIELDS], dtype=np.float64)
_WHOLE: Final = [place for place, field in enumerate(clients.FIELDS) if field.is_whole]
# Integers are written as far as 64 bits go; those with a point are exact below this one.
_LARGEST_NUMBER: Final = 2**63
_LARGEST_EXACT: Final = 2**53
_LONGEST_ID: Final = 200
# Half a character, as in "\ud800", can be read but not written.
_HALF: Final = re.compile("[\ud800-\udfff]")


class Batch(NamedTuple):
    """Identifiers and rows of the clients, and all faults by client, whose rows mean nothing."""

    ids: Sequence[Any]
    rows: NDArray[np.float64]
    problems: Sequence[Problem] = ()

    def right_ones(self) -> Batch:
        """Without the clients who have a fault."""
        bad = {one.index for one in self.problems}
        kept = [index for index in range(len(self.ids)) if index not in bad]
        return Batch([self.ids[index] for index in kept], self.rows[kept])


def of_text(raw: bytes) -> Batch | None:
    """Read a body's list; nothing where anything may be wrong, to be read by :func:`of_list`."""
    ids: list[Any] = []
    parts: list[NDArray[np.float64]] = []
    try:
        for piece in _pieces(raw):
            ids += map(_IDENTIFIER, piece)
            parts.append(_columns(piece))
            if len(ids) > LARGEST_BATCH:
                return None
        columns = np.concatenate(parts, axis=1)
        is_right = _are_right(columns) and _are_numbers_once(ids)
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
    return Batch(ids, columns.T) if is_right else None


def of_list(body: object) -> Batch:
    """Read what was JSON with care.

    Raises:
        DomainError: it is no list of clients, or too long.

    """
    given = _listed(body)
    objects = [client if isinstance(client, dict) else {} for client in given]
    problems = [
        Problem(index, "", client, "not_an_object")
        for index, client in enumerate(given)
        if not isinstance(client, dict)
    ]
    told = {one.index for one in problems}
    ids = [identifier(client) for client in objects]
    rows, wrong = clients.inspect(
        {name: [client.get(name) for client in objects] for name in clients.NAMES}
    )
    problems += [one for one in [*_wrong_ids(ids), *wrong] if one.index not in told]
    return Batch(ids, rows, sorted(problems, key=lambda one: one.index))


def identifier(client: Mapping[str, Any]) -> object:
    """What the caller calls the client; a whole number with a point, as sheets have, without it."""
    given = client.get(ID)
    if isinstance(given, float) and given.is_integer() and abs(given) < _LARGEST_EXACT:
        return int(given)
    return given


def fault(given: object) -> str:
    """What is wrong with an identifier: a whole number or a text, given back as it is."""
    if given is None or given == "":
        return "no_identifier"
    if isinstance(given, bool) or not isinstance(given, int | str):
        return "identifier"
    if isinstance(given, int):
        is_right = -_LARGEST_NUMBER <= given < _LARGEST_NUMBER
    else:
        is_right = len(given) <= _LONGEST_ID and not _HALF.search(given)
    return "" if is_right else "identifier"


def _pieces(raw: bytes) -> Iterator[list[Any]]:
    """Yield the list's clients; ValueError where it is not one list and nothing else."""
    head = _HEAD.match(raw)
    end = raw.rfind(b"]")
    if head is None or not _TAIL.fullmatch(raw, max(end, 0)):
        raise ValueError("This is not a list of clients alone.")
    start, view = head.end(), memoryview(raw)
    while True:
        cut = _BETWEEN.search(raw, start + _PIECE, end)
        yield orjson.loads(b"".join((b"[", view[start : cut.start() + 1 if cut else end], b"]")))
        if cut is None:
            return
        start = cut.end()


def _columns(piece: Sequence[Any]) -> NDArray[np.float64]:
    """Return figures by client; TypeError or KeyError where one is no number or missing."""
    figures = list(chain.from_iterable(map(_FIGURES, piece)))
    if not _PLAIN.issuperset(map(type, figures)):
        raise TypeError("Not all of them are numbers.")
    return np.fromiter(figures, np.float64, len(figures)).reshape(-1, len(clients.NAMES)).T


def _are_right(columns: NDArray[np.float64]) -> bool:
    whole = columns[_WHOLE]
    return bool(
        ((columns >= 0) & (columns <= _LIMITS)).all()
        and (whole == np.floor(whole)).all()
        and (columns[clients.OPENED] <= columns[clients.SENT]).all()
        and (columns[clients.RECENCY] <= columns[clients.AGE]).all()
    )


def _are_numbers_once(ids: Sequence[Any]) -> bool:
    """OverflowError where a number has more than 64 bits."""
    # A bool is of another type.
    if not {int}.issuperset(map(type, ids)):
        return False
    ordered = np.sort(np.fromiter(ids, np.int64, len(ids)))
    return not (ordered[1:] == ordered[:-1]).any()


def _listed(body: object) -> list[Any]:
    given = body.get("clients") if isinstance(body, dict) else None
    if not isinstance(given, list):
        raise DomainError(
            _("Give the clients as a list under “clients”."), code="list", field="clients"
        )
    if len(given) > LARGEST_BATCH:
        raise DomainError(
            _("Give at most %(limit)d clients at a time; these are %(count)d.")
            % {"limit": LARGEST_BATCH, "count": len(given)},
            code="too_long",
            field="clients",
        )
    return given


def _wrong_ids(ids: Sequence[Any]) -> list[Problem]:
    found: list[Problem] = []
    seen: dict[object, int] = {}
    for index, value in enumerate(ids):
        if code := fault(value):
            found.append(Problem(index, ID, value, code))
        elif seen.setdefault(value, index) != index:
            found.append(Problem(index, ID, value, "duplicate", seen[value] + 1))
    return found
