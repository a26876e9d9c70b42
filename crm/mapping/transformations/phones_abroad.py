"""Telephone numbers of customers in several countries, each read as in the country of its row."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import phonenumbers
from django.utils.translation import gettext_lazy

from crm.mapping.faults import Doubtful, Unreadable
from crm.mapping.transformations.catalogue import Transformation, prepare
from crm.mapping.transformations.places import country_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.mapping.context import Context
    from crm.mapping.faults import Fault
    from crm.mapping.transformations.catalogue import Arguments, Function


def _phones_of_country(_arguments: Arguments, context: Context) -> Function:
    home = context.country.upper()

    @lru_cache(maxsize=512)
    def reader(country: str) -> Callable[[str], list[str]]:
        code = country_of(country) if country else ""
        known = code if code in phonenumbers.SUPPORTED_REGIONS else home
        return prepare({"name": "parse_phone", "arguments": {"country": known}}, context).function

    def phones_of_country(values: tuple[Any, ...]) -> list[str] | None:
        *numbers, country = values
        read = reader(str(country or ""))
        found: list[str] = []
        faults: list[Fault] = []
        for number in numbers:
            if number not in (None, ""):
                _add(read, str(number), found, faults)
        if faults and not found:
            raise Unreadable(faults[0].code, faults[0].template, **faults[0].about)
        if faults:
            raise Doubtful(list(dict.fromkeys(found)), faults)
        return list(dict.fromkeys(found)) or None

    return phones_of_country


def _add(
    read: Callable[[str], list[str]], number: str, found: list[str], faults: list[Fault]
) -> None:
    try:
        found += read(number)
    except Doubtful as doubtful:
        found += doubtful.value
        faults += doubtful.faults
    except Unreadable as unreadable:
        faults.append(unreadable.fault)


TRANSFORMATIONS = (
    Transformation(
        "phones_of_country",
        gettext_lazy("Telephones of the row's country"),
        gettext_lazy(
            "The last column is the country: “01 23 45 67 89” of France is +33123456789 in a"
            " German file too. Where it is empty, the source's country."
        ),
        _phones_of_country,
        shape="columns",
        reads="any",
        gives="contact",
    ),
)
