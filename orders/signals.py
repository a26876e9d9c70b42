"""What other apps may want to know of the order desk."""

from __future__ import annotations

from django.dispatch import Signal

# A message that asks for no goods: a question, a complaint, an order's status. Sent with
# ``message`` (InboundMessage), ``content`` (MessageContent) and ``reading`` (OrderReading).
# A message that is read twice is announced twice: receivers do their effect once.
other_message = Signal()
