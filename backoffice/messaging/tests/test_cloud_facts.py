from __future__ import annotations

import json

import pytest

from backoffice.messaging.cloud import facts as cloud_facts
from backoffice.messaging.cloud.facts import Change, CloudFacts
from backoffice.messaging.models import InboundMessage
from backoffice.messaging.tests.meta import DATA, HUGO, HUGO_ID

WAMID = "wamid.HB7bu4kBn9cuhA9miutE90QK5eqAWcjoYdNLp4"


def facts(message: object = None, contact: object = None) -> CloudFacts:
    raw = json.dumps({"metadata": {}, "contact": contact, "message": message}).encode()
    return cloud_facts.of(InboundMessage(raw=raw))


def delivered(name: str) -> CloudFacts:
    """The facts of the first message of a delivery, without its contact."""
    value = json.loads((DATA / f"{name}.json").read_text())["entry"][0]["changes"][0]["value"]
    return facts(value["messages"][0])


def test_an_edit_and_a_deletion_name_the_message_they_are_about():
    assert (delivered("edit").edited_id, delivered("revoke").revoked_id) == (WAMID, WAMID)


def test_a_reaction_names_its_message_also_when_it_is_taken_back():
    given, taken = delivered("reaction"), delivered("reaction_removed")

    assert given.reaction_to == taken.reaction_to != ""
    assert (given.emoji, taken.emoji) == ("👍", "")


def test_a_number_change_states_the_addresses_before_and_after():
    assert delivered("system_user_changed_number").change == Change(
        old_phone=HUGO,
        new_phone="+33639980118",
        old_user_id=HUGO_ID,
        new_user_id="FR.4820193756619999",
    )


def test_a_user_id_changes_where_no_number_can_be_shown():
    assert delivered("system_user_changed_user_id").change == Change(
        old_user_id="FR.9018273645500192", new_user_id="FR.9018273645507777"
    )


@pytest.mark.parametrize(
    "system",
    [
        {},
        {"type": "user_changed_number"},
        {"type": "customer_identity_changed", "wa_id": "33639980118"},
        {"type": "user_changed_number", "wa_id": "no number"},
        "text",
        None,
    ],
    ids=repr,
)
def test_nothing_is_a_change_that_does_not_say_to_what(system: object):
    assert facts({"type": "system", "from": "33639980117", "system": system}).change is None


def test_the_older_shape_of_a_number_change_is_read():
    system = {"type": "user_changed_number", "new_wa_id": "33639980118", "customer": "33639980117"}

    change = facts({"type": "system", "system": system}).change

    assert change == Change(old_phone=HUGO, new_phone="+33639980118")


def test_a_number_that_was_asked_for_is_the_senders_own():
    shared = delivered("contacts_phone_shared_by_username_user")

    assert (shared.user_id, shared.phones) == ("FR.9018273645500192", ("+33639980599",))


def test_the_card_of_somebody_else_states_nothing_of_the_sender():
    assert delivered("contacts").phones == ()


def test_a_number_in_a_vcard_alone_is_read():
    card = {"origin": "contact_request", "vcard": "TEL;waid=33639980599:+33 6 39 98 05 99"}

    assert facts({"type": "contacts", "contacts": [card]}).phones == ("+33639980599",)


def test_a_group_and_a_forwarded_message_are_told_apart():
    assert delivered("group_text").group_id.startswith("Y2FwaV9ncm91c")
    assert (delivered("text_forwarded").is_forwarded, delivered("text_sale").is_forwarded) == (
        True,
        False,
    )


def test_the_contact_adds_what_the_message_leaves_out():
    contact = {"wa_id": "33639980117", "user_id": HUGO_ID, "profile": {"username": "@hugo"}}

    found = facts({"type": "text", "from": "33639980117"}, contact)

    assert (found.phone, found.user_id, found.username) == (HUGO, HUGO_ID, "@hugo")


@pytest.mark.parametrize("raw", [b"", b"Body=Bonjour&From=whatsapp", b"[1]", b"[" * 5000, b"null"])
def test_what_is_no_message_of_this_channel_has_bare_facts(raw: bytes):
    assert cloud_facts.of(InboundMessage(raw=raw)) == CloudFacts()


@pytest.mark.parametrize("odd", [None, 1, "x", [], [1], {"a": []}, True, "\ud800", 1e308])
@pytest.mark.parametrize(
    "field", ["type", "from", "from_user_id", "context", "edit", "revoke", "reaction", "contacts"]
)
def test_facts_of_any_shape_are_read(field: str, odd: object):
    assert facts({"type": "text", field: odd}, odd).change is None
