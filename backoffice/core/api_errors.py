"""One body for every refusal: ``{"detail": [{"field", "value", "message", "code"}]}``."""

from __future__ import annotations

import logging
import re
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import (
    ObjectDoesNotExist,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponseNotAllowed, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise
    from ninja.errors import ValidationErrorContext
    from ninja.openapi.schema import OpenAPISchema

logger = logging.getLogger("django.request")

_SECRET = re.compile(
    r"password|passwd|secret|token|api_?key|authorization|credential", re.IGNORECASE
)
_LONGEST_VALUE = 200

# What pydantic found, by its type, else by the type's first word.
SENTENCES: dict[str, str | _StrPromise] = {
    "missing": _("This field is required."),
    "extra_forbidden": _("This field is not known here."),
    "string_too_short": _("Give at least %(min_length)s characters."),
    "string_too_long": _("Give at most %(max_length)s characters."),
    "string_pattern_mismatch": _("This does not have the expected form."),
    "string": _("Give a text."),
    "int": _("Give a whole number."),
    "float": _("Give a number."),
    "decimal": _("Give a number, at most as long and as exact as the field allows."),
    "finite": _("Give a number that is not infinite."),
    "bool": _("Give true or false."),
    "greater_than": _("Give a number above %(gt)s."),
    "greater_than_equal": _("Give a number of at least %(ge)s."),
    "less_than": _("Give a number below %(lt)s."),
    "less_than_equal": _("Give a number of at most %(le)s."),
    "too_short": _("Give at least %(min_length)s entries."),
    "too_long": _("Give at most %(max_length)s entries."),
    "list": _("Give a list."),
    "dict": _("Give an object with named fields."),
    "model": _("Give an object with named fields."),
    "enum": _("Choose one of: %(expected)s."),
    "literal": _("Choose one of: %(expected)s."),
    "date": _("Give a date such as 2026-11-21."),
    "datetime": _("Give a date and time such as 2026-11-21T10:30:00Z."),
    "value_error": "%(error)s",
    "assertion_error": "%(error)s",
}
# ninja's own messages are English words for programmers.
_NINJAS_WORDS = {"Unauthorized", "Forbidden", "CSRF check Failed", "Too many requests."}
_NOT_JSON = "Cannot parse request body"
_BY_STATUS: dict[int, _StrPromise] = {
    400: _("The request's body is not valid JSON."),
    401: _("Sign in, or give a valid key in the header X-API-Key."),
    403: _("You may not do this."),
    404: _("There is no such entry."),
    405: _("This address does not take that method."),
    413: _("The request is larger than %(limit)d MB."),
    429: _("Too many requests: wait a moment."),
    500: _("Something went wrong on our side. It has been noted."),
    503: _("We cannot answer for the moment: try again in a minute."),
}

# What Django cannot read as a form: no boundary, too many files or fields, an end too soon.
_UNREADABLE = _("The request's body cannot be read as a form: check its type and its parts.")

# As programs read it at /api/openapi.json.
_REFUSAL = {
    "title": "Refusal",
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "value", "message", "code"],
                "properties": {
                    "field": {"type": "string", "description": "Empty: about no field."},
                    "value": {"description": "What was sent there, where it is short."},
                    "message": {"type": "string", "description": "What to mend, for people."},
                    "code": {"type": "string", "description": "What is wrong, for programs."},
                },
            },
        }
    },
}
_REFUSED = {
    "description": "Refused: 422 what to mend, 409 too late, 401, 403, 404.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
}


