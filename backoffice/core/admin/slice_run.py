"""Pages of runs in slices (``core/jobs/slices.py``): their list, and how far one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import ChoicesCheckboxFilter

from backoffice.core.admin.base import ReadOnlyModelAdmin
from backoffice.core.admin.display import display
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.nothing import TellingWhyEmpty

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.urls import URLPattern
    from django.utils.functional import _StrOrPromise

    from backoffice.core.admin.staff import StaffRequest

COLOURS = {"waiting": "info", "running": "info", "done": "success", "failed": "danger"}
# So many seconds say something of the speed.
TELLING = 2


class Count(NamedTuple):
    """A number that a run keeps, and what it means."""

    name: str
    label: _StrOrPromise
    words: _StrOrPromise = ""


class SliceRun(Protocol):
    """What is asked of a run's row; it has ``kind`` and ``requested_at`` as well."""

    pk: Any
    status: Any
    expected: Any
    looked_at: Any
    started_at: Any
    finished_at: Any

    @property
    def OPEN(self) -> Collection[Any]: ...  # noqa: N802 - a constant of the models

    def get_status_display(self) -> str: ...


Run = TypeVar("Run", bound=SliceRun)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; ``percent`` and ``left`` where it can be told."""

    is_open: bool
    stage: _StrOrPromise
    duration: timedelta | None
    percent: int | None
    left: timedelta | None
    counts: list[tuple[str, int, str]]

    @classmethod
    def of(
        cls,
        run: SliceRun,
        counts: Iterable[Count] = (),
        *,
        stage: _StrOrPromise = "",
        counts_customers: bool = True,
    ) -> Progress:
        """``counts_customers``: whether what it does now is as long as there are customers."""
        is_open, seconds = run.status in run.OPEN, None
        if run.started_at is not None:
            seconds = ((run.finished_at or timezone.now()) - run.started_at).total_seconds()
        is_told = is_open and counts_customers and run.expected
        share = min(1.0, run.looked_at / run.expected) if is_told else None
        left = None
        if seconds and seconds > TELLING and share:
            left = timedelta(seconds=round(seconds / share - seconds))
        return cls(
            is_open,
            stage,
            None if seconds is None else timedelta(seconds=round(seconds)),
            None if share is None else round(share * 100),
            left,
            [(str(one.label), getattr(run, one.name), str(one.words)) for one in counts],
        )


class SliceRunAdmin(TellingWhyEmpty, ReadOnlyModelAdmin, Generic[Run]):
    """How far each :class:`SliceRun` is, and what it counted."""

    list_filter = (
        ("status", ChoicesCheckboxFilter),
        ("kind", ChoicesCheckboxFilter),
        ("requested_at", DayRangeFilter),
    )
    # The part of its page that changes while it runs.
    state_template = "admin/slice_run.html"
    # What it counted, the first is of all that it looked at.
    counts: ClassVar[tuple[Count, ...]] = ()
    # Too heavy to be read where it is not shown.
    deferred: ClassVar[tuple[str, ...]] = ()
    # Who sees what runs make sees how it was made.
    shown_to: ClassVar[str] = ""

    class Media:
        css: ClassVar = {"all": ["messaging/channels.css"]}

    def progress(self, run: Run) -> Progress:
        return Progress.of(run, self.counts)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        own: bool = super().has_view_permission(request, obj)
        return own or request.user.has_perm(self.shown_to)

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer(*self.deferred)

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def display_status(self, run: Run) -> tuple[str, str]:
        return run.status, run.get_status_display()

    @display(description=gettext_lazy("duration"))
    def display_duration(self, run: Run) -> str:
        duration = Progress.of(run).duration
        return "" if duration is None else str(duration)

    @display(description=gettext_lazy("customers"), ordering="looked_at")
    def display_looked_at(self, run: Run) -> str:
        return number_format(run.looked_at, force_grouping=True)

    def numbers(self, run: Run) -> str:
        """What it counted of those it looked at, for a column."""
        found = (getattr(run, one.name) for one in self.counts[1:])
        return " / ".join(number_format(one, force_grouping=True) for one in found)

    # --- its page ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.state_view)
        return [path("<int:run_id>/state/", view, name=self._page("state")), *super().get_urls()]

    @method_decorator(require_safe)
    @method_decorator(never_cache)
    def state_view(self, request: StaffRequest, run_id: int) -> HttpResponse:
        """The part that changes; at the end the whole page is asked for again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = get_object_or_404(self.get_queryset(request), pk=run_id)
        if "HX-Request" not in request.headers:
            return redirect(f"admin:{self._page('change')}", run_id)
        if run.status not in run.OPEN:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return TemplateResponse(request, self.state_template, self.state_of(run))

    def state_of(self, run: Run) -> dict[str, Any]:
        """What the part that changes shows."""
        address = reverse(f"admin:{self._page('state')}", args=[run.pk])
        return {"run": run, "shown": self.progress(run), "state_url": address}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside Django's: how far it is and what came out."""
        run = self.get_object(request, object_id)
        context = {} if run is None else self.state_of(run)
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )

    def _page(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"
