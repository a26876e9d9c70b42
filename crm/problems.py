"""What can be wrong with a row: found while mapping, checking or writing, told in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from crm.models.quality import Anomaly

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise

Severity = Anomaly.Severity

# The kinds of problems, as lists and filters name them.
CODES: Mapping[str, _StrOrPromise] = {
    "unreadable_row": _("row cannot be read"),
    "required_missing": _("required value missing"),
    "invalid_email": _("invalid e-mail address"),
    "invalid_phone": _("invalid phone number"),
    "type_mismatch": _("value of another type"),
    "not_in_list": _("value not in the list"),
    "too_long": _("text too long"),
    "out_of_range": _("out of range"),
    "impossible_date": _("impossible date"),
    "future_date": _("date in the future"),
    "negative_quantity": _("negative quantity"),
    "total_differs": _("total is not quantity x price"),
    "unknown_customer": _("unknown customer"),
    "unknown_product": _("unknown product"),
    "duplicate_key": _("key used twice"),
    "outlier": _("unusual value"),
    "several_values": _("several values in one cell"),
    "inconsistent": _("values contradict each other"),
    "file_remark": _("remark on a file"),
    "volume_drop": _("sudden drop of volume"),
    "same_product": _("product there twice"),
    "same_everywhere": _("same value in all rows"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one value of one row.

    ``index`` is the row's place in its batch; ``field`` a canonical name, empty where the whole
    row is meant; ``value`` what was read (not what became of it); ``sentence`` names the field,
    the value and the mend, in the language of the company. Critical: the row is refused. High:
    the row is taken without the value. Medium: row and value are taken.
    """

    index: int
    severity: Severity
    code: str
    field: str
    value: str
    sentence: str