class ErrorBodyAPI(NinjaAPI):
    """A NinjaAPI whose refusals all have the one body."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Refusal"] = _REFUSAL
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"].setdefault("4XX", _REFUSED)
        return schema

    def validation_error_from_error_contexts(
        self, error_contexts: list[ValidationErrorContext[Any]]
    ) -> ValidationError:
        return ValidationError(
            [
                _found(error, context.model)
                for context in error_contexts
                for error in context.pydantic_validation_error.errors(include_url=False)
            ]
        )

    def set_default_exception_handlers(self) -> None:
        super().set_default_exception_handlers()
        handlers: dict[type[Exception], Callable[..., HttpResponse]] = {
            ValidationError: self._invalid,
            DomainError: self._domain,
            PermissionDenied: self._denied,
            HttpError: self._http,
            Http404: lambda request, _exc: self.refuse(request, 404),
            ObjectDoesNotExist: lambda request, _exc: self.refuse(request, 404),
            RequestDataTooBig: lambda request, _exc: self.refuse(request, 413),
            MultiPartParserError: self._unreadable,
            SuspiciousOperation: self._unreadable,
            UnreadablePostError: self._unreadable,
            Exception: self._unexpected,
        }
        for kind, handler in handlers.items():
            self.add_exception_handler(kind, handler)

    @property
    def urls(self) -> tuple[list[Any], str, str]:
        """As ninja's, with its bare "Method not allowed" in the one body too."""
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if pattern.callback:
                pattern.callback = self._telling_405(pattern.callback)
        return patterns, app_name, namespace

    def _telling_405(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def tell(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if not isinstance(response, HttpResponseNotAllowed):
                return response
            told = self.refuse(request, 405)
            told.headers["Allow"] = response.headers["Allow"]
            return told

        return tell

    def refuse(self, request: HttpRequest, status: int, message: str = "") -> HttpResponse:
        """A refusal that is about no field; without ``message`` the status' own sentence."""
        if not message:
            limit = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // 1024**2
            message = _BY_STATUS.get(status, _BY_STATUS[400]) % {"limit": limit}
        return self._answer(request, status, [_entry("", None, message, f"http_{status}")])

    def _invalid(self, request: HttpRequest, exc: ValidationError) -> HttpResponse:
        return self._answer(request, 422, exc.errors)

    def _domain(self, request: HttpRequest, exc: DomainError) -> HttpResponse:
        entry = _entry(exc.field or "", exc.value, str(exc.sentence), exc.code)
        return self._answer(request, 409 if exc.conflict else 422, [entry])

    def _denied(self, request: HttpRequest, exc: PermissionDenied) -> HttpResponse:
        return self.refuse(request, 403, str(exc))

    def _http(self, request: HttpRequest, exc: HttpError) -> HttpResponse:
        is_ninjas = exc.message in _NINJAS_WORDS or exc.message.startswith(_NOT_JSON)
        response = self.refuse(request, exc.status_code, "" if is_ninjas else exc.message)
        if isinstance(exc, AuthenticationError):
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    def _unreadable(self, request: HttpRequest, _exc: Exception) -> HttpResponse:
        return self.refuse(request, 400, str(_UNREADABLE))

    def _unexpected(self, request: HttpRequest, exc: Exception) -> HttpResponse:
        if settings.DEBUG:
            raise exc
        # The database is away, or too busy: the same request may be answered later.
        status = 503 if isinstance(exc, OperationalError | InterfaceError) else 500
        # As Django itself would log it; a program is better off with JSON than with a page.
        facts = {"status_code": status, "request": request}
        logger.error("%s: %s", HTTPStatus(status).phrase, request.path, exc_info=exc, extra=facts)
        return self.refuse(request, status)

    def _answer(
        self, request: HttpRequest, status: int, entries: Sequence[dict[str, Any]]
    ) -> HttpResponse:
        return self.create_response(request, {"detail": list(entries)}, status=status)


def _found(error: Any, model: Any) -> dict[str, Any]:  # noqa: ANN401 - pydantic's and ninja's own
    """An entry for one finding of pydantic, with the field as the caller names it."""
    location = [str(part) for part in error["loc"]]
    # The handler's own name for the whole body, or for parameters that it takes together.
    together = {path[0] for path in _paths(model) if len(path) > 1}
    if location and location[0] in {getattr(model, "__read_from_single_attr__", None), *together}:
        location = location[1:]
    # Where something is missing, the "input" is everything around it.
    value = None if error["type"] == "missing" else error["input"]
    return _entry(".".join(location), value, _sentence(error), error["type"])


def _paths(model: Any) -> Iterable[tuple[str, ...]]:  # noqa: ANN401 - ninja's own
    """Where ninja puts each parameter in what it validates."""
    found: dict[str, tuple[str, ...]] = getattr(model, "__ninja_flatten_map__", None) or {}
    return found.values()


def _sentence(error: Any) -> str:  # noqa: ANN401 - pydantic's own
    kind = error["type"]
    # Of a text that has a check of its own pydantic speaks as of a list.
    if kind in ("too_short", "too_long") and isinstance(error["input"], str):
        kind = f"string_{kind}"
    template = SENTENCES.get(kind) or SENTENCES.get(kind.partition("_")[0])
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    if "expected" in context:
        # An English word between the values.
        context["expected"] = context["expected"].replace(" or ", ", ")
    try:
        return str(template) % context if template else error["msg"]
    except KeyError:
        return str(error["msg"])


def _entry(field: str, value: object, message: str, code: str) -> dict[str, Any]:
    return {"field": field, "value": _shown(field, value), "message": message, "code": code}


def _shown(field: str, value: object) -> object:
    """The refused value, unless it may be a secret or is more than a word or number."""
    if _SECRET.search(field):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, dict | list | tuple | set):
        return None
    return str(value)[:_LONGEST_VALUE]
