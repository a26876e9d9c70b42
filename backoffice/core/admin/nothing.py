"""What a list says that has nothing to show: why, and the way on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from backoffice.core.admin.base import ModelAdmin

if TYPE_CHECKING:
    from django.contrib.admin.views.main import ChangeList
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Nothing:
    """``link`` is empty where there is nothing that this person could do."""

    title: str
    words: str
    link: str = ""
    link_words: str = ""


class TellingWhyEmpty(ModelAdmin):
    """A list that tells so in the place of its rows; asked only where there are none."""

    def when_empty(self, request: HttpRequest) -> Nothing | None:
        """None where the usual words do: filters or a search leave nothing."""
        raise NotImplementedError

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The rows' template knows of the page no more than its list."""
        found: ChangeList = super().get_changelist_instance(request)
        found.nothing = partial(self.when_empty, request)  # type: ignore[attr-defined]
        return found
