"""Rows fetched once for all forms of a page, where Django would ask for each form's row again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model


class KnownRows:
    """Stands in for the queryset of a ModelChoiceField and of its autocomplete widget.

    Answers what those two ask, from ``rows``; whatever is not among them does not exist.
    """

    ordered = True

    def __init__(self, model: type[Model], rows: Iterable[Model]) -> None:
        self.model = model
        self.rows = {str(row.pk): row for row in rows}

    def all(self) -> Self:
        return self

    def using(self, _database: str | None) -> Self:
        return self

    def get(self, **key: object) -> Model:
        [pk] = key.values()
        row = self.rows.get(str(pk))
        if row is None:
            raise self.model.DoesNotExist  # type: ignore[attr-defined]
        return row

    def filter(self, **ids: Any) -> list[Model]:
        [wanted] = ids.values()
        return [self.rows[pk] for pk in map(str, wanted) if pk in self.rows]
