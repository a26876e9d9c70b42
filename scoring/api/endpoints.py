"""Lead scores for programs, at the addresses and in the words of the seed system."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.errors import HttpError, ValidationError

from backoffice.core.api import authentication, require
from scoring.api import answers, batches, bodies, leads
from scoring.api.lead_schemas import LeadFilters, LeadPageOut, WholeLeadOut
from scoring.api.schemas import BATCH, ONE, BatchOptions, BatchOut, Explaining, ScoreOut
from scoring.engine.problems import InvalidClients, Problem
from scoring.versions.active import NoModel

router = Router()
VIEW = "scoring.view_leadscore"
# Asked by POST because of their bodies; they change nothing and show nothing of ours.
_computes = authentication("scoring", only_computes=True)
_LONGEST_VALUE = 60
_LARGEST_NUMBER = 2**53


@router.post(
    "/score",
    response=ScoreOut,
    operation_id="score_client",
    openapi_extra=ONE,
    auth=_computes,
)
def score(request: HttpRequest, options: Query[Explaining]) -> HttpResponse:
    """The score of one client, its segment and what to do."""
    client = bodies.parsed(bodies.read(request))
    try:
        return _answer(answers.of_one(client, explain=options.explain))
    except InvalidClients as error:
        raise ValidationError([_fault(one) for one in error.problems]) from error
    except NoModel as error:
        raise HttpError(503, str(error)) from error


@router.post(
    "/batch_score",
    response=BatchOut,
    operation_id="score_clients",
    openapi_extra=BATCH,
    auth=_computes,
)
def batch_score(request: HttpRequest, options: Query[BatchOptions]) -> HttpResponse:
    """The scores of many clients; all faults at once where one cannot be scored."""
    raw = bodies.read(request)
    batch = batches.of_text(raw) or batches.of_list(bodies.parsed(raw))
    faults = [_fault(one, of_many=True) for one in batch.problems]
    if faults and not options.partial:
        raise ValidationError(faults)
    try:
        answer = answers.of_batch(batch.right_ones() if faults else batch, explain=options.explain)
    except NoModel as error:
        raise HttpError(503, str(error)) from error
    return _answer(answer | {"errors": faults} if options.partial else answer)


@router.get("/leads", response=LeadPageOut, operation_id="list_leads")
def list_leads(request: HttpRequest, filters: Query[LeadFilters]) -> dict[str, Any]:
    """Our own customers' scores, those first that promise most."""
    require(request, VIEW)
    return leads.page(filters)


@router.get("/leads/{row:customer_id}", response=WholeLeadOut, operation_id="get_lead")
def get_lead(request: HttpRequest, customer_id: int) -> dict[str, Any]:
    """One customer's score, what made it, and how it moved; 404 where there is none."""
    require(request, VIEW)
    return leads.whole(customer_id)


# Many clients end an address with a slash; the body does not follow a redirect.
for _address, _view in (("/score/", score), ("/batch_score/", batch_score)):
    router.post(_address, include_in_schema=False, auth=_computes)(_view)


def _answer(answer: dict[str, Any]) -> HttpResponse:
    return HttpResponse(answers.written(answer), content_type="application/json")


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
    # Half a character can be read but not written.
    return str(value)[:_LONGEST_VALUE].encode("utf-8", "replace").decode()
