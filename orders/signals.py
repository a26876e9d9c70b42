"""What other apps may want to know of the order desk."""

from __future__ import annotations

from django.dispatch import Signal

# A message that asks for no goods: a question, a complaint, an order's status. Sent with
# ``message`` (InboundMessage), ``content`` (MessageContent), ``reading`` (OrderReading),
# ``outcome`` (what this desk makes of it) and ``found_orders`` (whether an order of ours is
# changed or cancelled by it). Who takes the message up answers with a sentence for staff, which
# its page shows; it then waits for nobody at the order desk.
# A message that is read twice is announced twice: receivers do their effect once.
other_message = Signal()
