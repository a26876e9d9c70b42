"""Reports of rows as the API tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.mapping.preview import Preview
    from crm.models import SourceTable
    from crm.sync.dry_run import Report


def told(table: SourceTable, report: Report) -> dict[str, Any]:
    """What a sync would say of the table."""
    return {
        "table": table.pk,
        "read": report.read,
        "refused": report.refused,
        "is_whole": report.is_whole,
        "by_severity": dict(report.by_severity),
        "by_code": dict(report.by_code),
        "findings": [
            {
                "row": one.row,
                "severity": str(one.severity),
                "code": one.code,
                "field": one.field,
                "value": one.value,
                "message": str(one.sentence),
            }
            for one in report.findings
        ],
    }


def previewed(preview: Preview) -> dict[str, Any]:
    """Real rows, raw beside normalised beside the problem."""
    return {
        "fields": list(preview.fields),
        "read": preview.read,
        "refused": preview.refused,
        "rows": [
            {
                "row": row.number,
                "is_refused": row.is_refused,
                "problems": _problems(row.problems),
                "cells": [
                    {
                        "field": cell.field,
                        "raw": cell.raw,
                        "value": cell.value,
                        "problems": _problems(cell.problems),
                    }
                    for cell in row.cells
                ],
            }
            for row in preview.rows
        ],
    }


def _problems(problems: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"severity": str(severity), "message": str(words)} for severity, words in problems]
