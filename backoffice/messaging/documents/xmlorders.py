"""Orders and invoices as XML (UN/CEFACT CII: Factur-X, Order-X; OASIS UBL) as text rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from backoffice.messaging.documents import limits
from backoffice.messaging.documents.found import row
from backoffice.messaging.documents.problems import Refused
from backoffice.messaging.documents.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

# UN/ECE recommendation 20, as the order desk writes units.
UNITS: Final = {
    "C62": "pièce",
    "H87": "pièce",
    "EA": "pièce",
    "NAR": "pièce",
    "PCE": "pièce",
    "MIL": "mille",
    "KGM": "kg",
    "CT": "carton",
    "XCT": "carton",
    "BX": "carton",
    "XBX": "carton",
    "PX": "palette",
    "XPX": "palette",
    "PF": "palette",
}
_HEADER: Final = ["Réf.", "Désignation", "Quantité", "Unité", "Prix unitaire", "Montant"]
_MAX_DEPTH: Final = 200


def parse(data: bytes) -> _Element:
    """The root element; no entities, no network. Raises Refused("corrupt")."""
    if len(data) > limits.XML_BYTES:
        raise Refused("corrupt")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("corrupt") from error


def order_text(data: bytes) -> str:
    """The order as lines of text, or "" where the XML is no order we know."""
    root = parse(data)
    name = etree.QName(root).localname
    if "CrossIndustry" in name or "SCRDMCCBDACIO" in name:
        return clean("\n".join(_cii(root)))
    if name in {"Order", "Invoice", "OrderChange"}:
        return clean("\n".join(_ubl(root)))
    return ""


def plain_text(data: bytes) -> str:
    """Any other XML: one line per element that holds text, "name: text"."""
    lines: list[str] = []
    for element in parse(data).iter(etree.Element):
        if len(lines) >= limits.XML_LINES:
            break
        value = " ".join((element.text or "").split())
        if value:
            lines.append(f"{etree.QName(element).localname}: {value}")
    return clean("\n".join(lines))


def _all(element: _Element, path: str) -> list[_Element]:
    """Elements by local names: ``a/b`` children, ``//a`` anywhere below."""
    steps = "".join(
        f"//*[local-name()='{step[2:]}']" if step.startswith("~~") else f"/*[local-name()='{step}']"
        for step in path.replace("//", "/~~").strip("/").split("/")
    )
    found = element.xpath(f".{steps}")
    return [node for node in found if etree.iselement(node)] if isinstance(found, list) else []


def _text(element: _Element, *paths: str) -> str:
    for path in paths:
        for node in _all(element, path):
            value = " ".join(str(node.xpath("string()")).split())
            if value:
                return value
    return ""


def _labelled(label: str, value: str) -> list[str]:
    return [f"{label} : {value}"] if value else []


def _quantity(element: _Element, *paths: str) -> tuple[str, str]:
    """Quantity and unit."""
    for path in paths:
        for node in _all(element, path):
            unit = str(node.get("unitCode") or "")
            return _number((node.text or "").strip()), UNITS.get(unit, unit)
    return "", ""


