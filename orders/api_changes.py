"""Change requests for programs, with the same functions and permissions as the admin.

No postponed annotations here: ninja's ``paginate`` looks them up in its own module.
"""

import datetime as dt
from typing import Any, Literal, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.pagination import paginate
from pydantic import BaseModel, ConfigDict

from backoffice.core.api import Page, RowId, Text, require
from orders import changes
from orders.changes import lines
from orders.changes.decisions import ChangeNotFound
from orders.models import ChangeRequest

router = Router()
VIEW = "orders.view_changerequest"


class ChangeFilters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "applied", "dismissed"] | None = None
    kind: Literal["correction", "cancellation"] | None = None
    order: RowId | None = None

    def apply(self, requests: QuerySet[ChangeRequest]) -> QuerySet[ChangeRequest]:
        wanted = self.model_dump(exclude_none=True)
        return requests.filter(**wanted)


class ChangeOut(Schema):
    """``sentence`` is what is asked for, in words; ``what`` each change in the caller's language.

    A change with ``is_clear`` false needs a person to say which line is meant.
    """

    id: int
    message_id: int
    order_id: int | None
    order: str | None
    kind: str
    state: str
    sentence: str
    what: list[str]
    changes: list[dict[str, Any]]
    confidence: float
    created_at: dt.datetime
    decided_by: str | None
    decided_at: dt.datetime | None
    note: str

    @staticmethod
    def resolve_order(request: ChangeRequest) -> str | None:
        return request.order.number if request.order else None

    @staticmethod
    def resolve_what(request: ChangeRequest) -> list[str]:
        return [lines.sentence(change) for change in lines.from_json(request.changes)]

    @staticmethod
    def resolve_decided_by(request: ChangeRequest) -> str | None:
        return request.decided_by.get_username() if request.decided_by else None


class Application(Schema):
    """``note``: what was done by hand, where no change could be read."""

    note: Text = Field("", max_length=2000)


class Dismissal(Schema):
    reason: Text = Field(max_length=2000)


class Choice(Schema):
    order_id: RowId


@router.get("/orders/changes", response=list[ChangeOut], operation_id="list_changes")
@paginate(Page)
def list_changes(request: HttpRequest, filters: Query[ChangeFilters]) -> QuerySet[ChangeRequest]:
    """What customers asked to change in orders they made, newest first."""
    require(request, VIEW)
    return filters.apply(_with_details())


@router.get("/orders/changes/{row:request_id}", response=ChangeOut, operation_id="get_change")
def get_change(request: HttpRequest, request_id: int) -> ChangeRequest:
    """One change request."""
    require(request, VIEW)
    return _answer(request_id)


@router.post(
    "/orders/changes/{row:request_id}/apply", response=ChangeOut, operation_id="apply_change"
)
def apply_change(request: HttpRequest, request_id: int, body: Application) -> ChangeRequest:
    """Do what the customer asks for; 409 where it was decided before."""
    changes.apply(request_id, by=_caller(request), note=body.note)
    return _answer(request_id)


@router.post(
    "/orders/changes/{row:request_id}/dismiss", response=ChangeOut, operation_id="dismiss_change"
)
def dismiss_change(request: HttpRequest, request_id: int, body: Dismissal) -> ChangeRequest:
    """Put a request away for a reason that staff read; the order stays as it is."""
    changes.dismiss(request_id, by=_caller(request), reason=body.reason)
    return _answer(request_id)


@router.post(
    "/orders/changes/{row:request_id}/choose", response=ChangeOut, operation_id="choose_order"
)
def choose_order(request: HttpRequest, request_id: int, body: Choice) -> ChangeRequest:
    """Say which order the customer means."""
    changes.choose(request_id, body.order_id, by=_caller(request))
    return _answer(request_id)


def _caller(request: HttpRequest) -> User:
    return cast("User", request.user)


def _with_details() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.select_related("order", "decided_by").defer("order__reading")


def _answer(request_id: int) -> ChangeRequest:
    found = _with_details().filter(pk=request_id).first()
    if found is None:
        raise ChangeNotFound(request_id)
    return found
