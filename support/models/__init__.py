"""The support desk's rows: tickets and their threads, drafts, templates, Notion's pages."""

from __future__ import annotations

from support.models.category import (
    Category,
    CategoryExample,
    ClassifierTraining,
    ClassifierVersion,
)
from support.models.draft import AutomaticTrial, Draft
from support.models.notion import NotionBase, NotionPage, NotionSource, NotionSync
from support.models.shop_order import ShopOrder
from support.models.template import Language, ReplyTemplate, Snippet, Suits, Tone
from support.models.ticket import Ticket, TicketEvent, TicketMessage

__all__ = [
    "AutomaticTrial",
    "Category",
    "CategoryExample",
    "ClassifierTraining",
    "ClassifierVersion",
    "Draft",
    "Language",
    "NotionBase",
    "NotionPage",
    "NotionSource",
    "NotionSync",
    "ReplyTemplate",
    "ShopOrder",
    "Snippet",
    "Suits",
    "Ticket",
    "TicketEvent",
    "TicketMessage",
    "Tone",
]
