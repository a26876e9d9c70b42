"""One rule, ready to run: columns, steps, field; values remembered by what they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.mapping.faults import Doubtful, Fault, Unreadable
from crm.mapping.finishing import as_text, finisher, fits
from crm.mapping.transformations import prepare
from crm.problems import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crm.canonical import CanonicalField
    from crm.mapping.context import Context
    from crm.mapping.transformations import Step

# Values kept between batches where they repeat.
MEMORY = 50_000
# Above this share of different values, seen in so many cells, nothing is remembered.
MOST = 0.7
SAMPLE = 2000
# Of several faults in one cell so many are told.
MOST_SAID = 3
# A text that a program guarded against being read as a formula.
_GUARDED = frozenset("=+-@")
_TEXTS = frozenset({"text", "list", "same", "contact", "country", "language", "currency"})


class Chain:
    """The rule of one field; ``run`` gives a column of values from columns of text."""

    def __init__(
        self,
        field: CanonicalField,
        places: Sequence[int],
        steps: Sequence[Mapping[str, Any]],
        context: Context,
    ) -> None:
        self.field = field
        self._places = tuple(places)
        prepared = [prepare(step, context) for step in steps]
        gives = _checked(field, prepared, columns=len(self._places))
        at = next((i for i, s in enumerate(prepared) if s.transformation.shape == "columns"), None)
        self._each = _runnable(prepared[:at] if at is not None else [])
        self._combine = prepared[at].function if at is not None else None
        self._steps = _runnable(prepared[at + 1 :] if at is not None else prepared)
        self._finish = finisher(field, context, gives)
        self._quick = self._quick_function()
        self._mostly_different = False
        self._known: dict[Any, Any] = {}
        self._faults: dict[Any, list[tuple[Severity, Fault]]] = {}

    def run(self, columns: Sequence[Sequence[str]], size: int) -> tuple[list[str], list[Any]]:
        """What the values were made from, and the values."""
        if not self._places:
            cells: Sequence[Any] = [""] * size
        elif len(self._places) == 1:
            cells = columns[self._places[0]]
        else:
            cells = list(zip(*(columns[place] for place in self._places), strict=True))
        values = self._values(cells)
        if len(self._places) > 1:
            return [" | ".join(filter(None, cell)) for cell in cells], values
        return list(cells), values

    def _values(self, cells: Sequence[Any]) -> list[Any]:
        """Each value made once; where nearly all differ, remembering costs more than it saves."""
        make = self._quick
        if self._mostly_different or len(self._known) > MEMORY:
            self._known.clear()
            self._faults.clear()
        if self._mostly_different:
            self._mostly_different = len(set(cells[:SAMPLE])) > len(cells[:SAMPLE]) * MOST
            return list(map(make, cells))
        different = set(cells)
        known = self._known
        for cell in different:
            if cell not in known:
                known[cell] = make(cell)
        self._mostly_different = len(different) > len(cells) * MOST
        return [known[cell] for cell in cells]

    def problems(self, raw: Sequence[str], columns: Sequence[Sequence[str]]) -> list[Problem]:
        """What the last ``run`` found wrong, row by row."""
        if not self._faults:
            return []
        several = len(self._places) > 1
        cells: Sequence[Any] = raw
        if several:
            cells = list(zip(*(columns[place] for place in self._places), strict=True))
        label, name, faults = str(self.field.label), self.field.name, self._faults
        label = label[:1].upper() + label[1:]
        return [
            _problem(index, name, label, raw[index], faults[cell])
            for index, cell in enumerate(cells)
            if cell in faults
        ]

    def _quick_function(self) -> Callable[[Any], Any]:
        """The chain without anything that is not needed where all goes well; else the slow way."""
        slow = self._make_one if self._combine is None else self._make
        steps = [*self._each, *self._steps]
        if any(shape == "empty" for shape, _function in steps) or not self._places:
            return slow
        each = [function for _shape, function in self._each]
        after = [function for _shape, function in self._steps]
        if self._combine is None:
            return _quick_of_one(after, self._finish, slow, many=self.field.many)
        combine, finish, many = self._combine, self._finish, self.field.many
        several = len(self._places) > 1

        def quick(cell: Any) -> Any:  # noqa: ANN401 - of the field's kind
            try:
                values = [_one_text(text.strip(), each) for text in (cell if several else (cell,))]
                if not any(values):
                    return [] if many else None
                value = combine(tuple(values))
                for function in after:
                    if not value or type(value) is list:
                        return slow(cell)
                    value = function(value)
                if value is None or value == "":
                    return [] if many else None
                return finish(value)
            except (Unreadable, Doubtful, _Unusual):
                return slow(cell)

        return quick

    def _make_one(self, cell: str) -> Any:  # noqa: ANN401 - of the field's kind
        """The value of a rule that looks at one column only."""
        text = cell.strip()
        if text and text[0] == "'" and text[1:2] in _GUARDED:
            text = text[1:]
        return self._through(cell, text or None)

    def _make(self, cell: str | tuple[str, ...]) -> Any:  # noqa: ANN401 - as above
        texts = (cell,) if isinstance(cell, str) else cell
        faults: list[tuple[Severity, Fault]] = []
        values = tuple(self._run(self._each, _unguarded(text) or None, faults) for text in texts)
        value = None
        if any(one is not None for one in values):
            value = self._tried(self._combine, values, faults)  # type: ignore[arg-type]
        if faults:
            self._faults[cell] = faults
        return self._through(cell, value)

    def _through(self, cell: Any, value: Any) -> Any:  # noqa: ANN401 - as above
        faults: list[tuple[Severity, Fault]] = []
        value = self._run(self._steps, value, faults)
        if value is not None:
            value = self._tried(self._finish, value, faults)
        if faults:
            self._faults.setdefault(cell, []).extend(faults)
        if cell in self._faults and value not in (None, []):
            # What another column or another part of the cell gave is kept.
            self._faults[cell] = [(Severity.MEDIUM, fault) for _worse, fault in self._faults[cell]]
        return ([] if value is None else value) if self.field.many else value

    def _run(
        self,
        steps: Sequence[tuple[str, Callable[[Any], Any]]],
        value: Any,  # noqa: ANN401 - as above
        faults: list[tuple[Severity, Fault]],
    ) -> Any:  # noqa: ANN401 - as above
        for shape, function in steps:
            try:
                if value is None or value == []:
                    # A value that could not be read is not one that is missing.
                    if shape == "empty" and not faults:
                        value = function(None)
                elif shape == "empty":
                    continue
                elif type(value) is list:
                    value = _each(function, value)
                else:
                    value = function(value)
                    if value == "":
                        value = None
            except Unreadable as unreadable:
                faults.append((self._severity, unreadable.fault))
                return None
            except Doubtful as doubtful:
                value = doubtful.value
                faults += [(Severity.MEDIUM, fault) for fault in doubtful.faults]
        return value

    def _tried(
        self,
        function: Callable[[Any], Any],
        value: Any,  # noqa: ANN401 - as above
        faults: list[tuple[Severity, Fault]],
    ) -> Any:  # noqa: ANN401 - as above
        try:
            return function(value)
        except Unreadable as unreadable:
            faults.append((self._severity, unreadable.fault))
        except Doubtful as doubtful:
            faults += [(Severity.MEDIUM, fault) for fault in doubtful.faults]
            return doubtful.value
        return None

    @property
    def _severity(self) -> Severity:
        """Without a required value the row cannot be taken."""
        is_needed = self.field.required or self.field.required_if_mapped
        return Severity.CRITICAL if is_needed else Severity.HIGH


class _Unusual(Exception):
    """A value that the quick way does not know how to treat."""


def _one_text(text: str, functions: Sequence[Callable[[Any], Any]]) -> Any:  # noqa: ANN401 - as above
    if not text:
        return None
    if text[0] == "'":
        raise _Unusual
    value: Any = text
    for function in functions:
        value = function(value)
        if value is None or value == "":
            return None
        if type(value) is list and function is not functions[-1]:
            raise _Unusual
    return value


def _quick_of_one(
    functions: Sequence[Callable[[Any], Any]],
    finish: Callable[[Any], Any],
    slow: Callable[[Any], Any],
    *,
    many: bool,
) -> Callable[[str], Any]:
    def quick(cell: str) -> Any:  # noqa: ANN401 - as above
        try:
            value = _one_text(cell.strip(), functions)
            if value is None:
                return [] if many else None
            return finish(value)
        except (Unreadable, Doubtful, _Unusual):
            return slow(cell)

    return quick


def _problem(
    index: int, name: str, label: str, raw: str, faults: Sequence[tuple[Severity, Fault]]
) -> Problem:
    """One problem for one value, of its worst fault; the other sentences follow."""
    worst = sorted(faults, key=lambda one: one[0] == Severity.MEDIUM)
    severity, fault = worst[0]
    sentences = dict.fromkeys(each.sentence(label, raw) for _severity, each in worst[:MOST_SAID])
    return Problem(index, severity, fault.code, name, raw, " ".join(sentences))


def _unguarded(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _GUARDED else text


def _runnable(steps: Sequence[Step]) -> list[tuple[str, Callable[[Any], Any]]]:
    return [(step.transformation.shape, _of_one(step)) for step in steps]


def _of_one(step: Step) -> Callable[[Any], Any]:
    """Behind the step that brought the columns together there is one value."""
    if step.transformation.shape != "columns":
        return step.function
    return lambda value: step.function((value,))


def _each(function: Callable[[Any], Any], values: list[Any]) -> list[Any] | None:
    """The function over a list; what cannot be read is said, what can is kept."""
    made: list[Any] = []
    faults: list[Fault] = []
    for value in values:
        try:
            one = function(value if type(value) is str else as_text(value))
        except Unreadable as unreadable:
            faults.append(unreadable.fault)
            continue
        except Doubtful as doubtful:
            one = doubtful.value
            faults += doubtful.faults
        made += one if type(one) is list else [] if one in (None, "") else [one]
    if faults and not made:
        raise Unreadable(faults[0].code, faults[0].template, **faults[0].about)
    if faults:
        raise Doubtful(made, faults)
    return made or None


def _checked(field: CanonicalField, steps: Sequence[Step], *, columns: int) -> str:
    """What the chain gives; raises DomainError where its steps do not go together."""
    gives = "text"
    combined = 0
    for step in steps:
        kind = step.transformation
        if kind.shape == "columns":
            combined += 1
        if kind.reads == "text" and gives not in _TEXTS:
            sentence = _(
                "“%(field)s”: the step “%(step)s” reads text, but the step before it gives"
                " another kind of value. Put it before that one."
            )
            raise _wrong(field, sentence, kind.name)
        if kind.gives != "same":
            gives = "contact" if kind.name in {"parse_email", "parse_phone"} else kind.gives
            gives = "contact" if kind.name == "collect" and _reads_contacts(steps) else gives
    if columns > 1 and not combined:
        sentence = _(
            "“%(field)s” has several columns: add one of the steps join, first_not_empty,"
            " collect, multiply or bottle_equivalent, or leave one column."
        )
        raise _wrong(field, sentence, "")
    if not columns and not any(step.transformation.shape == "empty" for step in steps):
        sentence = _("“%(field)s” has no column: choose one, or add the step “default”.")
        raise _wrong(field, sentence, "")
    if not fits(gives, field.kind):
        sentence = _(
            "“%(field)s” cannot hold what its steps give (%(gives)s). Remove the step “%(step)s”."
        )
        raise _wrong(field, sentence, steps[-1].transformation.name, gives=gives)
    return gives


def _reads_contacts(steps: Sequence[Step]) -> bool:
    return any(step.transformation.name in {"parse_email", "parse_phone"} for step in steps)


def _wrong(field: CanonicalField, sentence: str, step: str, **about: str) -> DomainError:
    text = sentence % {"field": field.label, "step": step, **about}
    return DomainError(text, code="wrong_steps", field=field.name, value=step)
