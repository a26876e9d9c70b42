"""Which language a request speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.middleware import locale
from django.utils import translation

if TYPE_CHECKING:
    from django.http import HttpRequest


class LocaleMiddleware(locale.LocaleMiddleware):
    """Staff get the house's language until they switch; programs may ask for theirs.

    A browser that says English says nothing about the person at the desk, so
    ``Accept-Language`` counts for the API only.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith("/api/"):
            language = translation.get_language_from_request(request)
        else:
            language = _chosen(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


def _chosen(code: str) -> str:
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
