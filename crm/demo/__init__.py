"""The data of an invented wine estate, to try sources, mappings and quality with.

People, wines and telephone numbers are made up; the e-mail domains end in ``.example``. Dates are
told from today, so that nothing of it is ever stale.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.demo import estate, recommended
from crm.mapping import activating
from crm.models import Customer, DataSource, SyncRun
from crm.sources import describing, uploading
from crm.sync import foreground

if TYPE_CHECKING:
    from crm.models import TableRun

NAME = "iSaVigne (démonstration)"


def load() -> str:
    """A source with four exports, synced; some rows wait in quarantine, some customers are twice.

    Leaves a database alone in which there is a source, or a customer that no demo has loaded.
    """
    if DataSource.objects.exists() or _has_real_customers():
        return _("Wine estate: the database is in use, no demo data loaded.")
    # Sentences and names are kept: in the company's language, whoever loads the demo.
    with translation.override(settings.LANGUAGE_CODE):
        runs = _synced()
        recommended.load()
    return _("Wine estate: %(created)d records loaded as demo data, %(rejected)d rows to mend.") % {
        "created": sum(row.created for row in _tables(runs)),
        "rejected": sum(row.rejected for row in _tables(runs)),
    }


def _synced() -> list[SyncRun]:
    values = {"name": NAME, "country": "FR", "currency": "EUR", "match_by": "nothing"}
    source = describing.create(DataSource.Kind.ISAVIGNE, values)
    note = _("Demo data: this customer is invented.")
    files = estate.files(timezone.localdate(), note=note)
    uploading.take_in(source, [(name, io.BytesIO(content)) for name, content in files.items()])
    activating.activate_drafts(source)
    return foreground.sync_now(source)


def _tables(runs: list[SyncRun]) -> list[TableRun]:
    return [row for run in runs for row in run.table_runs.all()]


def _has_real_customers() -> bool:
    marks = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            marks.add(_("Demo data: this customer is invented."))
    return Customer.objects.exclude(notes__in=marks).exists()
