"""Whatever may happen to customers between nights, at random, by the doors it happens through."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import tablib
from django.contrib.auth.models import User
from django.utils import timezone

from backoffice.core.errors import DomainError
from backoffice.messaging import receiving
from backoffice.messaging import tasks as messages
from backoffice.messaging.models import Channel
from backoffice.messaging.receiving import Incoming
from crm import contacts, customers
from crm import tasks as crm_tasks
from crm.duplicates import merging
from crm.models import Customer, CustomerIdentity, CustomerMerge, Interaction, Sale, SyncRun
from crm.recommendations import campaigns
from crm.resources.interaction import InteractionResource
from crm.resources.sale import SaleResource
from crm.sync import requests
from crm.sync.undoing import undo
from crm.tests import recommended
from crm.tests.shops import bring, shop
from orders import history, history_rows, workflow
from orders.models import Order
from orders.tests import factories as make
from scoring.leads import handling
from scoring.tests import moving, usable
from scoring.versions import keeping
from support.incoming import submitting

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from crm.models import DataSource

Row = TypeVar("Row", Sale, Interaction, CustomerIdentity, CustomerMerge, Order)
# So few that customers share them, and strangers write from them.
EMAILS = [f"someone{number}@tizi.example" for number in range(8)]
PHONES = [f"+2126000000{number:02}" for number in range(8)]


@dataclass
class Company:
    """Its staff, its shop's source; what happens next is drawn by lot."""

    pick: random.Random
    boss: User
    source: DataSource
    told: list[str] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    def opened(cls, pick: random.Random) -> Company:
        make.all_products()
        company = cls(pick, User.objects.create_superuser("boss"), shop("Boutique"))
        for _number in range(6):
            company.newcomer()
        for _number in range(12):
            company.sale()
        company.sync()
        return company

    def happens(self, times: int) -> None:
        """So many things; what the house refuses is no fault."""
        for _number in range(times):
            act: Callable[[], object] = self.pick.choice(ACTS).__get__(self)
            self.told.append(act.__name__)
            try:
                act()
            except DomainError as error:
                self.told.append(f"({error.code})")

    def newcomer(self) -> None:
        self.told.append(f"{next(self.numbers)}")
        name = f"Client {next(self.numbers)}"
        if self.pick.random() < 0.5:
            customers.register(name=name, email=self.pick.choice(EMAILS))
        else:
            row = Customer.objects.create(name=name)
            customers.add_identities(row, [("phone", self.pick.choice(PHONES))])

    def sale(self) -> None:
        self._sale(self._customer())

    def sale_back(self) -> None:
        self._sale(self._customer(), quantity=-1)

    def sale_changed(self) -> None:
        if row := self._any(Sale):
            row.customer, row.amount = self._customer(), self.pick.randint(1, 900)
            row.save()

    def sale_deleted(self) -> None:
        if row := self._any(Sale):
            row.delete()

    def sales_imported(self) -> None:
        self._imported(
            SaleResource(),
            {"product": "sachet_fond_plat", "sold_on": self._day(), "quantity": 2, "amount": 40},
        )

    def order(self) -> None:
        order = make.order_with_line(
            email=self.pick.choice(EMAILS), company=f"Firm {next(self.numbers)}"
        )
        workflow.validate(order.pk, by=self.boss)

    def order_cancelled(self) -> None:
        if order := self._any(Order):
            workflow.cancel(order.pk, by=self.boss, reason="Taken back.")

    def history_loaded(self) -> None:
        number = next(self.numbers)
        row = (
            f"{self.pick.choice(EMAILS)},,Khalid,Tizi,CMD-2025-{number:05},{self._day()},"
            "sachet_fond_plat,Sachets,8000,piece,0.15,MAD,"
        )
        header = ",".join(history_rows.COLUMNS)
        history.load(f"{header}\n{row}".encode(), filename="history.csv")

    def contact(self) -> None:
        channel = self.pick.choice([*Interaction.Channel.values])
        contacts.add(self._customer().pk, channel=channel, subject="A", occurred_at=self._at())

    def contact_changed(self) -> None:
        if row := self._any(Interaction):
            row.customer, row.status = self._customer(), self.pick.choice([*row.Status.values])
            row.occurred_at = self._at()
            row.save()

    def contacts_deleted(self) -> None:
        Interaction.objects.filter(customer=self._customer()).delete()

    def contacts_imported(self) -> None:
        words = {"channel": "email", "subject": "News", "status": "opened"}
        self._imported(InteractionResource(), {"occurred_at": self._day(), **words})

    def called(self) -> None:
        channel = self.pick.choice(["call", "email"])
        handling.handle(self._customer().pk, channel=channel, by=self.boss)

    def campaign(self) -> None:
        row = recommended.recommendation(
            self._customer(), status="approved", decided_at=timezone.now()
        )
        channel = self.pick.choice(["email", "call", "sms"])
        campaigns.mark_contacted([row.pk], channel=channel, campaign="May", by=self.boss)

    def message(self) -> None:
        by = self.pick.choice(["email", "phone", "user"])
        row, _is_new = receiving.receive(
            Incoming(
                desk="support",
                channel=Channel.EMAIL if by == "email" else Channel.WHATSAPP,
                external_id=f"<{next(self.numbers)}@x>",
                raw=b"Subject: A\n\nWhere is my order?",
                sent_at=self._at(),
                sender_email=self.pick.choice(EMAILS) if by == "email" else "",
                sender_phone=self.pick.choice(PHONES) if by == "phone" else "",
                sender_user_id="MA.1" if by == "user" else "",
                reason=self.pick.choice(["", "Nothing of it can be read."]),
            )
        )
        messages.process_message(row.pk)

    def ticket(self) -> None:
        row, _is_new = submitting.submit(
            source="web", text="Where is my order?", email=self.pick.choice(EMAILS)
        )
        messages.process_message(row.pk)

    def identity(self) -> None:
        found = self.pick.choice(
            [("email", self.pick.choice(EMAILS)), ("whatsapp_user_id", "MA.1")]
        )
        customers.add_identities(self._customer(), [found], confirmed=self.pick.random() < 0.5)

    def identity_changed(self) -> None:
        row, value = self._any(CustomerIdentity), self.pick.choice(PHONES)
        if row is None or row.kind != "phone":
            return
        if not row.customer.identities.filter(kind="phone", value=value).exists():
            row.value = value
            row.save()

    def identity_removed(self) -> None:
        CustomerIdentity.objects.filter(customer=self._customer()).exclude(
            kind="source_key"
        ).delete()

    def merged(self) -> None:
        merging.merge(self._customer().pk, self._customer().pk, by=None)

    def merge_undone(self) -> None:
        if (merge := self._any(CustomerMerge)) is not None:
            merging.undo(merge.pk, by=None)

    def archived(self) -> None:
        customers.archive(self._customer().pk)

    def restored(self) -> None:
        customers.restore(self._customer().pk)

    def deleted(self) -> None:
        row = Customer.objects.create(name="Short")
        row.identities.create(kind="phone", value=self.pick.choice(PHONES))
        row.delete()

    def sync(self) -> None:
        lines = [
            f"C{self.pick.randrange(6)}{number};Client {self.pick.randrange(99)};"
            f"{self.pick.choice(EMAILS)};Fès"
            for number in range(2)
        ]
        bring(self.source, *lines)
        crm_tasks.sync(requests.request(self.source).pk)
        # PostgreSQL's clock is not the test's.
        now = timezone.now()
        Customer.objects.filter(created_at__gt=now).update(created_at=now)

    def sync_undone(self) -> None:
        run = SyncRun.objects.filter(status="done").order_by("-pk").first()
        if run is not None:
            undo.request_undo(run.pk, by=None)
            crm_tasks.undo(run.pk)

    def version(self) -> None:
        row = usable.version(shift=self.pick.uniform(-2, 2))
        keeping.activate(row.pk, by=self.boss)

    def _sale(self, row: Customer, *, quantity: int = 1) -> None:
        days_ago = self.pick.randrange(300)
        amount = self.pick.choice([None, 15, 150, 900])
        moving.sale(row, days_ago=days_ago, amount=amount, quantity=quantity)

    def _imported(self, resource: Any, values: dict[str, object]) -> None:  # noqa: ANN401 - import-export has no types
        key = CustomerIdentity.objects.filter(kind="source_key").order_by("pk").last()
        if key is None:
            return
        number = next(self.numbers)
        given = {"source": "sheet", "external_ref": number, "customer": key.value, **values}
        rows = tablib.Dataset(headers=list(given))
        rows.append([f"{value}" for value in given.values()])
        resource.import_data(rows, raise_errors=True)

    def _customer(self) -> Customer:
        return self.pick.choice(list(Customer.objects.filter(merged_into=None).order_by("pk")))

    def _any(self, model: type[Row]) -> Row | None:
        rows = list(model._base_manager.order_by("pk"))
        return self.pick.choice(rows) if rows else None

    def _day(self) -> dt.date:
        return timezone.localdate() - dt.timedelta(days=self.pick.randrange(1, 300))

    def _at(self) -> dt.datetime:
        return timezone.now() - dt.timedelta(hours=self.pick.randrange(2000))


_NO_ACTS = {"happens", "opened"}
ACTS = [
    act
    for name, act in vars(Company).items()
    if callable(act) and not name.startswith("_") and name not in _NO_ACTS
]
