"""What may go without a person: one ticket that may, and each thing that stands in its way."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation

from backoffice.messaging.models import (
    Attachment,
    Document,
    InboundMessage,
    OutboundMessage,
)
from backoffice.testing.messages import received_message
from support.automatic import switching, wording
from support.automatic.obstacles import Obstacle, sentence
from support.models import (
    AutomaticTrial,
    Category,
    Draft,
    ReplyTemplate,
    ShopOrder,
    Ticket,
    TicketEvent,
    TicketMessage,
)
from support.tests import automatic as make
from support.tests import tickets

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.django_db


def test_a_certain_answer_to_a_first_message_about_ones_own_order_is_fit():
    assert make.reasons(make.fit()) == []


def test_without_an_order_in_message_and_template_none_is_needed():
    draft = make.fit(order_number="", words="Bonjour, mon colis a du retard. Merci.")
    assert draft.template is not None
    draft.template.body = "Nous vérifions auprès du transporteur."
    draft.template.save()

    assert make.reasons(draft) == []


def of_draft(**values: Any) -> Callable[[Draft], object]:
    return lambda draft: Draft.objects.filter(pk=draft.pk).update(**values)


def of_ticket(**values: Any) -> Callable[[Draft], object]:
    return lambda draft: Ticket.objects.filter(pk=draft.ticket_id).update(**values)


def of_category(**values: Any) -> Callable[[Draft], object]:
    return lambda draft: Category.objects.filter(pk=draft.category_id or 0).update(**values)


def of_message(**values: Any) -> Callable[[Draft], object]:
    return lambda draft: InboundMessage.objects.filter(
        ticket_message__ticket=draft.ticket_id
    ).update(**values)


def of_thread(**values: Any) -> Callable[[Draft], object]:
    return lambda draft: TicketMessage.objects.filter(ticket=draft.ticket_id).update(**values)


def a_file(*, text: str = "", problem: str = "") -> Callable[[Draft], object]:
    def attach(draft: Draft) -> None:
        document = Document.objects.create(
            sha256=f"{draft.pk:064}", file="x", size=1, mime="image/jpeg", text=text
        )
        message = InboundMessage.objects.get(ticket_message__ticket=draft.ticket_id)
        Attachment.objects.create(message=message, position=0, document=document, problem=problem)

    return attach


def an_order_of_somebody_else(_draft: Draft) -> None:
    ShopOrder.objects.update(email="hind@example.com")


def one_more_message(draft: Draft) -> None:
    tickets.written(Ticket.objects.get(pk=draft.ticket_id), words="Merci.")


def an_automatic_reply_after_it(draft: Draft) -> None:
    ticket = Ticket.objects.get(pk=draft.ticket_id)
    tickets.written(ticket, words="I am away", kind="automatic")


def a_note(draft: Draft) -> None:
    TicketEvent.objects.create(
        ticket_id=draft.ticket_id, kind="note", actor=tickets.agent(), note="I call her."
    )


def a_choice_in_notion(draft: Draft) -> None:
    TicketEvent.objects.create(
        ticket_id=draft.ticket_id, kind="notion", changes={"status": ["in progress", "new"]}
    )


def an_unread_message(draft: Draft) -> None:
    received_message(
        desk="support",
        sender_email=draft.ticket.email.upper(),
        sent_at=timezone.now(),
        status="received",
    )


def a_formal_notice(draft: Draft) -> None:
    a_file(text="Objet : mise en demeure avant saisine du tribunal")(draft)


def another_language(draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(template=make.template(tickets.category(), "en"))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (of_ticket(category_confidence=0.89), ["unsure"]),
        (of_category(automatic_confidence=0.96), ["unsure"]),
        (of_ticket(category_method="person"), ["by_person"]),
        (of_category(is_active=False), ["fallback"]),
        (of_draft(category=None), ["other_category"]),
        (of_draft(template=None), ["no_template"]),
        (of_draft(body=" \n"), ["no_template", "unsaid"]),
        (another_language, ["language"]),
        (of_ticket(language="en"), ["language"]),
        (of_ticket(language=""), ["language"]),
        (of_draft(language="es"), ["language"]),
        (of_draft(method="openai"), ["by_model"]),
        (of_draft(method="person"), ["by_model"]),
        (of_draft(missing=["delivery_date"]), ["missing"]),
        (of_draft(body="Elle arrive le {delivery_date}."), ["missing", "unsaid"]),
        (of_draft(instructions="Plus court"), ["asked_for"]),
        (an_order_of_somebody_else, ["order_not_own"]),
        (of_ticket(shop_order=None), ["order_not_own"]),
        (of_ticket(shop_order=None, order_number=""), ["no_order"]),
        (of_ticket(status="in_progress"), ["not_new"]),
        (of_ticket(reopened=1), ["came_back"]),
        (of_ticket(first_response_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC)), ["came_back"]),
        (of_ticket(attention="Two orders are named."), ["attention"]),
        (a_note, ["not_new"]),
        (a_choice_in_notion, ["not_new"]),
        (an_unread_message, ["more_coming"]),
        (a_formal_notice, ["legal"]),
        (a_file(text="FACTURE\n- Lampe\n- Table\nTOTAL DE LA COMMANDE"), []),
        (one_more_message, ["several"]),
        (an_automatic_reply_after_it, ["several", "machine"]),
        (of_message(is_automatic=True), ["machine"]),
        (of_thread(kind="bounce"), ["machine"]),
        (of_thread(quiet_reason="The message is out of a mailing list."), ["quiet"]),
        (a_file(), ["files"]),
        (a_file(text="A photograph of a lamp", problem="Cut off"), ["files"]),
        (of_message(channel="api", account="import"), ["brought_in"]),
        (of_message(sender_email="omar@ours.example"), ["passed_on"]),
        (of_message(sent_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC)), ["old"]),
        (of_ticket(email=""), ["order_not_own", "passed_on", "no_address"]),
        (of_category(automatic_daily_limit=0), ["limit"]),
    ],
)
def test_each_thing_that_stands_in_the_way(change: Callable[[Draft], object], expected: list[str]):
    draft = make.fit()

    change(draft)

    assert make.reasons(Draft.objects.get(pk=draft.pk)) == expected


def test_a_file_that_was_read_does_not_stand_in_the_way():
    draft = make.fit()

    a_file(text="Facture 2026-14")(draft)

    assert make.reasons(draft) == []


def test_what_a_shops_own_form_brings_in_may_be_answered():
    draft = make.fit(channel="api")

    of_message(channel="api", account="api")(draft)

    assert make.reasons(draft) == []


def test_nobody_answers_a_noreply_address():
    assert make.reasons(make.fit(email="no-reply@example.com")) == ["no_address"]


def test_what_fits_nowhere_is_a_persons_work():
    fallback = Category.objects.get(is_fallback=True)
    Category.objects.filter(pk=fallback.pk).update(automatic_mode="shadow")

    assert make.reasons(make.fit(category=fallback)) == ["fallback"]


def test_a_ticket_that_is_somebodys_work_is_left_to_them():
    draft = make.fit()
    of_ticket(assignee=User.objects.create(username="omar"))(draft)

    assert make.reasons(draft) == ["not_new"]


@pytest.mark.parametrize(("hours", "expected"), [(23, []), (25, ["window"])])
def test_whatsapp_only_while_its_window_is_open(hours: int, expected: list[str]):
    draft = make.fit(
        channel="whatsapp",
        phone="+212612345678",
        email="",
        hours=hours,
        order_number="",
        words="Bonjour, mon colis a du retard.",
    )
    assert draft.template is not None
    type(draft.template).objects.update(body="Nous vérifions.")

    assert make.reasons(Draft.objects.get(pk=draft.pk)) == expected


@pytest.mark.parametrize(
    ("hours", "email", "expected"),
    [
        (23, "salma@example.com", ["lately"]),
        (23, "SALMA@example.com", ["lately"]),
        (25, "salma@example.com", []),
        (23, "hind@example.com", []),
    ],
)
def test_nobody_gets_two_automatic_answers_within_a_day(
    hours: int, email: str, expected: list[str]
):
    earlier = make.fit(email=email, order_number="10999")
    Draft.objects.filter(pk=earlier.pk).update(
        status="sent", was_automatic=True, decided_at=timezone.now() - dt.timedelta(hours=hours)
    )

    assert make.reasons(make.fit()) == expected


def test_a_rehearsal_knows_whom_it_would_have_answered_already():
    first, second = make.fit(), make.fit()

    assert (make.reasons(first), make.reasons(second)) == ([], ["lately"])


def test_the_days_limit_counts_the_categorys_fit_rehearsals_of_today():
    make.category(automatic_daily_limit=2)
    kept = [make.fit(email=f"c{n}@example.com", order_number=f"1050{n}") for n in range(3)]

    assert [make.reasons(draft) for draft in kept] == [[], [], ["limit"]]

    AutomaticTrial.objects.update(day=timezone.localdate() - dt.timedelta(days=1))
    assert make.reasons(make.fit(email="d@example.com", order_number="10600")) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Bonjour, où en est ma commande 10402 ? Merci", []),
        ("Bonjour, je suis pressé : quand arrive mon colis ?", []),
        ("El pedido 10402 con dos artículos no ha llegado", []),
        ("Hello, where is my order 10402? Thanks", []),
        ("Salam, fin wslat la commande 10402 ?", []),
        ("واش وصلات الطلبية ديالي؟", []),
        ("C'est inadmissible, ma commande n'est pas là.", ["angry"]),
        ("Je suis très déçue de votre boutique.", ["angry"]),
        ("OU EST MA COMMANDE JE NE RECOIS RIEN", ["angry"]),
        ("Toujours rien !!", ["angry"]),
        ("Bonjour ! Où est mon colis ? Merci !", []),
        ("Je ne l'ai pas ! Deux semaines !", ["angry"]),
        ("Le colis n'est pas là. FAUX, votre livreur n'est jamais passé.", ["angry"]),
        ("Je suis Marie DUPONT, commande CMD-2026-00045, SAV svp", []),
        ("Troisième relance : où en est le colis ?", ["angry"]),
        ("J'ai payé en trois fois, merci.", []),
        ("This is unacceptable. Where is it?", ["angry"]),
        ("Je vais saisir mon avocat.", ["legal"]),
        ("Sans réponse je contacte la DGCCRF.", ["angry", "legal"]),
        ("I will leave a bad review.", ["legal"]),
        ("Sinon je demanderai un remboursement.", ["threat"]),
        ("La bouilloire a pris feu.", ["harm"]),
        ("Je me suis coupé à la main avec.", ["harm"]),
        ("Je pense que c'est une arnaque.", ["privacy"]),
        ("Supprimez mon compte.", ["privacy"]),
        ("Quand arrive-t-il ? Et puis-je changer l'adresse ?", ["questions"]),
        ("Où est mon colis ? Par ailleurs il me faut une facture.", ["questions"]),
        ("1) l'adresse\n2) la facture", ["questions"]),
    ],
)
def test_words_that_call_for_a_person(words: str, expected: list[str]):
    assert [one.value for one in wording.obstacles(words)] == expected


def test_the_subject_is_read_too():
    draft = make.fit(subject="Mise en demeure")

    assert make.reasons(draft) == ["legal"]


def test_every_obstacle_is_a_sentence_and_what_is_none_speaks_for_itself():
    with translation.override("en"):
        assert all(one.label.endswith(".") for one in Obstacle)
        assert sentence("unsure") == "The machine is less sure of the category than asked for."
    assert sentence("Nobody reads “x”.") == "Nobody reads “x”."


@pytest.mark.parametrize(
    ("mode", "channel", "expected"),
    [("shadow", "email", []), ("on", "email", ["held_up"]), ("on", "whatsapp", [])],
)
def test_where_messages_cannot_leave_the_ticket_stays_with_staff(
    mode: str, channel: str, expected: list[str]
):
    OutboundMessage.objects.create(
        key="other", channel=channel, recipient="x", body="x", status="not_configured"
    )

    assert make.reasons(make.fit(mode)) == expected


# --- texts that somebody changed ---


def rewritten(draft: Draft, **values: Any) -> Draft:
    """The draft as another process finds it, after its template was changed."""
    assert draft.template_id is not None
    ReplyTemplate.objects.filter(pk=draft.template_id).update(**values)
    return Draft.objects.get(pk=draft.pk)


def test_a_text_that_nobody_saw_who_may_switch_does_not_go():
    draft = rewritten(make.fit("on"), body="Remboursement sous 48 heures.")

    assert make.reasons(draft) == ["text_changed"]
    with translation.override("en"):
        assert sentence("text_changed").startswith("The template was changed after")


def test_a_text_is_rehearsed_whoever_changed_it():
    assert make.reasons(rewritten(make.fit(), body="Remboursement sous 48 heures.")) == []


@pytest.mark.parametrize("mode", ["shadow", "on"])
@pytest.mark.parametrize("change", [{"is_active": False}, {"body": "Tout autre chose."}])
def test_a_template_that_changed_while_the_draft_was_written_does_not_go(
    mode: str, change: dict[str, Any]
):
    draft = make.fit(mode)
    assert draft.template is not None

    rewritten(draft, **change)

    assert make.reasons(draft) == ["text_changed"]
    assert Draft.objects.get().status == "ready"


def test_who_switches_on_anew_vouches_for_the_texts_as_they_are():
    draft = rewritten(make.fit("on"), body="Remboursement sous 48 heures.")
    assert draft.category is not None

    switching.switch(draft.category.pk, by=make.manager(), mode="on", confidence=0.9, daily_limit=5)

    assert make.reasons(draft) == []
    assert switching.history()[0].changes[-1] == ("seen", "", "Rehearsed")
