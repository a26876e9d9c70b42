"""Where data comes from: the list of sources; each has a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from backoffice.core.admin import display
from backoffice.core.admin.ids import id_in
from crm.admin.runs import COLOURS
from crm.admin.sheets import SheetAdmin
from crm.admin.sources import adding as source_add
from crm.admin.sources import page as source_page
from crm.admin.sources import parts as source_parts
from crm.models import DataSource, StagedRow, SyncRun
from crm.resources.source import DataSourceResource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern
    from django.utils.functional import _StrOrPromise

# Days before its end from which a key is told of.
KEY_WARNING_DAYS = 21


@admin.register(DataSource)
class DataSourceAdmin(SheetAdmin):
    """The pages are our own (``source_add``, ``source_page``): only the list is Django's."""

    resource_classes: ClassVar = [DataSourceResource]
    list_display = ("title", "last_sync", "counts", "to_mend", "scores", "key_ends", "state")
    list_display_links = ("title",)
    list_filter = ("kind", "is_active")
    list_filter_submit = False
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> Any:  # noqa: ANN401 - of sources
        """With tables and last run for the list: a constant number of queries."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        if not match or match.url_name != "crm_datasource_changelist":
            return rows
        latest = SyncRun.objects.order_by("source_id", "-pk").distinct("source_id")
        runs = Prefetch("runs", latest.prefetch_related("table_runs"), to_attr="latest_runs")
        waiting = (
            StagedRow.objects.filter(table__source=OuterRef("pk"), state=StagedRow.State.WAITING)
            .order_by()
            .values("table__source")
            .annotate(count=Count("pk"))
            .values("count")
        )
        counted = rows.annotate(waiting=Coalesce(Subquery(waiting), 0))
        return counted.prefetch_related("tables", runs)

    def get_urls(self) -> list[URLPattern]:
        """Parts of a source's page that are asked for one by one."""
        parts: dict[str, Callable[..., HttpResponseBase]] = {
            "progress": source_parts.progress,
            "sample": source_parts.sample,
            "check": source_parts.check,
            "joins": source_parts.joins,
        }
        own = [
            path(
                f"<int:source_id>/{name}/",
                self.admin_site.admin_view(self._guarded(view)),
                name=f"crm_datasource_{name}",
            )
            for name, view in parts.items()
        ]
        return own + super().get_urls()

    def add_view(self, request: HttpRequest, *_form: object, **_context: object) -> HttpResponse:
        """The short way to a new source."""
        return source_add.view(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, *_form: object, **_context: object
    ) -> HttpResponse:
        """The source's page; a post does what its button says."""
        source = self.get_object(request, str(id_in(object_id)))
        if source is None:
            raise Http404
        return source_page.view(self, request, source)

    def _guarded(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        def run(request: HttpRequest, source_id: int) -> HttpResponseBase:
            source = self.get_object(request, str(source_id))
            if source is None or not self.has_view_permission(request, source):
                raise Http404
            return view(request, source)

        return run

    @display(description=gettext_lazy("name"), ordering="name", header=True)
    def title(self, source: DataSource) -> tuple[str, str]:
        """Its name; below it the kind and how much it brings."""
        count = sum(table.is_active for table in source.tables.all())
        brings = ngettext("%(count)d table", "%(count)d tables", count) % {"count": count}
        return source.name, f"{source.get_kind_display()} · {brings}"

    @display(description=gettext_lazy("last sync"), label=COLOURS)
    def last_sync(self, source: DataSource) -> tuple[str, _StrOrPromise]:
        run = _latest(source)
        if run is None:
            return "never", _("never")
        at = localtime(run.finished_at or run.started_at or run.requested_at)
        return run.status, f"{run.get_status_display()}, {date_format(at, 'SHORT_DATETIME_FORMAT')}"

    @display(description=gettext_lazy("read / created / changed / refused"))
    def counts(self, source: DataSource) -> str:
        run = _latest(source)
        if run is None:
            return ""
        rows = run.table_runs.all()
        sums = [sum(getattr(row, name) for row in rows) for name in _COUNTS]
        return " / ".join(number_format(count, force_grouping=True) for count in sums)

    @display(description=gettext_lazy("to mend"), ordering="waiting")
    def to_mend(self, source: DataSource) -> str:
        """Rows in quarantine, with the way to them."""
        waiting: int = source.waiting  # type: ignore[attr-defined]
        if not waiting:
            return ""
        page = reverse("admin:crm_stagedrow_changelist")
        return format_html(
            '<a class="underline" href="{}?table__source__id__exact={}">{}</a>',
            page,
            source.pk,
            number_format(waiting, force_grouping=True),
        )

    @display(description=gettext_lazy("mapping / data"))
    def scores(self, source: DataSource) -> str:
        run = _latest(source)
        rows = run.table_runs.all() if run else ()
        return " / ".join(
            _mean([getattr(row, name) for row in rows]) for name in ("mapping_score", "data_score")
        )

    @display(
        description=gettext_lazy("key until"),
        ordering="secret_expires_on",
        label={"late": "danger", "soon": "warning"},
    )
    def key_ends(self, source: DataSource) -> tuple[str, str]:
        day = source.secret_expires_on
        if day is None:
            return "", ""
        left = (day - timezone.localdate()).days
        level = "late" if left < 0 else "soon" if left <= KEY_WARNING_DAYS else ""
        return level, date_format(day, "SHORT_DATE_FORMAT")

    @display(
        description=gettext_lazy("state"),
        ordering="is_active",
        label={True: "success", False: "warning"},
    )
    def state(self, source: DataSource) -> tuple[bool, str]:
        return source.is_active, (
            pgettext("source", "on") if source.is_active else pgettext("source", "switched off")
        )


_COUNTS = ("read", "created", "updated", "rejected")


def _latest(source: DataSource) -> SyncRun | None:
    return next(iter(getattr(source, "latest_runs", ())), None)


def _mean(scores: Sequence[int | None]) -> str:
    known = [score for score in scores if score is not None]
    return str(round(sum(known) / len(known))) if known else "–"


def page_of(source: DataSource) -> str:
    return reverse("admin:crm_datasource_change", args=[source.pk])
