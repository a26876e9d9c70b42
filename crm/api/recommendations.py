"""Recommendations for programs, with the same functions and permissions as the admin.

No postponed annotations here: ninja's ``paginate`` looks them up in its own module.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from ninja.pagination import paginate

from backoffice.core.api import Page, require
from backoffice.core.errors import DomainError
from crm.api.recommendation_inputs import (
    MOST_AT_ONCE,
    FeedbackIn,
    GenerateIn,
    RecommendationFilters,
    RefusedFilters,
    RefuseIn,
    RegenerateIn,
    RunFilters,
    SwapIn,
)
from crm.api.recommendation_schemas import (
    MadeOut,
    RecommendationOut,
    RecommendationRunOut,
    RefusedOut,
    WholeOut,
)
from crm.models import (
    Recommendation,
    RecommendationRun,
    RecommendedProduct,
    RefusedProduct,
)
from crm.recommendations import reasons
from crm.recommendations.auditing import issues
from crm.recommendations.deciding import judging, workflow
from crm.recommendations.making import requests

router = Router()
VIEW = "crm.view_recommendation"
GENERATE = "crm.generate_recommendation"
SEE_RUNS = "crm.view_recommendationrun"
SEE_REFUSED = "crm.view_refusedproduct"
Kind = RecommendationRun.Kind


@router.get("", response=list[RecommendationOut], operation_id="list_recommendations")
@paginate(Page)
def list_recommendations(
    request: HttpRequest, filters: Query[RecommendationFilters]
) -> QuerySet[Recommendation]:
    """Recommendations with their products, the newest first; replaced ones are among them."""
    require(request, VIEW)
    rows = _rows().filter(filters.condition())
    kind = issues.kind_of(filters.issue or "")
    if kind is not None:
        rows = issues.narrowed(rows, kind)
    if filters.product is not None:
        places = RecommendedProduct.objects.filter(product=filters.product, rank__isnull=False)
        rows = rows.filter(pk__in=places.order_by().values("recommendation"))
    return rows.order_by("-pk")


@router.post(
    "/generate",
    response={202: RecommendationRunOut, 201: MadeOut},
    operation_id="generate_recommendations",
)
def generate(request: HttpRequest, body: GenerateIn | None = None) -> Status[Any]:
    """Have recommendations made: for these customers, for whoever changed, or for everybody.

    202 and the run, which the worker makes; follow it by its address. 409 while another is under
    way. With ``now`` 201 and what was made at once for at most 20 customers.
    """
    require(request, GENERATE)
    asked = body or GenerateIn()
    if asked.now:
        return Status(201, _made_now(asked, _caller(request)))
    kind = Kind.FULL if asked.full else Kind.CHANGES
    run = requests.request(
        kind=kind if asked.customers is None else Kind.SELECTION,
        customers=asked.customers or (),
        algorithm=asked.algorithm or "",
        top=asked.top,
        by=_caller(request),
    )
    return Status(202, run)


@router.get("/runs", response=list[RecommendationRunOut], operation_id="list_recommendation_runs")
@paginate(Page)
def list_runs(request: HttpRequest, filters: Query[RunFilters]) -> QuerySet[RecommendationRun]:
    """Makings of recommendations, the latest first."""
    require(request, SEE_RUNS)
    return _runs().filter(**filters.model_dump(exclude_none=True)).order_by("-pk")


@router.get(
    "/runs/{row:run_id}", response=RecommendationRunOut, operation_id="get_recommendation_run"
)
def get_run(request: HttpRequest, run_id: int) -> RecommendationRun:
    """One making, as far as it got."""
    require(request, SEE_RUNS)
    return _runs().get(pk=run_id)


@router.get("/refused-products", response=list[RefusedOut], operation_id="list_refused_products")
@paginate(Page)
def list_refused(request: HttpRequest, filters: Query[RefusedFilters]) -> QuerySet[RefusedProduct]:
    """What is not proposed to whom again, the latest first."""
    require(request, SEE_REFUSED)
    rows = RefusedProduct.objects.select_related("customer", "product", "by")
    return rows.filter(**filters.model_dump(exclude_none=True)).order_by("-pk")


@router.delete(
    "/refused-products/{row:refused_id}", response={204: None}, operation_id="allow_product_again"
)
def allow_again(request: HttpRequest, refused_id: int) -> Status[None]:
    """Let the product be proposed to the customer again."""
    require(request, SEE_REFUSED)
    # 404 rather than a refusal where the address names none.
    RefusedProduct.objects.only("pk").get(pk=refused_id)
    workflow.allow_again(refused_id, by=_caller(request))
    return Status(204, None)


@router.get("/{row:recommendation_id}", response=WholeOut, operation_id="get_recommendation")
def get_recommendation(request: HttpRequest, recommendation_id: int) -> Recommendation:
    """One with its two lists, why each product is on it, and what was said of it."""
    require(request, VIEW)
    return _whole(request, recommendation_id)


@router.post(
    "/{row:recommendation_id}/feedback", response=WholeOut, operation_id="judge_recommendation"
)
def feedback(request: HttpRequest, recommendation_id: int, body: FeedbackIn) -> Recommendation:
    """Rate, comment, approve or reject it, in any combination; all of it is taken or nothing.

    409 where it was decided before. A rejection keeps its products from being proposed to the
    customer again.
    """
    require(request, VIEW)
    with _named_as_asked():
        judging.judge(
            recommendation_id,
            by=_caller(request),
            action=body.action,
            reason=body.reason or "",
            rating=body.rating,
            comment=body.comment or "",
            product_id=body.product,
        )
    return _whole(request, recommendation_id)


@router.post(
    "/{row:recommendation_id}/regenerate",
    response={201: WholeOut},
    operation_id="regenerate_recommendation",
)
def regenerate(
    request: HttpRequest, recommendation_id: int, body: RegenerateIn | None = None
) -> Status[Recommendation]:
    """A new one for the same customer from what was learnt last; the old one is kept.

    A pending one becomes "replaced"; an approved or rejected one stays what it is.
    """
    require(request, VIEW)
    asked = body or RegenerateIn()
    made = workflow.regenerate(
        recommendation_id,
        by=_caller(request),
        algorithm=asked.algorithm or "",
        comment=asked.comment or "",
    )
    return Status(201, _whole(request, made.pk))


@router.post(
    "/{row:recommendation_id}/products/{row:place_id}/refuse",
    response=WholeOut,
    operation_id="refuse_recommended_product",
)
def refuse_product(
    request: HttpRequest, recommendation_id: int, place_id: int, body: RefuseIn | None = None
) -> Recommendation:
    """Take the product off a pending one; it is not proposed to the customer again."""
    require(request, VIEW)
    place = RecommendedProduct.objects.get(pk=place_id, recommendation=recommendation_id)
    reason = (body and body.reason) or ""
    with _named_as_asked():
        workflow.refuse_product(place.pk, by=_caller(request), reason=reason)
    return _whole(request, recommendation_id)


@router.post(
    "/{row:recommendation_id}/products/{row:place_id}/swap",
    response=WholeOut,
    operation_id="swap_recommended_product",
)
def swap(
    request: HttpRequest, recommendation_id: int, place_id: int, body: SwapIn
) -> Recommendation:
    """Another product in its place, on a pending one."""
    require(request, VIEW)
    place = RecommendedProduct.objects.get(pk=place_id, recommendation=recommendation_id)
    with _named_as_asked():
        workflow.swap(place.pk, product_id=body.product, by=_caller(request))
    return _whole(request, recommendation_id)


def _made_now(asked: GenerateIn, by: User) -> dict[str, Any]:
    customers = list(dict.fromkeys(asked.customers or ()))
    if not 1 <= len(customers) <= MOST_AT_ONCE or asked.top is not None or asked.full:
        sentence = _("Give 1 to %(most)d customers, without top and full, or leave now out.")
        raise DomainError(sentence % {"most": MOST_AT_ONCE}, code="not_at_once", field="now")
    made, left_out, algorithm = [], [], asked.algorithm or ""
    for customer_id in customers:
        try:
            recommendation_id = requests.make_one(customer_id, algorithm=algorithm, by=by)
        except DomainError as error:
            left_out.append({"customer": customer_id, "code": error.code, "message": str(error)})
            continue
        if recommendation_id is None:
            sentence = _("There is nothing to propose to this customer now.")
            found = {"customer": customer_id, "code": "nothing_to_propose", "message": sentence}
            left_out.append(found)
        else:
            made.append(recommendation_id)
    rows = _rows().filter(pk__in=made).order_by("pk")
    return {"recommendations": list(rows), "left_out": left_out}


@contextmanager
def _named_as_asked() -> Iterator[None]:
    """Have a refusal name its field as the body and the address do."""
    try:
        yield
    except DomainError as error:
        error.field = _NAMES.get(error.field or "", error.field)
        raise


_NAMES = {"product_id": "product", "recommended_id": "place"}


def _rows() -> QuerySet[Recommendation]:
    """With what an answer shows of each, in a constant number of queries."""
    return (
        Recommendation.objects.select_related("customer", "decided_by")
        .defer("fingerprint", "watched")
        .prefetch_related("products__product")
    )


def _whole(request: HttpRequest, recommendation_id: int) -> Recommendation:
    row = _rows().prefetch_related("feedback__by").get(pk=recommendation_id)
    request.names_of_products = reasons.names_for(row.products.all())  # type: ignore[attr-defined]
    return row


def _runs() -> QuerySet[RecommendationRun]:
    return RecommendationRun.objects.select_related("requested_by").defer("customers")


def _caller(request: HttpRequest) -> User:
    return cast("User", request.user)
