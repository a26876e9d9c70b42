"""Lead scores for programs, at the addresses and in the words of the seed system."""

import json
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.errors import HttpError, ValidationError

from scoring.api import answers
from scoring.api.schemas import BATCH, ONE, BatchOptions, BatchOut, Explaining, ScoreOut
from scoring.engine.problems import InvalidClients, Problem
from scoring.versions.active import NoModel

router = Router()
# A hundred thousand clients are some 20 MB; they are given and not kept.
LARGEST_BODY = 64 * 1024 * 1024
_LONGEST_VALUE = 60
_LARGEST_NUMBER = 2**53


@router.post("/score", response=ScoreOut, operation_id="score_client", openapi_extra=ONE)
def score(request: HttpRequest, options: Query[Explaining]) -> HttpResponse:
    """The score of one client, its segment and what to do."""
    client = _json(request)
    try:
        return _answer(answers.of_one(client, explain=options.explain))
    except InvalidClients as error:
        raise ValidationError([_fault(one) for one in error.problems]) from error
    except NoModel as error:
        raise HttpError(503, str(error)) from error


@router.post("/batch_score", response=BatchOut, operation_id="score_clients", openapi_extra=BATCH)
def batch_score(request: HttpRequest, options: Query[BatchOptions]) -> HttpResponse:
    """The scores of many clients; all faults at once where one cannot be scored."""
    batch = _json(request)
    try:
        answer, problems = answers.of_batch(batch, partial=options.partial, explain=options.explain)
    except InvalidClients as error:
        raise ValidationError([_fault(one, of_many=True) for one in error.problems]) from error
    except NoModel as error:
        raise HttpError(503, str(error)) from error
    if options.partial:
        answer["errors"] = [_fault(one, of_many=True) for one in problems]
    return _answer(answer)


def _json(request: HttpRequest) -> Any:  # noqa: ANN401 - any JSON
    # Not request.body, whose limit is meant for forms.
    raw = request.read(LARGEST_BODY + 1)
    if len(raw) > LARGEST_BODY:
        told = _("The request is larger than %(limit)d MB: send the clients in parts.")
        raise HttpError(413, told % {"limit": LARGEST_BODY // 1024**2})
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _lenient_json(raw)


def _lenient_json(raw: bytes) -> Any:  # noqa: ANN401 - any JSON
    """As many libraries write it: with NaN and Infinity, which then get a fault of their own."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise HttpError(400, _("The request's body is not valid JSON.")) from error


def _answer(answer: dict[str, Any]) -> HttpResponse:
    return HttpResponse(orjson.dumps(answer), content_type="application/json")


def _fault(problem: Problem, *, of_many: bool = False) -> dict[str, Any]:
    place = ["clients", str(problem.index)] if of_many else []
    return {
        "index": problem.index,
        "field": ".".join([*place, *([problem.field] if problem.field else [])]),
        "value": _shown(problem.value),
        "message": problem.sentence,
        "code": problem.code,
    }


def _shown(value: object) -> object:
    """The value as JSON can hold it, if it is short."""
    if isinstance(value, dict | list):
        return None
    is_plain = value is None or isinstance(value, bool)
    if is_plain or (isinstance(value, int | float) and abs(value) < _LARGEST_NUMBER):
        return value
    return str(value)[:_LONGEST_VALUE]
