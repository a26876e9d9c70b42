"""The messages of the flood: who writes what, and what a plain loop counts in it."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER_ID = "316780950000417"
TRADERS = 60
TALK = ("Merci, je confirme", "Photos demain", "Bonjour à tous", "Dispo ?", "Ok super, à demain")


@dataclass
class Message:
    """One message of the flood; ``watches`` is what is said in it, by plain words."""

    number: int
    words: str
    trader: int
    wamid: str
    kind: str = "text"
    original: str = ""

    def body(self) -> bytes:
        own: dict[str, Any] = {"from": phone(self.trader).lstrip("+"), "id": self.wamid}
        own |= {"from_user_id": user_id(self.trader), "timestamp": str(int(time.time()))}
        own |= {"type": self.kind}
        text = {"type": "text", "text": {"body": self.words}}
        if self.kind == "text":
            own |= text
        elif self.kind == "edit":
            own["edit"] = {"original_message_id": self.original, "message": text}
        else:
            own["revoke"] = {"original_message_id": self.original}
        return delivery(own, self.trader)


def messages(count: int) -> Iterator[Message]:
    """Sales, searches, questions and talk; now and then what edits or deletes an earlier one."""
    chance = random.Random(7)  # the same flood each time
    watches = catalogue()
    offers: list[Message] = []
    for number in range(count):
        trader = chance.randrange(TRADERS)
        wamid = f"wamid.FLOOD{number:06}"
        share = number % 20
        if share == 19 and offers:  # noqa: PLR2004 - the twentieth
            former = offers.pop(chance.randrange(len(offers)))
            kind = chance.choice(("edit", "revoke"))
            words = cheaper(former.words) if kind == "edit" else ""
            yield Message(number, words, former.trader, wamid, kind, former.wamid)
            continue
        if share >= 16:  # noqa: PLR2004 - three of twenty
            words = f"{chance.choice(TALK)} ({number})"
        elif share >= 12:  # noqa: PLR2004 - four of twenty
            words = wanted(chance, watches)
        else:
            words = offer(chance, watches)
            words += "\n" + offer(chance, watches) if chance.random() < 0.2 else ""  # noqa: PLR2004
        message = Message(number, words, trader, wamid)
        offers += [message] if words.startswith("Vends") else []
        yield message


def catalogue() -> list[tuple[str, str, str]]:
    """Watches that are read with certainty: brand, model, reference."""
    from listings.models import CatalogueEntry  # noqa: PLC0415 - after the apps

    rows = CatalogueEntry.objects.filter(brand__name__in=["Rolex", "Tudor"]).select_related("brand")
    return [
        (row.brand.name, row.model, reference)
        for row in rows.order_by("pk")
        for reference in row.references
    ]


def offer(chance: random.Random, watches: list[tuple[str, str, str]]) -> str:
    brand, model, reference = chance.choice(watches)
    price = chance.randrange(3_000, 30_000, 50)
    year = chance.randrange(1995, 2024)
    return f"Vends {brand} {model} {reference} de {year}, full set, {price} €"


def cheaper(words: str) -> str:
    """The same offer for less: the price stands before the last word of its line."""
    first, *others = words.split("\n")
    before, price, euro = first.rsplit(" ", 2)
    return "\n".join([f"{before} {int(price) - 25} {euro}", *others])


def wanted(chance: random.Random, watches: list[tuple[str, str, str]]) -> str:
    brand, model, reference = chance.choice(watches)
    return f"Cherche {brand} {model} {reference}, budget {chance.randrange(8_000, 30_000, 100)} €"


def expect(flood: list[Message]) -> dict[str, object]:
    """The statistics, counted by a loop: what stands in each text, and what was changed later."""
    from listings.reading import understanding  # noqa: PLC0415 - after the apps

    types: Counter[str] = Counter()
    value, live = Decimal(0), 0
    spoken: set[str] = set()
    edited = {message.original for message in flood if message.kind == "edit"}
    gone = {message.original for message in flood if message.kind == "revoke"}
    for message in flood:
        items = understanding.understand(message.words).items
        if message.wamid in edited or message.kind == "revoke":
            continue
        for item in items:
            types[str(item.type.value)] += 1
            if item.type.value == "sale":
                value += item.price.value or 0
            live += message.wamid not in gone
        if items:
            spoken.add(message.wamid)
    return {"types": dict(types), "value": value, "live": live, "watch_messages": len(spoken)}


def delivery(own: dict[str, Any], trader: int) -> bytes:
    contact = {"profile": {"name": f"Trader {trader}"}, "wa_id": own["from"]}
    contact["user_id"] = user_id(trader)
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "33639980001", "phone_number_id": NUMBER_ID},
        "contacts": [contact],
        "messages": [own],
    }
    entry = {"id": "215589313241560", "changes": [{"value": value, "field": "messages"}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def phone(trader: int) -> str:
    return f"+3363998{trader:04}"


def user_id(trader: int) -> str:
    return f"FR.482019375661{trader:04}"
