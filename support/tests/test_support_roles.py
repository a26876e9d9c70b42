"""What the roles that every installation has may do at the support desk."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User

pytestmark = pytest.mark.django_db

AGENTS = (
    "view_ticket",
    "add_ticket",
    "reply_ticket",
    "draft_ticket",
    "categorise_ticket",
    "assign_ticket",
    "merge_ticket",
    "close_ticket",
    "import_ticket",
    "export_ticket",
    "change_replytemplate",
    "import_replytemplate",
    "change_snippet",
    "add_categoryexample",
    "change_shoporder",
    "import_shoporder",
    "export_shoporder",
)
MANAGERS = (
    "change_category",
    "train_category",
    "switch_automatic_category",
    "delete_shoporder",
    "change_notionpage",
)
READERS = ("view_ticket", "view_shoporder", "view_replytemplate", "view_category")


def allowed(role: str, codenames: tuple[str, ...]) -> set[str]:
    user, _is_new = User.objects.get_or_create(username=f"somebody of {role}")
    user.groups.add(Group.objects.get(name=role))
    return {code for code in codenames if user.has_perm(f"support.{code}")}


def test_agents_answer_and_keep_the_words_but_switch_nothing():
    assert allowed("Support", AGENTS) == set(AGENTS)
    assert allowed("Support", MANAGERS) == set()


def test_managers_may_do_everything():
    everything = AGENTS + MANAGERS
    assert allowed("Responsable", everything) == set(everything)


@pytest.mark.parametrize("role", ["Commercial", "Lecture seule"])
def test_others_look_and_change_nothing(role: str):
    assert allowed(role, READERS) == set(READERS)
    user = User.objects.get(username=f"somebody of {role}")
    verbs = {
        code.split(".")[1].split("_")[0]
        for code in user.get_all_permissions()
        if code.startswith("support.")
    }
    assert verbs == {"view"}
