"""What other apps may want to know of the messages that come in."""

from __future__ import annotations

from django.dispatch import Signal

# A mail that no person wrote came to a desk that takes none of these. Sent with ``message``
# (InboundMessage) and ``content`` (MessageContent). A receiver whom it concerns (the report that
# a message of theirs did not arrive) answers with a sentence for staff about what it did.
# A message that is read twice is announced twice: receivers do their effect once.
machine_mail = Signal()
