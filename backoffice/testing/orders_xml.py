"""Orders as XML, cut down to what a small supplier gets: Order-X (CII) and UBL."""

from __future__ import annotations

from typing import Final

_RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:103"
_UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:103"

CII_ORDER: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:SCRDMCCBDACIOMessageStructure xmlns:rsm="urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100"
 xmlns:ram="{_RAM}" xmlns:udt="{_UDT}">
 <rsm:ExchangedDocument><ram:ID>BC-457</ram:ID>
  <ram:IssueDateTime><udt:DateTimeString format="102">20260416</udt:DateTimeString></ram:IssueDateTime>
 </rsm:ExchangedDocument>
 <rsm:SupplyChainTradeTransaction>
  <ram:IncludedSupplyChainTradeLineItem>
   <ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
   <ram:SpecifiedTradeProduct><ram:BuyerAssignedID>SFP-16</ram:BuyerAssignedID>
    <ram:Name>Sachets fond plat 16x32</ram:Name></ram:SpecifiedTradeProduct>
   <ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice>
     <ram:ChargeAmount>0.1600</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
   <ram:SpecifiedLineTradeDelivery><ram:RequestedQuantity unitCode="C62">30000.0000</ram:RequestedQuantity>
   </ram:SpecifiedLineTradeDelivery>
   <ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation>
     <ram:LineTotalAmount>4800.00</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>
   </ram:SpecifiedLineTradeSettlement>
  </ram:IncludedSupplyChainTradeLineItem>
  <ram:ApplicableHeaderTradeAgreement>
   <ram:SellerTradeParty><ram:Name>Atelier</ram:Name></ram:SellerTradeParty>
   <ram:BuyerTradeParty><ram:Name>Superettes Dounia</ram:Name><ram:DefinedTradeContact>
     <ram:PersonName>Hicham Ouazzani</ram:PersonName>
     <ram:TelephoneUniversalCommunication><ram:CompleteNumber>0522007710</ram:CompleteNumber></ram:TelephoneUniversalCommunication>
     <ram:EmailURIUniversalCommunication><ram:URIID>achats@dounia.example</ram:URIID></ram:EmailURIUniversalCommunication>
   </ram:DefinedTradeContact></ram:BuyerTradeParty>
  </ram:ApplicableHeaderTradeAgreement>
  <ram:ApplicableHeaderTradeDelivery><ram:RequestedDeliverySupplyChainEvent><ram:OccurrenceDateTime>
    <udt:DateTimeString format="102">20260504</udt:DateTimeString></ram:OccurrenceDateTime>
  </ram:RequestedDeliverySupplyChainEvent></ram:ApplicableHeaderTradeDelivery>
  <ram:ApplicableHeaderTradeSettlement><ram:OrderCurrencyCode>MAD</ram:OrderCurrencyCode>
   <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    <ram:LineTotalAmount>4800.00</ram:LineTotalAmount><ram:TaxBasisTotalAmount>4800.00</ram:TaxBasisTotalAmount>
    <ram:TaxTotalAmount currencyID="MAD">960.00</ram:TaxTotalAmount><ram:GrandTotalAmount>5760.00</ram:GrandTotalAmount>
   </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
 </rsm:SupplyChainTradeTransaction>
</rsm:SCRDMCCBDACIOMessageStructure>""".encode()  # noqa: E501 - XML as it comes

CII_TEXT: Final = """Commande n° BC-457
Date : 2026-04-16
Acheteur : Superettes Dounia
Contact : Hicham Ouazzani
E-mail : achats@dounia.example
Tél. : 0522007710
Devise : MAD
Livraison demandée : 2026-05-04
Réf. | Désignation | Quantité | Unité | Prix unitaire | Montant
SFP-16 | Sachets fond plat 16x32 | 30000 | pièce | 0.16 | 4800.00
Total HT : 4800.00
TVA : 960.00
Total TTC : 5760.00"""

_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"

UBL_ORDER: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2" xmlns:cbc="{_CBC}" xmlns:cac="{_CAC}">
 <cbc:ID>PO-1187</cbc:ID><cbc:IssueDate>2026-04-23</cbc:IssueDate><cbc:Note>Appeler avant de livrer</cbc:Note>
 <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
 <cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>Souss Argan</cbc:Name></cac:PartyName>
  <cac:Contact><cbc:Name>Brahim</cbc:Name><cbc:Telephone>+212528009336</cbc:Telephone>
  <cbc:ElectronicMail>export@souss.example</cbc:ElectronicMail></cac:Contact></cac:Party></cac:BuyerCustomerParty>
 <cac:Delivery><cac:RequestedDeliveryPeriod><cbc:StartDate>2026-05-11</cbc:StartDate>
  <cbc:EndDate>2026-05-18</cbc:EndDate></cac:RequestedDeliveryPeriod></cac:Delivery>
 <cac:AnticipatedMonetaryTotal><cbc:PayableAmount currencyID="EUR">1260.00</cbc:PayableAmount></cac:AnticipatedMonetaryTotal>
 <cac:OrderLine><cac:LineItem><cbc:ID>10</cbc:ID><cbc:Quantity unitCode="MIL">6</cbc:Quantity>
  <cbc:LineExtensionAmount currencyID="EUR">1260.00</cbc:LineExtensionAmount>
  <cac:Price><cbc:PriceAmount currencyID="EUR">210.00</cbc:PriceAmount></cac:Price>
  <cac:Item><cbc:Description>Poignées torsadées</cbc:Description><cbc:Name>Sac fond carré</cbc:Name></cac:Item>
 </cac:LineItem></cac:OrderLine>
</Order>""".encode()  # noqa: E501 - XML as it comes

UBL_TEXT: Final = """Commande n° PO-1187
Date : 2026-04-23
Acheteur : Souss Argan
Contact : Brahim
E-mail : export@souss.example
Tél. : +212528009336
Devise : EUR
Livraison demandée : 2026-05-18
Note : Appeler avant de livrer
Réf. | Désignation | Quantité | Unité | Prix unitaire | Montant
 | Sac fond carré, Poignées torsadées | 6 | mille | 210 | 1260.00
Total TTC : 1260.00"""
