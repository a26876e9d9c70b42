"""What people decide on a recommendation's page: each is one function of the workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.admin import ActionVariant, Done, ModelAdmin, dialog_action
from backoffice.core.admin.ids import id_in
from crm.admin.recommendations.following import next_url, page_url
from crm.admin.recommendations.forms import (
    ContactForm,
    RateForm,
    RefuseForm,
    RegenerateForm,
    RejectForm,
)
from crm.admin.recommendations.swapping import SwapForm
from crm.models import RecommendedProduct
from crm.recommendations import campaigns
from crm.recommendations.deciding import workflow

if TYPE_CHECKING:
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest


class RecommendationDecisions(ModelAdmin):
    """Reject, make anew, refuse or swap a product, rate, say that the customer was contacted."""

    actions_detail = ("reject", "regenerate", "rate", "contacted", "refuse", "swap")

    # What is possible in its state the page decides; who comes late is told so.

    def has_approve_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "view") and self.may(request, "approve")

    def has_generate_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "view") and self.may(request, "generate")

    def has_campaign_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return self.may(request, "view") and self.may(request, "export")

    @dialog_action(
        gettext_lazy("Reject"),
        permissions=["approve"],
        question=gettext_lazy("None of these products is proposed to this customer again."),
        form=RejectForm,
        icon="thumb_down",
        variant=ActionVariant.DANGER,
    )
    def reject(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        after = next_url(self, request, object_id)
        row = workflow.reject(
            object_id, by=request.user, rejection=data["rejection"], note=data["note"]
        )
        told = _("The recommendation for %(name)s is rejected.")
        return Done(told % {"name": row.customer}, next_url=after)

    @dialog_action(
        gettext_lazy("Make anew"),
        permissions=["generate"],
        question=gettext_lazy(
            "Another recommendation for this customer, from what was learnt last. This one is kept."
        ),
        form=RegenerateForm,
        icon="refresh",
    )
    def regenerate(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        row = workflow.regenerate(
            object_id, by=request.user, algorithm=data["algorithm"], comment=data["comment"]
        )
        told = _("A new recommendation for %(name)s.") % {"name": row.customer}
        return Done(told, next_url=page_url(request, row.pk))

    @dialog_action(
        gettext_lazy("Rate"),
        permissions=["approve"],
        question=gettext_lazy("What is rated well is proposed sooner, and what is like it."),
        form=RateForm,
        icon="star",
    )
    def rate(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        product = _shown(request, object_id)
        workflow.rate(
            object_id,
            by=request.user,
            rating=data["rating"],
            comment=data["comment"],
            product_id=product.product_id if product else None,
        )
        return Done(_("Thank you: this weighs in what is proposed next."))

    @dialog_action(
        gettext_lazy("Mark as contacted"),
        permissions=["campaign"],
        question=gettext_lazy(
            "It is written into the contact history; a purchase after it counts as its success."
        ),
        form=ContactForm,
        icon="mark_email_read",
    )
    def contacted(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        written = campaigns.mark_contacted(
            [object_id], channel=data["channel"], campaign=data["campaign"], by=request.user
        )
        if written:
            return Done(_("The contact is noted."))
        return Done(_("Nothing was noted: it is not approved, or was used before."))

    @dialog_action(
        gettext_lazy("Refuse the product"),
        permissions=["approve"],
        question=gettext_lazy(
            "This product is not proposed to this customer again; the next one moves up."
        ),
        form=RefuseForm,
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def refuse(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        product = _asked(request, object_id)
        workflow.refuse_product(product.pk, by=request.user, reason=data["reason"])
        told = _("“%(product)s” is not proposed to this customer again.")
        return Done(told % {"product": product.product})

    @dialog_action(
        gettext_lazy("Swap"),
        permissions=["approve"],
        question=gettext_lazy("Which product shall stand in its place?"),
        form=SwapForm,
        icon="swap_horiz",
    )
    def swap(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        product = _asked(request, object_id)
        new = workflow.swap(product.pk, product_id=data["product_id"], by=request.user)
        told = _("“%(new)s” stands in the place of “%(old)s”.")
        return Done(told % {"new": new.product, "old": product.product})


def _shown(request: HttpRequest, recommendation_id: int) -> RecommendedProduct | None:
    """The product that the dialog was opened at; None where it is about all of them."""
    mine = RecommendedProduct.objects.filter(recommendation=recommendation_id)
    return mine.select_related("product").filter(pk=id_in(request.GET.get("product", ""))).first()


def _asked(request: HttpRequest, recommendation_id: int) -> RecommendedProduct:
    """As :func:`_shown`, where there has to be one: it may have been swapped meanwhile."""
    product = _shown(request, recommendation_id)
    if product is None:
        raise RecommendedProduct.DoesNotExist
    return product
