"""Listings as columns of a sheet: corrected by their number, added by an id of the file's own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import unquoted
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Number, Reference, Text, YesNo
from crm.resources.cells import Choice, Moment
from listings import keeping
from listings.deciding import plausible, workflow
from listings.models import Listing, ListingEvent, TraderAddress

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tablib
    from django.db.models import QuerySet

FACTS = (
    "type",
    "brand",
    "model",
    "reference",
    "price",
    "currency",
    "condition",
    "year",
    "size_mm",
    "movement",
    "box",
    "papers",
    "authenticity",
)
# What a trader wrote is not a sheet's to change; of a row that a file brought it is.
OF_FILES = ("trader", "text", "offered_at")
_LONGEST_NUMBER = 18


class ListingResource(Resource):
    """``number`` finds a listing of ours, ``external_id`` one that a file gave its own id.

    Status, euros and who confirmed are written to a file, never taken from one.
    """

    number = Field("pk", "number", Text(), readonly=True)
    external_id = Field("external_id", "external_id", Text())
    status = Field("status", "status", Text(), readonly=True)
    type = Field("type", "type", Choice(Listing.Type))
    brand = Field("brand", "brand", Text())
    model = Field("model", "model", Text())
    reference = Field("reference", "reference", Text())
    price = Field("price", "price", Number())
    currency = Field("currency", "currency", Text(upper=True))
    price_eur = Field("price_eur", "price_eur", Number(), readonly=True)
    condition = Field("condition", "condition", Choice(Listing.Condition))
    year = Field("year", "year", Number())
    size_mm = Field("size_mm", "size_mm", Number())
    movement = Field("movement", "movement", Choice(Listing.Movement))
    box = Field("box", "box", YesNo())
    papers = Field("papers", "papers", YesNo())
    authenticity = Field("authenticity", "authenticity", Choice(Listing.Authenticity))
    trader = Field(
        "trader",
        "trader",
        Reference("", gettext_lazy("“%(value)s” is no telephone number or id of a trader.")),
    )
    trader_name = Field("trader__name", "trader_name", Text(), readonly=True)
    text = Field("text", "text", Text())
    offered_at = Field("offered_at", "offered_at", Moment())

    class Meta:
        model = Listing
        import_id_fields = ("external_id",)
        fields = (
            "number",
            "external_id",
            "status",
            "type",
            "brand",
            "model",
            "reference",
            "price",
            "currency",
            "price_eur",
            "condition",
            "year",
            "size_mm",
            "movement",
            "box",
            "papers",
            "authenticity",
            "trader",
            "trader_name",
            "text",
            "offered_at",
        )
        export_order = fields

    # --- out ---

    def filter_export(self, queryset: QuerySet[Listing], **_options: object) -> QuerySet[Listing]:
        plain = queryset.defer("search_words", "search_vector", "evidence").prefetch_related(None)
        return plain.select_related("trader").prefetch_related("trader__addresses")

    def dehydrate_trader(self, listing: Listing) -> str:
        if listing.trader is None:
            return ""
        addresses = [row.value for row in listing.trader.addresses.all() if not row.is_former]
        return addresses[0] if addresses else ""

    # --- in ---

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        if "external_id" not in dataset.headers:
            # A file that only corrects names its rows by number.
            dataset.append_col([""] * len(dataset), header="external_id")
        self.user: Any = options.get("user")
        self.added: list[int] = []
        # Our own files guard the plus of a telephone number from spreadsheets.
        cells = {str(value or "").strip() for value in _column(dataset, "trader")}
        plain = {cell: unquoted(cell) for cell in cells}
        rows = TraderAddress.objects.filter(value__in=plain.values()).select_related("trader")
        traders = {row.value: row.trader for row in rows}
        self.fields["trader"].widget.known = {
            cell: traders[value] for cell, value in plain.items() if value in traders
        }

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> Listing | None:
        number = Text().clean(row.get("number"))
        external_id = Text().clean(row.get("external_id"))
        if number:
            return _of_number(number)
        if external_id:
            return Listing.objects.filter(external_id=external_id).first()
        told = _("Give the number of a listing, or an external id for a new one.")
        raise ValueError(told)

    def import_instance(
        self, instance: Listing, row: Mapping[str, object], **options: object
    ) -> None:
        before = {name: getattr(instance, name) for name in OF_FILES}
        known_by = instance.external_id
        super().import_instance(instance, row, **options)  # type: ignore[misc]
        if not instance.pk:
            instance.reader = Listing.Reader.FILE
            instance.offered_at = instance.offered_at or timezone.now()
        else:
            instance.external_id = known_by
        if instance.reader != Listing.Reader.FILE:
            for name, value in before.items():
                setattr(instance, name, value)
        instance.year = _whole(instance.year)

    def validate_instance(self, instance: Listing, *arguments: Any, **options: Any) -> None:
        faults = plausible.faults({name: getattr(instance, name) for name in FACTS})
        if faults:
            raise ValidationError(faults)
        super().validate_instance(instance, *arguments, **options)  # type: ignore[misc]

    def save_instance(
        self,
        instance: Listing,
        is_create: bool,  # noqa: FBT001 - import-export's signature
        _row: Mapping[str, object],
        **_options: object,
    ) -> None:
        if is_create:
            self._add(instance)
        else:
            self._correct(instance)

    def _add(self, listing: Listing) -> None:
        keeping.derive(listing)
        listing.save()
        note = _("from a file")
        ListingEvent.objects.create(
            listing=listing, kind=ListingEvent.Kind.READ, note=note, by=self.user
        )
        self.added.append(listing.pk)

    def _correct(self, listing: Listing) -> None:
        """Through the workflow, as on the page: with an event, and never read over again."""
        was = Listing.objects.get(pk=listing.pk)
        changes = {
            name: getattr(listing, name)
            for name in FACTS
            if getattr(listing, name) != getattr(was, name)
        }
        try:
            if changes:
                workflow.edit(listing.pk, changes, by=self.user)
        except DomainError as error:
            raise ValueError(str(error.sentence)) from error
        if was.reader == Listing.Reader.FILE:
            changed = [name for name in OF_FILES if getattr(listing, name) != getattr(was, name)]
            if changed:
                Listing.objects.filter(pk=listing.pk).update(
                    **{name: getattr(listing, name) for name in changed}
                )
                self.added.append(listing.pk)

    def after_import(self, dataset: object, result: object, **options: object) -> None:
        super().after_import(dataset, result, **options)  # type: ignore[misc]
        # A preview is rolled back: nothing of it is embedded or matched.
        if not options.get("dry_run"):
            keeping.announce(self.added)


def _of_number(number: str) -> Listing:
    digits = number.removeprefix("#")
    listing = None
    if digits.isdecimal() and len(digits) <= _LONGEST_NUMBER:
        listing = Listing.objects.filter(pk=int(digits)).first()
    if listing is None:
        told = _("There is no listing with the number “%(number)s”.")
        raise ValueError(told % {"number": number})
    return listing


def _column(dataset: tablib.Dataset, name: str) -> list[object]:
    return list(dataset[name]) if name in dataset.headers else []


def _whole(year: object) -> Any:  # noqa: ANN401 - a whole number, or what is refused later
    if isinstance(year, Decimal) and year == year.to_integral_value():
        return int(year)
    return year
