"""The REST API: an app's router is mounted by one line of the table below."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

from django.contrib.admin.views.decorators import staff_member_required
from django.utils.translation import gettext_lazy as _

from backoffice.core.api import OrjsonParser, OrjsonRenderer, StaffSession, authentication
from backoffice.core.api_errors import ErrorBodyAPI
from backoffice.integrations.errors import ServiceError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class Mount(NamedTuple):
    """``area`` names the scopes of a key that may call the router: ``<area>:read``, ``:write``."""

    area: str
    router: str
    prefix: str = ""


MOUNTS = (
    Mount("orders", "orders.api.router"),
    Mount("messages", "backoffice.messaging.api.router"),
)

api = ErrorBodyAPI(
    title="Back office",
    version="1.0.0",
    description=str(_("Sign in with a key in the header X-API-Key, or as staff in the browser.")),
    urls_namespace="api",
    docs_decorator=staff_member_required,
    renderer=OrjsonRenderer(),
    parser=OrjsonParser(),
    # What no line of the table mounts: none so far.
    auth=[StaffSession()],
)


@api.exception_handler(ServiceError)
def service_failed(request: HttpRequest, exc: ServiceError) -> HttpResponse:
    """An outside service the answer depends on did not do its part."""
    return api.refuse(request, 502, str(exc))


for mount in MOUNTS:
    if find_spec(mount.router.rpartition(".")[0]) is None:
        continue
    api.add_router(mount.prefix, mount.router, auth=authentication(mount.area), tags=[mount.area])