def _number(text: str) -> str:
    """10.0000 as 10, 0.1800 as 0.18."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(text: str) -> str:
    """20260504 (format 102) as 2026-05-04."""
    if len(text) == 8 and text.isdigit():  # noqa: PLR2004 - YYYYMMDD
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text[:10]


def _description(line: _Element, product: str) -> str:
    """The name, and the longer description where it says something else."""
    parts = [_text(line, f"{product}/Name"), _text(line, f"{product}/Description")]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _cii(root: _Element) -> Iterator[str]:
    header = "//ApplicableHeaderTradeAgreement"
    buyer = next(iter(_all(root, f"{header}/BuyerTradeParty")), root)
    settlement = next(iter(_all(root, "//ApplicableHeaderTradeSettlement")), root)
    title = "Facture" if "Invoice" in etree.QName(root).localname else "Commande"
    yield f"{title} n° {_text(root, '//ExchangedDocument/ID')}"
    yield from _labelled("Date", _date(_text(root, "//ExchangedDocument/IssueDateTime")))
    if buyer is not root:
        yield from _labelled("Acheteur", _text(buyer, "Name"))
        yield from _labelled("Contact", _text(buyer, "DefinedTradeContact/PersonName"))
        yield from _labelled(
            "E-mail",
            _text(
                buyer,
                "//EmailURIUniversalCommunication/URIID",
                "//URIUniversalCommunication/URIID",
            ),
        )
        yield from _labelled("Tél.", _text(buyer, "//CompleteNumber"))
    yield from _labelled(
        "Devise", _text(settlement, "OrderCurrencyCode", "InvoiceCurrencyCode", "//*CurrencyCode")
    )
    yield from _labelled(
        "Livraison demandée",
        _date(
            _text(
                root,
                "//ApplicableHeaderTradeDelivery//RequestedDeliverySupplyChainEvent//DateTime",
                "//RequestedDeliverySupplyChainEvent//DateTimeString",
            )
        ),
    )
    yield from _labelled("Note", _text(root, "//ExchangedDocument/IncludedNote/Content"))
    yield row(_HEADER)
    yield from _cii_lines(root)
    totals = "//SpecifiedTradeSettlementHeaderMonetarySummation"
    yield from _labelled(
        "Total HT", _text(root, f"{totals}/TaxBasisTotalAmount", f"{totals}/LineTotalAmount")
    )
    yield from _labelled("TVA", _text(root, f"{totals}/TaxTotalAmount"))
    yield from _labelled("Total TTC", _text(root, f"{totals}/GrandTotalAmount"))


def _cii_lines(root: _Element) -> Iterator[str]:
    for line in _all(root, "//IncludedSupplyChainTradeLineItem")[: limits.XML_LINES]:
        quantity, unit = _quantity(
            line, "//RequestedQuantity", "//BilledQuantity", "//AgreedQuantity"
        )
        product = "SpecifiedTradeProduct"
        yield row(
            [
                _text(line, f"{product}/BuyerAssignedID", f"{product}/SellerAssignedID"),
                _description(line, product),
                quantity,
                unit,
                _number(
                    _text(
                        line,
                        "//NetPriceProductTradePrice/ChargeAmount",
                        "//GrossPriceProductTradePrice/ChargeAmount",
                    )
                ),
                _text(line, "//LineTotalAmount"),
            ]
        )


def _ubl(root: _Element) -> Iterator[str]:
    invoice = etree.QName(root).localname == "Invoice"
    party = "AccountingCustomerParty" if invoice else "BuyerCustomerParty"
    yield f"{'Facture' if invoice else 'Commande'} n° {_text(root, 'ID')}"
    yield from _labelled("Date", _text(root, "IssueDate"))
    yield from _labelled(
        "Acheteur", _text(root, f"{party}/Party/PartyName/Name", f"{party}//RegistrationName")
    )
    contact = f"{party}//Contact"
    yield from _labelled("Contact", _text(root, f"{contact}/Name"))
    yield from _labelled("E-mail", _text(root, f"{contact}/ElectronicMail"))
    yield from _labelled("Tél.", _text(root, f"{contact}/Telephone"))
    yield from _labelled("Devise", _text(root, "DocumentCurrencyCode"))
    period = "RequestedDeliveryPeriod"
    yield from _labelled(
        "Livraison demandée",
        _text(root, f"Delivery/{period}/EndDate", f"//{period}/EndDate", f"//{period}/StartDate"),
    )
    yield from _labelled("Note", _text(root, "Note"))
    yield row(_HEADER)
    for line in (_all(root, "//LineItem") or _all(root, "//InvoiceLine"))[: limits.XML_LINES]:
        quantity, unit = _quantity(line, "Quantity", "InvoicedQuantity")
        item = "Item"
        yield row(
            [
                _text(
                    line,
                    f"{item}/BuyersItemIdentification/ID",
                    f"{item}/SellersItemIdentification/ID",
                ),
                _description(line, item),
                quantity,
                unit,
                _number(_text(line, "Price/PriceAmount")),
                _text(line, "LineExtensionAmount"),
            ]
        )
    totals = "LegalMonetaryTotal" if invoice else "AnticipatedMonetaryTotal"
    yield from _labelled("Total HT", _text(root, f"{totals}/TaxExclusiveAmount"))
    yield from _labelled("TVA", _text(root, "TaxTotal/TaxAmount"))
    yield from _labelled(
        "Total TTC", _text(root, f"{totals}/TaxInclusiveAmount", f"{totals}/PayableAmount")
    )
