"""Actions on many rows: a page that asks, then one domain call per row, then a summary."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from backoffice.core.admin.actions import DialogForm, Done, refusal_level
from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from backoffice.core.jobs.queue import enqueue_many

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.contrib.admin import ModelAdmin
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.utils.functional import _StrOrPromise, _StrPromise

# More rows than this do not fit in one request: they become jobs.
REQUEST_LIMIT = 200
# More jobs than this would keep the worker from everything else for hours.
JOB_LIMIT = 10_000
REASONS_SHOWN = 5


def bulk_action(  # noqa: PLR0913 - the words of one question
    description: _StrOrPromise,
    *,
    permissions: Sequence[str],
    question: _StrOrPromise,
    done: _StrPromise,
    submit: _StrOrPromise = "",
    form: type[DialogForm] = DialogForm,
    task: Callable[..., object] | None = None,
) -> Callable[[Callable[..., object]], Any]:
    """An entry of ``actions``: the body ``(self, request, object_id, data)`` decides one row.

    The first POST shows how many rows there are and ``form``; the second one
    calls the body per row, each in its domain function's own transaction, and
    sums up: ``done`` (``ngettext_lazy`` with ``count``), then the rows that were
    skipped with the first reasons. Above 200 rows ``task(object_id, user_id,
    *values of the form as text)`` is enqueued per row; without a ``task``, or
    above 10,000 rows, the person is asked to choose fewer.
    """

    def decorate(body: Callable[..., object]) -> Any:  # noqa: ANN401 - what unfold's decorator returns
        @wraps(body)
        def run(
            model_admin: ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Model]
        ) -> HttpResponse | None:
            ids = _ids(model_admin, request, queryset)
            most = JOB_LIMIT if task else REQUEST_LIMIT
            if len(ids) > most:
                text = _("Choose at most %(limit)d rows at a time.") % {"limit": most}
                messages.error(request, text)
                return None
            bound = _bound(form, request)
            if not bound.is_valid():
                words = {"title": description, "question": question}
                return _ask(model_admin, request, ids, bound, {**words, "submit_text": submit})
            data = {key: value for key, value in bound.cleaned_data.items() if key[0] != "_"}
            if task is not None and len(ids) > REQUEST_LIMIT:
                _enqueue(request, task, ids, data)
            else:
                _decide(
                    model_admin, request, ids, lambda pk: body(model_admin, request, pk, data), done
                )
            return HttpResponseRedirect(request.get_full_path())

        return action(description=description, permissions=permissions)(run)

    return decorate


def joint_action(
    description: _StrOrPromise,
    *,
    permissions: Sequence[str],
    question: _StrOrPromise,
    submit: _StrOrPromise = "",
    form: type[DialogForm] = DialogForm,
) -> Callable[[Callable[..., Done | HttpResponseBase]], Any]:
    """As :func:`bulk_action`, but the body ``(self, request, ids, data)`` takes all rows at once.

    For what is one thing, not many: a file of them, one job. It returns what to tell, or an
    answer of its own; a DomainError becomes a message and the list is shown again.
    """

    def decorate(body: Callable[..., Done | HttpResponseBase]) -> Any:  # noqa: ANN401 - as above
        @wraps(body)
        def run(
            model_admin: ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Model]
        ) -> HttpResponseBase:
            ids = _ids(model_admin, request, queryset)
            bound = _bound(form, request)
            if not bound.is_valid():
                words = {"title": description, "question": question, "submit_text": submit}
                return _ask(model_admin, request, ids, bound, words)
            data = {key: value for key, value in bound.cleaned_data.items() if key[0] != "_"}
            here = request.get_full_path()
            try:
                done = body(model_admin, request, ids, data)
            except DomainError as error:
                messages.add_message(request, refusal_level(error), str(error.sentence))
                return HttpResponseRedirect(here)
            if not isinstance(done, Done):
                return done
            messages.success(request, str(done.sentence))
            return HttpResponseRedirect(done.next_url or here)

        return action(description=description, permissions=permissions)(run)

    return decorate


def _ids(
    model_admin: ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Model]
) -> list[int]:
    """Of the rows chosen, those that the person sees."""
    if "confirmed" in request.POST:
        chosen = _posted_ids(request)
        queryset = model_admin.get_queryset(request).filter(pk__in=chosen)
    return sorted(queryset.order_by().values_list("pk", flat=True))


def _bound(form: type[DialogForm], request: HttpRequest) -> DialogForm:
    data = request.POST if "confirmed" in request.POST else None
    return form(data=data, request=request)  # type: ignore[call-arg]


def _posted_ids(request: HttpRequest) -> list[int]:
    # One field for all of them: Django takes at most a thousand fields in a form.
    return [pk for pk in map(id_in, request.POST.get("ids", "").split(",")) if pk]


def _ask(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    ids: Sequence[int],
    form: DialogForm,
    words: dict[str, Any],
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        **words,
        "opts": model_admin.opts,
        "media": model_admin.media,
        "form": form,
        "count": len(ids),
        "ids": ",".join(map(str, ids)),
        "first_id": ids[0] if ids else "",
        "sample": _named(model_admin).filter(pk__in=ids[:10]),
        "more": max(0, len(ids) - 10),
        "action": request.POST.get("action", ""),
        "checkbox_name": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/bulk_confirmation.html", context)


def _named(model_admin: ModelAdmin[Any]) -> QuerySet[Any]:
    """Rows that may be named by others of theirs, as in the list, without a query for each."""
    rows: QuerySet[Any] = model_admin.model._default_manager.all()  # noqa: SLF001 - Django's public name
    named_by = model_admin.list_select_related
    return rows if isinstance(named_by, bool) else rows.select_related(*named_by)


def _decide(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    ids: Sequence[int],
    decide: Callable[[int], object],
    done: _StrPromise,
) -> None:
    skipped: list[tuple[int, DomainError]] = []
    gone = 0
    for pk in ids:
        try:
            decide(pk)
        except DomainError as error:
            skipped.append((pk, error))
        except ObjectDoesNotExist:
            gone += 1
    count = len(ids) - len(skipped) - gone
    if count:
        messages.success(request, str(done % {"count": count}))
    if skipped:
        level = messages.WARNING if count else max(refusal_level(error) for _, error in skipped)
        messages.add_message(request, level, _reasons(model_admin, skipped))


def _reasons(model_admin: ModelAdmin[Any], skipped: Sequence[tuple[int, DomainError]]) -> str:
    """How many were skipped and why, each of the first ones linked to its page."""
    shown = dict(skipped[:REASONS_SHOWN])
    names = _named(model_admin).in_bulk(list(shown))
    page = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_change"
    head = ngettext("%(count)d row skipped:", "%(count)d rows skipped:", len(skipped))
    rows = format_html_join(
        " ",
        '<a class="underline" href="{}">{}</a>: {}',
        (
            (reverse(page, args=[pk]), names.get(pk, pk), error.sentence)
            for pk, error in shown.items()
        ),
    )
    return format_html("{} {}", head % {"count": len(skipped)}, rows)


def _enqueue(
    request: HttpRequest, task: Callable[..., object], ids: Sequence[int], data: dict[str, Any]
) -> None:
    values = [str(value) for value in data.values()]
    user_id = request.user.pk
    assert user_id is not None  # noqa: S101 - the admin is for people who signed in
    with transaction.atomic():
        enqueue_many(task, ids, user_id, *values)
    text = ngettext(
        "%(count)d row is being worked on in the background; reload the list to follow.",
        "%(count)d rows are being worked on in the background; reload the list to follow.",
        len(ids),
    )
    messages.info(request, text % {"count": len(ids)})
