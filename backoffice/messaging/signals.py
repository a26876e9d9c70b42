"""What other apps may want to know of the messages that come in."""

from __future__ import annotations

from django.dispatch import Signal

# A message that its desk does not take: a machine wrote it, or no text was found in it. Sent
# with ``message`` (InboundMessage) and ``content`` (MessageContent). A receiver whom it concerns
# (a report that a reply of theirs did not arrive, the photograph that goes with what was written
# before) answers with a sentence for staff about what it did.
# A message that is read twice is announced twice: receivers do their effect once.
left_over = Signal()

# Messages that came in, with ``messages`` (InboundMessage): before their desk acts on them, or at
# once where no desk will. Sent again for one that is read again.
taken_in = Signal()
