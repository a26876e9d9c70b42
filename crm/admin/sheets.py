"""Sheets of what the CRM keeps; whoever has more rows is shown the way to a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.core.admin import ImportExportAdmin
from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from django.forms import Form


class SheetAdmin(ImportExportAdmin):
    """An import looks at each row in a preview: files of any size are read by a data source."""

    def add_data_read_fail_error_to_form(self, form: Form, e: Exception) -> None:
        super().add_data_read_fail_error_to_form(form, e)
        if isinstance(e, DomainError) and e.code == "too_many_rows":
            hint = _(
                "For more rows add a data source: it reads files of any size, again and again."
            )
            form.add_error("import_file", hint)
