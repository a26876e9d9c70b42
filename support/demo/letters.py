"""A delivery report as a mail server writes it (RFC 3464)."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from backoffice.messaging.models import OutboundMessage

_REPORT = """\
From: Mail Delivery System <MAILER-DAEMON@mail.{domain}>
To: {ours}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{stamp}.report@mail.{domain}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

--=_report
Content-Type: text/plain; charset=us-ascii

Your message could not be delivered to {recipient}.

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.{domain}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 Mailbox full

--=_report
Content-Type: text/rfc822-headers

From: {ours}
To: {recipient}
Subject: {subject}
Message-ID: {message_id}

--=_report--
"""


def report_of_failure(sent: OutboundMessage, ours: str, moment: dt.datetime) -> bytes:
    """The report that ``sent`` could not be delivered: its mailbox is full."""
    text = _REPORT.format(
        domain=sent.recipient.partition("@")[2],
        ours=ours,
        date=format_datetime(moment),
        stamp=int(moment.timestamp()),
        recipient=sent.recipient,
        subject=sent.subject.encode("ascii", "replace").decode(),
        message_id=sent.provider_id,
    )
    return text.replace("\n", "\r\n").encode()
