"""Another product in the place of a recommended one: what the algorithms say, or any product."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from backoffice.core.admin import DialogForm
from backoffice.core.admin.ids import id_in
from crm.admin.recommendations.offered import Offered, offered
from crm.models import Product, RecommendedProduct
from crm.recommendations.deciding import allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crm.models import Recommendation

FOUND = 12


class ChooseProduct(forms.Widget):
    """A search through all products and, before a word is typed, what the algorithms say."""

    place: RecommendedProduct | None = None

    def render(
        self,
        name: str,
        value: Any,  # noqa: ANN401 - Django's own
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,  # noqa: ANN401, ARG002 - Django's own
    ) -> SafeString:
        context = {"name": name, "value": str(value or ""), "attrs": attrs, "place": self.place}
        return mark_safe(render_to_string("admin/crm/recommendation/choose.html", context))  # noqa: S308 - a template that escapes


class SwapForm(DialogForm):
    product_id = forms.IntegerField(
        label=_("Product"),
        widget=ChooseProduct,
        error_messages={"required": _("Choose a product.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = RecommendedProduct.objects.filter(recommendation=id_in(self.object_id))
        place = mine.filter(pk=id_in(self.request.GET.get("product", ""))).first()
        widget = self.fields["product_id"].widget
        assert isinstance(widget, ChooseProduct)  # noqa: S101 - declared above
        widget.place = place


def found(recommendation: Recommendation, term: str) -> list[Offered]:
    """Products by name, code or another name; each with why it may not be proposed, if so."""
    wanted = Q()
    for word in term.split()[:6]:
        wanted &= (
            Q(name__icontains=word)
            | Q(sku__icontains=word)
            | Q(synonyms__icontains=word)
            | Q(category__icontains=word)
        )
    listed = recommendation.products.filter(rank__isnull=False).values("product")
    rows = Product.objects.filter(wanted, is_active=True).exclude(pk__in=listed)
    products = list(rows.order_by("name", "pk")[:FOUND])
    return offered(recommendation.customer_id, products, why_not=why_not(recommendation, products))


def why_not(recommendation: Recommendation, products: Sequence[Product]) -> dict[int, str]:
    """By product the rule that keeps it from the customer."""
    codes = allowed.against([(recommendation.customer_id, one.pk, None) for one in products])
    words = {
        "archived": _("no longer sold"),
        "out_of_stock": _("out of stock"),
        "refused": _("refused for this customer"),
        "bought": _("bought lately"),
        "sent_back": _("sent back"),
    }
    return {product: str(words.get(code, code)) for (_customer, product), code in codes.items()}
