"""``GET /health``: the keys of the three old systems, filled by the apps that are there now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import Error, connection
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from backoffice.core import ai, health
from backoffice.core.jobs.heartbeat import worker_is_alive

if TYPE_CHECKING:
    from django.http import HttpRequest

# An app that is not there (yet) leaves these as they are.
COMPONENTS = (
    "webhook",
    "whatsapp_api",
    "embedding_processor",
    "rag_searcher",
    "supabase",
    "database",
    "openai",
    "watch_extractor",
    "worker",
)
RUNTIME_STATS = (
    "messages_received",
    "messages_processed",
    "errors",
    "watch_messages_detected",
    "sales_detected",
    "wanted_detected",
    "questions_detected",
    "total_value_detected",
)
WATCH_STATS = ("messages_analyzed", "sales_found", "wanted_found", "questions_found")


@require_safe
def show(_request: HttpRequest) -> JsonResponse:
    """200 while the database answers, else 503; needs no sign-in and tells nothing personal."""
    body = _empty()
    is_up = _database_answers()
    if is_up:
        _fill(body, [_own(), *health.reports()])
    body["components"] |= {"database": is_up, "supabase": is_up}
    body["status"] = "healthy" if is_up else "unhealthy"
    response = JsonResponse(body, status=200 if is_up else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def _empty() -> dict[str, Any]:
    return {
        "status": "unhealthy",
        "model_loaded": False,
        "components": dict.fromkeys(COMPONENTS, False),
        "runtime_stats": dict.fromkeys(RUNTIME_STATS, 0),
        "watch_stats": {**dict.fromkeys(WATCH_STATS, 0), "total_value_eur": "0.00€"},
    }


def _own() -> health.Report:
    return health.Report(components={"openai": ai.is_available(), "worker": worker_is_alive()})


def _fill(body: dict[str, Any], reports: list[health.Report]) -> None:
    for report in reports:
        body["components"] |= report.components
        body["runtime_stats"] |= report.runtime_stats
        body["watch_stats"] |= report.watch_stats
        if report.model_loaded is not None:
            body["model_loaded"] = report.model_loaded


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True
