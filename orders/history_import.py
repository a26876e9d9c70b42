"""Loading earlier orders from an upload: keep, preview, confirm, load in slices.

The file is kept as it came and read again for every step; its checksum is compared with that
of the preview, so what is loaded is what was shown. The orders themselves are the state: each
slice loads what is still missing, so a worker that dies in the middle costs nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from pathlib import PurePath
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core import jobs
from backoffice.core.errors import DomainError
from backoffice.core.jobs import Lane
from orders import history
from orders.models import HistoryUpload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import User

Status = HistoryUpload.Status
LANE: Lane[HistoryUpload] = Lane(
    HistoryUpload, waiting=Status.WAITING, working=Status.LOADING, failed=Status.FAILED
)
ENDINGS = {".csv", ".txt", ".xlsx", ".xlsm"}
# Seconds of one slice: well below what a job may take, with room to read the file.
SLICE = 45
# Files hold personal data: unconfirmed ones go after a day, the others with their report.
UNCONFIRMED_KEPT = dt.timedelta(days=1)
KEPT = dt.timedelta(days=30)


def receive(data: bytes, *, filename: str, by: User) -> HistoryUpload:
    """Keep an uploaded file for its preview; no order is written.

    ``DomainError`` where the file cannot be used at all.
    """
    ending = PurePath(filename).suffix.lower()
    if ending not in ENDINGS:
        sentence = _("“%(name)s” is no CSV or XLSX file: save it as one of them.")
        raise DomainError(
            sentence % {"name": filename}, code="file_type", field="file", value=filename
        )
    plan = history.read(data, filename=filename)
    digest = hashlib.sha256(data).hexdigest()
    return HistoryUpload.objects.create(
        filename=PurePath(filename).name[-255:],
        path=default_storage.save(f"history/{digest[:16]}{ending}", ContentFile(data)),
        sha256=digest,
        planned=len(plan.new),
        faults=len(plan.errors),
        uploaded_by=by,
    )


def preview(upload: HistoryUpload) -> history.Plan:
    """What loading the upload would do now. ``DomainError`` where its file changed or is gone."""
    return history.read(_content(upload), filename=upload.path)


def confirm(upload_id: int, *, by: User) -> HistoryUpload:
    """Have the upload loaded by the worker; only who uploaded it has seen its preview.

    A second confirmation is refused as a conflict.
    """
    with transaction.atomic():
        uploads = HistoryUpload.objects.select_for_update(no_key=True)
        upload = uploads.filter(pk=upload_id, uploaded_by=by).first()
        if upload is None:
            raise DomainError(_("This file is not there any more: upload it again."), code="gone")
        if upload.status != Status.PREVIEW:
            error = DomainError(
                _("This file is “%(status)s” already.") % {"status": upload.get_status_display()},
                code="confirmed",
                value=upload.status,
            )
            error.conflict = True
            raise error
        if not upload.planned:
            raise DomainError(_("There is no new order in this file."), code="nothing_to_load")
        jobs.start_over(LANE, upload)
        _enqueue(upload)
    return upload


def work(upload: HistoryUpload) -> None:
    """One slice of the loading; the next one is enqueued where orders are left."""
    try:
        plan = preview(upload)
    except DomainError as error:
        jobs.give_up(LANE, upload, str(error.sentence))
        return
    before = max(upload.planned - len(plan.new), 0)

    def tell(count: int) -> None:
        # For who watches; the end of the attempt writes the final figure.
        HistoryUpload.objects.filter(pk=upload.pk).update(created=before + count)

    left = len(plan.new) - history.write(plan, until=time.monotonic() + SLICE, tell=tell)
    # By what is left: what a worker that died had loaded was counted nowhere.
    created = max(upload.planned - left, 0)
    if not left:
        history.learn(plan)
        jobs.finish(LANE, upload, status=Status.DONE, created=created)
        return
    with transaction.atomic():
        # It got on: the next slice is a first attempt.
        now = timezone.now()
        jobs.finish(LANE, upload, status=Status.WAITING, created=created, attempts=0, queued_at=now)
        _enqueue(upload)


def forget() -> int:
    """Delete files that nobody confirmed within a day, and others after a month; how many."""
    now = timezone.now()
    old = HistoryUpload.objects.filter(
        status=Status.PREVIEW, uploaded_at__lt=now - UNCONFIRMED_KEPT
    ) | HistoryUpload.objects.filter(
        status__in=[Status.DONE, Status.FAILED], uploaded_at__lt=now - KEPT
    )
    uploads = list(old)
    for upload in uploads:
        default_storage.delete(upload.path)
        upload.delete()
    return len(uploads)


def error_rows(plan: history.Plan) -> Iterator[list[object]]:
    """The report of what was wrong: row, column, value, what to do."""
    for error in plan.errors:
        yield [error.row, error.field, error.value, error.sentence]


def _enqueue(upload: HistoryUpload) -> None:
    # Not inside the module: the task needs this one.
    from orders.tasks import load_history  # noqa: PLC0415 - see above

    jobs.enqueue(load_history, upload.pk)


def _content(upload: HistoryUpload) -> bytes:
    try:
        with default_storage.open(upload.path) as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise DomainError(_("The uploaded file is gone: upload it again."), code="gone") from error
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise DomainError(
            _("The uploaded file is not the one that was shown: upload it again."), code="changed"
        )
    return data
