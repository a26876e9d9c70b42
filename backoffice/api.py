"""The REST API: an app's router is mounted by one line of the table below."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib.admin.views.decorators import staff_member_required
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

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
    # Asked most: an address is looked for in this order.
    Mount("scoring", "scoring.api.endpoints.router"),
    Mount("orders", "orders.api.router"),
    Mount("orders", "orders.api_changes.router"),
    Mount("messages", "backoffice.messaging.api.router"),
    Mount("crm", "crm.api.endpoints.router", "/crm"),
    Mount("support", "support.api.endpoints.router", "/support"),
    Mount("listings", "listings.api.endpoints.router", "/listings"),
)

api = ErrorBodyAPI(
    title="Back office",
    version="1.0.0",
    description="Sign in with a key in the header X-API-Key, or as staff in the browser.",
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


# Asked by programs too: 404 comes before a CSRF token.
@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    """What is asked for below /api/ and not there: JSON too, not a page."""
    return api.refuse(request, 404, _("There is no such address."))


for mount in MOUNTS:
    api.add_router(mount.prefix, mount.router, auth=authentication(mount.area), tags=[mount.area])
