"""What every router of the REST API shares: who may call, pages, and how JSON is written.

An app's router is a plain ``ninja.Router`` in ``<app>/api.py``, mounted by one
line in ``backoffice/api.py``. Reading its addresses takes the scope
``<area>:read``, everything else ``<area>:write``; a handler that needs a
permission calls ``require(request, "orders.view_order")``. Texts of a schema are
``Text``, numbers of rows ``RowId``, in an address ``{row:order_id}``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import orjson
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Field, Schema
from ninja.pagination import LimitOffsetPagination, paginate
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.security import APIKeyHeader, HttpBearer
from ninja.security.session import SessionAuthIsStaff
from ninja.signature.utils import get_typed_signature
from pydantic import AfterValidator, BaseModel

from backoffice.core import api_keys

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.models import ApiKey

Handler = TypeVar("Handler", bound=Callable[..., Any])

PAGE_SIZE = 50
LARGEST_PAGE = 500
LARGEST_OFFSET = 1_000_000_000
LARGEST_ID = 2**63 - 1
_READING = ("GET", "HEAD", "OPTIONS")


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError(_("A text cannot hold the character NUL: leave it out."))
    return text


# Every text that comes in: PostgreSQL takes no NUL.
Text = Annotated[str, AfterValidator(_no_nul)]
# The number of a row in a body or a query; in an address it is ``{row:...}``.
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Page(LimitOffsetPagination):
    """``{"items": [...], "count": n}``, by ``limit`` and ``offset``."""

    class Input(Schema):
        limit: int = Field(PAGE_SIZE, ge=1, le=LARGEST_PAGE, description="Rows of a page.")
        offset: int = Field(0, ge=0, le=LARGEST_OFFSET, description="Rows before the page.")


def paginated(handler: Handler) -> Handler:
    """Have the list that ``handler`` returns come in pages (:class:`Page`)."""
    # ninja's decorator wraps the handler and then looks up its postponed annotations in ninja's
    # own module, where they are unknown.
    parameters = get_typed_signature(handler).parameters.values()
    handler.__annotations__ |= {part.name: part.annotation for part in parameters}
    decorate: Callable[[Handler], Handler] = paginate(Page)
    return decorate(handler)


class OrjsonRenderer(BaseRenderer):
    """Amounts are written as text, exactly as they are; times in ISO 8601 with their offset."""

    media_type = "application/json"

    def render(self, _request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ANN401, ARG002 - ninja's signature
        return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)


class OrjsonParser(Parser):
    """Refuses what is too deep where Python's own parser would break with RecursionError."""

    def parse_body(self, request: HttpRequest) -> Any:  # noqa: ANN401 - any JSON
        return orjson.loads(request.body)


@dataclass(frozen=True, slots=True)
class Access:
    """What a key must be good for."""

    areas: Sequence[str]
    _: KW_ONLY
    only_reads: bool
    recalls: bool

    def sign_in(self, request: HttpRequest, key: str) -> ApiKey | None:
        """The valid key's row, with its user put into the request; 403 where it lacks the scope."""
        look_up = api_keys.recall if self.recalls else api_keys.authenticate
        row = look_up(key) if key else None
        if row is None:
            return None
        way = "read" if self.only_reads or request.method in _READING else "write"
        ways = {way, "write"} if self.only_reads else {way}
        if not any(f"{area}:{one}" in row.scopes for area in self.areas for one in ways):
            scope = f"{self.areas[0]}:{way}"
            raise PermissionDenied(_("This key lacks the scope “%(scope)s”.") % {"scope": scope})
        request.user = row.user
        return row


class HeaderKey(APIKeyHeader):
    """The key in a header of its own."""

    param_name = "X-API-Key"

    def __init__(self, access: Access) -> None:
        self.access = access
        super().__init__()

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiKey | None:
        return self.access.sign_in(request, key or "")


class BearerKey(HttpBearer):
    """The key where many clients put theirs."""

    def __init__(self, access: Access) -> None:
        self.access = access
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:
        return self.access.sign_in(request, token)


class StaffSession(SessionAuthIsStaff):
    """A signed-in member of staff; what writes needs the CSRF token too."""

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 - ninja's signature
        # Asked first: a stranger is to sign in (401), not to bring a CSRF token (403).
        if not (request.user.is_authenticated and request.user.is_staff):
            return None
        return super().__call__(request)


def authentication(
    *areas: str, only_reads: bool = False, only_computes: bool = False
) -> list[Callable[[HttpRequest], Any]]:
    """Any of: a key with the scope of one of the areas in either header, or the staff session.

    ``only_reads``: an address that is asked by POST and changes nothing takes either scope.
    ``only_computes``: one that shows nothing of ours either recalls keys (``api_keys.Recall``).
    """
    for area in areas:
        api_keys.declare_area(area)
    access = Access(areas, only_reads=only_reads or only_computes, recalls=only_computes)
    return [HeaderKey(access), BearerKey(access), StaffSession()]


def require(request: HttpRequest, permission: str) -> None:
    """Raise ``PermissionDenied`` (403) where the caller does not hold ``permission``."""
    if not request.user.has_perm(permission):
        raise PermissionDenied(
            _("This takes the permission “%(permission)s”.") % {"permission": permission}
        )


def _plain(value: object) -> object:
    """What orjson does not know: models as objects, amounts and translated texts as text."""
    return value.model_dump() if isinstance(value, BaseModel) else str(value)
