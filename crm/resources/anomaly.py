"""Anomalies as a sheet: what is wrong, where, and the mend; nothing can be imported."""

from __future__ import annotations

from typing import ClassVar

from import_export.fields import Field

from backoffice.core.spreadsheets.resources import Resource
from crm.models import Anomaly


class AnomalyResource(Resource):
    source = Field(attribute="table__source__name", column_name="source")
    table = Field(attribute="table__name", column_name="table")

    class Meta(Resource.Meta):
        model = Anomaly
        fields: ClassVar = (
            "source",
            "table",
            "severity",
            "code",
            "row_number",
            "key",
            "field",
            "value",
            "sentence",
            "state",
            "first_seen_at",
            "last_seen_at",
        )
        export_order = fields
