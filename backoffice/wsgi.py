"""The entry point of web servers."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from backoffice.core.request_bodies import WithLength

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")

application = WithLength(get_wsgi_application())
