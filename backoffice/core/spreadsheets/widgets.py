"""Cells as French offices write them: "1 234,50", "15/01/2026", "oui".

``clean`` raises ``ValueError`` with a sentence that import-export shows beside
the row. ``render`` keeps numbers, dates and booleans as they are: the format
decides how they are written.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget

from backoffice.core.spreadsheets.formats import unquoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model

    class BaseWidget:
        def __init__(self, coerce_to_string: bool = True) -> None: ...  # noqa: FBT001, FBT002 - import-export's signature
else:
    BaseWidget = Widget

DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
YES = {"oui", "o", "vrai", "yes", "y", "true", "x", "1"}
NO = {"non", "n", "faux", "no", "false", "0"}
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3}){2,}")


class Text(BaseWidget):
    """Words without spaces around them; numbers as they look in the cell."""

    def __init__(self, *, upper: bool = False) -> None:
        super().__init__()
        self.upper = upper

    def clean(self, value: object, *_row: object, **_options: object) -> str:
        text = "" if value is None else str(value).replace("\x00", "").strip()
        text = unquoted(text)
        return text.upper() if self.upper else text

    def render(self, value: object, *_obj: object, **_options: object) -> str:
        return "" if value is None else str(value)


class Number(BaseWidget):
    """A decimal number with comma or point, with or without spaces between thousands."""

    def clean(self, value: object, *_row: object, **_options: object) -> Decimal | None:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return Decimal(value)
        text = re.sub(r"[\s'’]", "", "" if value is None else str(value))
        if not text:
            return None
        # The last mark is the decimal one, whichever the country.
        if text.rfind(",") > text.rfind("."):
            text = text.replace(".", "").replace(",", ".", 1)
        elif "," in text or _GROUPED.fullmatch(text):
            text = text.replace(",", "") if "," in text else text.replace(".", "")
        if not _NUMBER.fullmatch(text):
            sentence = _("“%(value)s” is not a number: write 1234,50.")
            raise ValueError(sentence % {"value": value})
        return Decimal(text)

    def render(self, value: object, *_obj: object, **_options: object) -> object:
        return value


class Day(BaseWidget):
    """A day: 15/01/2026, 2026-01-15, or a real date of Excel."""

    def clean(self, value: object, *_row: object, **_options: object) -> dt.date | None:
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        # "2026-01-15 00:00:00": what programs write of a day.
        text = _TIME.sub("", text)
        for form in DATE_FORMATS:
            try:
                return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError:
                continue
        sentence = _("“%(value)s” is not a date: write 15/01/2026.")
        raise ValueError(sentence % {"value": value})

    def render(self, value: object, *_obj: object, **_options: object) -> object:
        return value


class YesNo(BaseWidget):
    """oui or non; an empty cell is ``empty``."""

    def __init__(self, *, empty: bool | None = None) -> None:
        super().__init__()
        self.empty = empty

    def clean(self, value: object, *_row: object, **_options: object) -> bool | None:
        word = "" if value is None else str(value).strip().lower()
        if not word:
            return self.empty
        if word not in YES | NO:
            raise ValueError(_("“%(value)s” is neither oui nor non.") % {"value": value})
        return word in YES

    def render(self, value: object, *_obj: object, **_options: object) -> object:
        return value


class Json(BaseWidget):
    """An object in JSON; an empty cell is an empty object."""

    def clean(self, value: object, *_row: object, **_options: object) -> dict[str, Any]:
        text = "" if value is None else str(value).strip()
        try:
            found = json.loads(text or "{}")
        except ValueError:
            found = None
        if not isinstance(found, dict):
            sentence = _('“%(value)s” is not a JSON object such as {"paper": "kraft"}.')
            raise ValueError(sentence % {"value": text[:60]})  # noqa: TRY004 - the import shows ValueErrors
        return found

    def render(self, value: object, *_obj: object, **_options: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


class Reference(BaseWidget):
    """Another row by its natural key, looked up in ``known``, which the resource fills at once."""

    def __init__(self, key: str, missing: Any) -> None:  # noqa: ANN401 - lazy text
        super().__init__()
        self.key = key
        self.missing = missing
        self.known: Mapping[str, Model] = {}

    def clean(self, value: object, *_row: object, **_options: object) -> Model | None:
        text = "" if value is None else str(value).strip()
        if not text:
            return None
        if text not in self.known:
            raise ValueError(self.missing % {"value": text})
        return self.known[text]

    def render(self, value: Any, *_obj: object, **_options: object) -> str:  # noqa: ANN401 - a row
        for part in self.key.split("__"):
            value = getattr(value, part, None)
        return "" if value is None else str(value)
