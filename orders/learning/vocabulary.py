"""Words for products: "zif" is what staff decided it to be, for who says so or for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core.text import folded
from orders import sales
from orders.extraction.lines.products import match_text, sign_of
from orders.extraction.text import numbers
from orders.learning import facts
from orders.learning.facts import Kind
from orders.learning.phrases import is_only_signs, phrase_after, product_phrase, stands_in
from orders.models import LearnedFact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crm.models import Customer, Product
    from orders.learning.proposed import Proposed
    from orders.models import Order, OrderLine
    from orders.reading import LineReading

# A reading this sure says what the words mean: a change of it is a change of mind.
SURE = 0.85
# So many customers must mean the same before a word is everybody's.
SEVERAL = 3


def words_for(customer: Customer | None) -> list[LearnedFact]:
    """The words of this customer and of everybody; the customer's own win."""
    rows = facts.in_use().filter(kind=Kind.PRODUCT_WORD, product__is_active=True)
    own = list(rows.filter(customer=customer)) if customer else []
    mine = {fact.phrase for fact in own}
    return [*own, *(fact for fact in rows.filter(customer=None) if fact.phrase not in mine)]


def spoken(words: Sequence[LearnedFact]) -> list[tuple[str, str]]:
    """The words as the readers take them: (words, product code)."""
    return [(fact.phrase, fact.product.sku) for fact in words if fact.product]


def behind(line: LineReading, words: Sequence[LearnedFact]) -> LearnedFact | None:
    """The word that gives a line its product, the longest of them; None where none does.

    A model may not have followed the words it was told: a line without a product is given
    one here, unless the word means several.
    """
    said = line.description.value or ""
    meant = [fact for fact in words if fact.product and stands_in(fact.phrase, said)]
    if line.product.value:
        meant = [fact for fact in meant if fact.product and fact.product.sku == line.product.value]
    best = max(meant, key=lambda fact: len(fact.phrase), default=None)
    rivals = {fact.product_id for fact in meant if best and fact.phrase == best.phrase}
    return best if len(rivals) == 1 else None


def learn(order: Order, lines: Sequence[OrderLine], before: Proposed | None) -> None:
    """Keep what the customer's words turned out to mean, line by line."""
    if order.customer is None:
        return
    pairs = before.pairs if before else ()
    for reading, line in pairs:
        if line is None or line.product is None:
            continue
        if before and ("product", line.product.sku) not in before.asked:
            _of_line(order, reading, line.product, is_learned=_is_learned(before, reading))
    added = before.added if before else lines
    for phrase, product in _typed(order, added):
        _means(order, phrase, product)


def _of_line(order: Order, reading: LineReading, product: Product, *, is_learned: bool) -> None:
    phrase = product_phrase(reading.description.value or "")
    if not phrase:
        return
    if reading.product.value == product.sku:
        if is_learned:
            _means(order, phrase, product, only_known=True)
    elif not reading.product.value or reading.product.confidence < SURE or is_learned:
        _means(order, phrase, product)


def _is_learned(before: Proposed | None, reading: LineReading) -> bool:
    if before is None:
        return False
    index = before.reading.lines.index(reading)
    fields = {learned.field for learned in before.reading.learned}
    return f"lines-{index}-product" in fields


def _typed(order: Order, lines: Sequence[OrderLine]) -> Iterator[tuple[str, Product]]:
    """Words of lines that staff added, where the message itself has them."""
    added = [line for line in lines if line.product and line.quantity]
    if not added or order.message is None:
        return
    text = folded(f"{order.message.subject}\n{order.message.body}")
    for line in added:
        phrase = product_phrase(line.description)
        if not (phrase and stands_in(phrase, text)):
            phrase = _beside_quantity(line, text)
        if phrase and line.product:
            yield phrase, line.product


def _beside_quantity(line: OrderLine, text: str) -> str:
    """What the message calls the goods of a line, where its quantity stands there just once.

    Nothing where the words read as a product of ours already: then they name another line.
    """
    quantity = sales.pieces(line)
    places = [found for found in numbers.find(text) if found.value in {quantity, line.quantity}]
    phrase = phrase_after(places[0].end, text) if len(places) == 1 else ""
    is_read = bool(match_text(phrase).code) or any(sign_of(word) for word in phrase.split())
    return "" if is_read else phrase


def _means(order: Order, phrase: str, product: Product, *, only_known: bool = False) -> None:
    """The customer means ``product`` by ``phrase``: taught, and what says otherwise weakened.

    The words may hold more than the name ("zif imprimé"): a known word within them counts.
    """
    known = LearnedFact.objects.filter(kind=Kind.PRODUCT_WORD, times_seen__gt=0)
    mine = known.filter(customer=order.customer).select_related("product").order_by("pk")
    within = [fact for fact in mine if stands_in(fact.phrase, phrase)]
    agreeing = [fact.phrase for fact in within if fact.product == product]
    for name in sorted(agreeing) or ([] if only_known else [phrase]):
        facts.teach(Kind.PRODUCT_WORD, order, customer=order.customer, product=product, phrase=name)
        _for_everybody(order, name)
    facts.contradict([fact for fact in within if fact.product != product], order)
    common = known.filter(customer=None, phrase=phrase).exclude(product=product).order_by("pk")
    facts.contradict(common, order)


def _for_everybody(order: Order, phrase: str) -> None:
    """Make the word common once several customers mean the same product by it and none another.

    Words for bags in general ("sacs carrés") stay everybody's own.
    """
    if is_only_signs(phrase):
        return
    said = LearnedFact.objects.filter(
        kind=Kind.PRODUCT_WORD, phrase=phrase, customer__isnull=False, times_seen__gt=0
    ).filter(is_active=True)
    products = {fact.product_id: fact.product for fact in said.select_related("product")}
    if len(products) == 1 and said.count() >= SEVERAL:
        [product] = products.values()
        facts.teach(Kind.PRODUCT_WORD, order, product=product, phrase=phrase)
