"""What the CRM's API takes."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - pydantic reads it
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from backoffice.core.api import RowId, Text
from crm.mapping.rules import Rule

Kind = Literal["files", "isavigne", "odoo"]
MatchBy = Literal["nothing", "email", "email_or_phone"]
MOST_RULES = 100
MOST_STEPS = 20
MOST_ROWS = 100


def _upper(text: str) -> str:
    if not text.isascii():
        raise ValueError(_("Give the code in plain letters, such as FR or EUR."))
    return text.upper()


Country = Annotated[Text, Field(pattern=r"^([A-Za-z]{2})?$"), AfterValidator(_upper)]
Currency = Annotated[Text, Field(pattern=r"^([A-Za-z]{3})?$"), AfterValidator(_upper)]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS)]


class Strict(BaseModel):
    """A name that is not known is more likely a slip than meant.

    The text below a field is its description at ``/api/docs``.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class SourceIn(Strict):
    """``url``, ``database``, ``login`` and ``secret`` are Odoo's; ``folder`` is iSaVigne's.

    ``secret`` is kept encrypted and never given out again; ``secret_variable`` names a variable
    of the environment (SOURCE_...) that holds it instead.
    """

    name: Text = Field(min_length=1, max_length=80)
    kind: Kind
    match_by: MatchBy = "email"
    country: Country = ""
    currency: Currency = ""
    url: Text = Field("", max_length=500)
    database: Text = Field("", max_length=120)
    login: Text = Field("", max_length=200)
    folder: Text = Field("", max_length=500)
    secret: Text = Field("", max_length=4000)
    secret_variable: Text = Field("", max_length=80)
    secret_expires_on: dt.date | None = None


class SourceFilters(Strict):
    kind: Kind | None = None
    is_active: bool | None = None


class SyncIn(Strict):
    """``full``: also what the last sync has read already."""

    full: bool = False


class FileIn(Strict):
    """Of which table the file is (empty: it finds its own), and by which columns it is joined."""

    table: RowId | None = None
    position: Annotated[int, Field(ge=0, le=50)] = 0
    join_from: Text = Field("", max_length=200)
    join_to: Text = Field("", max_length=200)


class TableQuery(Strict):
    """A table of the source; without ``table`` its first one."""

    source: RowId
    table: RowId | None = None


class PreviewQuery(TableQuery):
    limit: Limit = 20


class MetricsQuery(Strict):
    source: RowId | None = None


class HistoryQuery(Strict):
    source: RowId | None = None
    status: (
        Literal["waiting", "running", "done", "failed", "cancelled", "to_undo", "undoing", "undone"]
        | None
    ) = None


class StepIn(Strict):
    """A transformation of ``GET /api/crm/mapping/api/transformations`` with its arguments."""

    name: Text = Field(max_length=60)
    arguments: dict[str, Any] = Field(default_factory=dict, max_length=20)


class RuleIn(Strict):
    """One of our fields: from which columns, through which steps, and who wins."""

    field: Text = Field(max_length=60)
    columns: list[Annotated[Text, Field(max_length=200)]] = Field(
        default_factory=list, max_length=20
    )
    steps: list[StepIn] = Field(default_factory=list, max_length=MOST_STEPS)
    policy: Literal["replace", "fill_empty", "keep"] = "replace"

    def rule(self) -> Rule:
        steps = tuple(step.model_dump() for step in self.steps)
        return Rule(self.field, tuple(self.columns), steps, self.policy)


Rules = Annotated[list[RuleIn], Field(max_length=MOST_RULES)]


class MappingIn(Strict):
    """A draft for ``table``: these ``rules``; else those of the version ``like``; else proposed."""

    table: RowId
    rules: Rules | None = None
    like: RowId | None = None


class MappingFilters(Strict):
    source: RowId | None = None
    table: RowId | None = None
    status: Literal["draft", "active", "retired"] | None = None


class ValidationIn(Strict):
    """``activate``: put the draft to work where nothing keeps it from it."""

    activate: bool = False


class MappingQuery(Strict):
    """``mapping``, or the one at work on ``table``."""

    mapping: RowId | None = None
    table: RowId | None = None


class MappingPreviewQuery(MappingQuery):
    limit: Limit = 20


class MappingPreviewIn(Strict):
    """Rules that are not saved, tried on the table's first rows."""

    table: RowId
    rules: Rules
    limit: Limit = 20


class EntityQuery(Strict):
    entity: Literal["customer", "product", "sale", "stock", "interaction"] | None = None
