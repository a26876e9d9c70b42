"""The Notion client against a server of our own: pages, failures, limits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from backoffice.integrations import notion
from backoffice.integrations.errors import NotConfigured, ServiceError
from backoffice.integrations.notion_pace import Pace
from backoffice.integrations.notion_values import Property, id_of, payload, pieces, same_name
from backoffice.testing.http import Answer, FixtureServer
from backoffice.testing.notion import DATA, QUERY, NotionServer, notion_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django import Settings

    from backoffice.integrations.notion_values import Page, Source

CONTACTS_DB = "051042d3-c4ed-5279-af94-4bc4bc949b23"
CONTACTS = "713a3adf-0e4c-5cd8-b9b6-904fccc30d70"
CREATE = ("POST", "/v1/pages")


@pytest.fixture
def server(settings: Settings) -> Iterator[NotionServer]:
    with notion_server(settings) as server, translation.override("en"):
        yield server


@pytest.fixture
def files(settings: Settings, server: NotionServer) -> Iterator[FixtureServer]:
    """Nothing but Notion's own answers, byte for byte."""
    with FixtureServer(DATA) as files:
        settings.NOTION_API_URL = files.url
        yield files


def _source(setting: str) -> Source:
    with notion.connect() as client:
        return client.source(setting)


def _pages(source: Source, since: dt.datetime | None = None) -> list[Page]:
    with notion.connect() as client:
        return [*client.pages(source, edited_since=since)]


def _create(source: Source, **values: str) -> Page:
    with notion.connect() as client:
        return client.create(source, values)


@pytest.mark.parametrize(
    "text",
    [
        CONTACTS_DB,
        CONTACTS_DB.replace("-", ""),
        f"https://www.notion.so/boutique/Contacts-clients-{CONTACTS_DB.replace('-', '')}?v=12ab",
        f"https://www.notion.so/{CONTACTS_DB.replace('-', '').upper()}/",
        f"  https://www.notion.so/{CONTACTS_DB}#block ",
    ],
)
def test_an_id_is_found_however_it_was_copied(text: str) -> None:
    assert id_of(text) == CONTACTS_DB


@pytest.mark.parametrize("text", ["", "Contacts clients", "https://www.notion.so/boutique?v=1"])
def test_what_holds_no_id_is_told_with_the_mend(text: str) -> None:
    with (
        translation.override("en"),
        pytest.raises(NotConfigured, match="copy the address of the database"),
    ):
        id_of(text)


def test_a_database_leads_to_its_only_data_source(files: FixtureServer) -> None:
    source = _source(f"https://www.notion.so/x/Contacts-{CONTACTS_DB.replace('-', '')}?v=1")

    assert (source.id, source.title) == (CONTACTS, "Contacts clients")
    assert [(one.name, one.type) for one in source.properties] == [
        ("nom_prenom", "title"),
        ("email_client", "email"),
        ("id_commande", "number"),
        ("message_initial", "rich_text"),
        ("catégorie", "select"),
        ("réponse_personnalisée", "rich_text"),
        ("statut", "select"),
    ]


def test_of_several_data_sources_one_must_be_chosen(files: FixtureServer) -> None:
    files.answers("GET", "/v1/databases/*", "database_two_sources")

    with pytest.raises(NotConfigured) as caught:
        _source(CONTACTS_DB)

    assert "“Contacts clients 2025” dda7ed69-f975-59a9-a75b-9cee513a6181" in str(caught.value)


def test_the_id_of_a_data_source_does_as_well(files: FixtureServer) -> None:
    files.answers("GET", f"/v1/databases/{CONTACTS}", "error_object_not_found_404")

    assert _source(CONTACTS).title == "Contacts clients"


def test_a_renamed_property_is_found_by_its_id(files: FixtureServer) -> None:
    files.answers("GET", "/v1/data_sources/*", "data_source_contacts_renamed_property")

    source = _source(CONTACTS_DB)

    assert source.find("statut") is None
    found = source.find("statut", "stt>")
    assert found is not None
    assert found.name == "État"


def test_names_are_compared_as_people_see_them() -> None:
    assert same_name("cate\u0301gorie ", "Cat\u00e9gorie")
    assert not same_name("catégorie", "categorie")


def test_two_parts_of_a_list_are_read_to_the_end(files: FixtureServer) -> None:
    files.answers("POST", QUERY, "contacts_query_page1", "contacts_query_page2")

    pages = _pages(_source(CONTACTS_DB))

    assert len(pages) == 5
    asked = [request.json() for request in files.requests_to(QUERY)]
    assert [one.get("start_cursor") for one in asked] == [
        None,
        "9242b34c-ee8a-5520-b248-418226081c39",
    ]
    source = _source(CONTACTS_DB)
    last = pages[-1]
    assert last.text(source.find("nom_prenom")) == "Jean-Baptiste de L'Orme"
    assert last.text(source.find("email_client")) == ""
    assert last.number(source.find("id_commande")) == 1049.0
    assert last.text(source.find("statut")) == "Nouveau"
    assert last.created_at == dt.datetime(2026, 11, 14, 9, tzinfo=dt.UTC)


def test_a_cursor_that_stands_still_ends_in_an_error(files: FixtureServer) -> None:
    files.answers("POST", QUERY, "contacts_query_page1")

    with pytest.raises(ServiceError, match="again and again"):
        _pages(_source(CONTACTS_DB))
    assert len(files.requests_to(QUERY)) == 2


def test_a_list_that_ends_early_is_continued_from_the_last_time(server: NotionServer) -> None:
    start = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
    source_id = server.add_database("Contacts", nom="title")
    for minute in range(7):
        server.now = lambda minute=minute: start + dt.timedelta(minutes=minute)  # type: ignore[misc]
        server.add_page(source_id, nom=str(minute))
    server.query_limit, server.page_size = 3, 2

    source = _source(source_id)
    names = [page.text(source.title_property()) for page in _pages(source)]

    # Those of the last minute come once more.
    assert names == ["0", "1", "2", "2", "3", "4", "4", "5", "6"]


def test_a_list_that_always_ends_at_the_same_place_is_an_error(server: NotionServer) -> None:
    source_id = server.add_database("Contacts", nom="title")
    for number in range(3):
        server.add_page(source_id, nom=str(number))
    server.query_limit = 2

    with pytest.raises(ServiceError, match="at the same place"):
        _pages(_source(source_id))


@pytest.mark.parametrize(
    ("name", "waits"),
    [
        ("error_rate_limited_429", [3.0]),
        ("error_conflict_409", [1.0]),
        ("error_internal_500", [1.0]),
        ("error_gateway_504", [1.0]),
    ],
)
def test_a_passing_failure_of_a_question_is_asked_again(
    server: NotionServer, name: str, waits: list[float]
) -> None:
    source = _source(server.add_database("Contacts", nom="title"))
    server.answers("POST", QUERY, name, server.really)

    assert _pages(source) == []
    assert server.waits == waits


def test_a_long_pause_is_left_to_the_job(server: NotionServer) -> None:
    source = _source(server.add_database("Contacts", nom="title"))
    server.answers("POST", QUERY, "error_service_overload_529")

    with pytest.raises(ServiceError) as caught:
        _pages(source)

    assert caught.value.retry_after == dt.timedelta(seconds=20)
    assert (server.waits, caught.value.permanent) == ([], False)
    assert len(server.requests_to(QUERY)) == 1


def test_a_failure_that_does_not_pass_is_asked_three_times(server: NotionServer) -> None:
    source = _source(server.add_database("Contacts", nom="title"))
    server.answers("POST", QUERY, "error_internal_500")

    with pytest.raises(ServiceError, match="failure of its own"):
        _pages(source)

    assert len(server.requests_to(QUERY)) == 3
    assert server.waits == [1.0, 2.0]


@pytest.mark.parametrize(
    ("reply", "doubtful", "tries"),
    [
        ("error_internal_500", True, 1),
        ("error_gateway_504", True, 1),
        ("error_conflict_409", False, 3),
        ("error_service_overload_529", False, 1),
        ("error_validation_400", False, 1),
        (Answer(closed=True), True, 1),
        (Answer(200, b"<html>", {"Content-Type": "text/html"}), True, 1),
    ],
)
def test_what_may_have_been_made_is_not_made_again(
    server: NotionServer,
    reply: str | Answer,
    doubtful: bool,  # noqa: FBT001 - a case of the table
    tries: int,
) -> None:
    source = _source(server.add_database("Contacts", nom="title"))
    server.answers(*CREATE, reply)

    with pytest.raises(ServiceError) as caught:
        _create(source, nom="Claire")

    assert caught.value.doubtful is doubtful
    assert len(server.requests_to(*reversed(CREATE))) == tries


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("error_unauthorized_401", "copy the integration's secret anew into NOTION_TOKEN"),
        ("error_restricted_403", "give it the capabilities"),
        ("error_object_not_found_404", "Connections"),
    ],
)
def test_what_only_a_person_can_mend_is_told_in_words(
    files: FixtureServer, name: str, told: str
) -> None:
    files.answers("GET", "*", name)

    with pytest.raises(NotConfigured, match=told):
        _source(CONTACTS_DB)


def test_a_refused_connection_is_told(settings: Settings, server: NotionServer) -> None:
    settings.NOTION_API_URL = "http://127.0.0.1:1"

    with pytest.raises(ServiceError, match="cannot be reached") as caught:
        _source(CONTACTS_DB)

    assert not caught.value.doubtful


def test_nothing_more_is_asked_when_the_time_is_over(server: NotionServer) -> None:
    with notion.connect(patience=0) as client, pytest.raises(ServiceError, match="in time"):
        client.name()

    assert server.requests == []


def test_nothing_leaves_under_local_only(settings: Settings, server: NotionServer) -> None:
    settings.LOCAL_ONLY = True

    with pytest.raises(NotConfigured, match="LOCAL_ONLY"):
        _source(CONTACTS_DB)
    assert server.requests == []


def test_without_a_token_nothing_is_asked(settings: Settings, server: NotionServer) -> None:
    settings.NOTION_TOKEN = ""

    with pytest.raises(NotConfigured, match="NOTION_TOKEN"):
        _source(CONTACTS_DB)
    assert server.requests == []


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("", []),
        ("x" * 2000, [2000]),
        ("x" * 2001, [2000, 1]),
        # An emoji counts for two.
        ("😞" * 1001, [1000, 1]),
        ("x" + "😞" * 1000, [1000, 1]),
        # A family is seven signs that belong together.
        ("x" * 1995 + "👨‍👩‍👧‍👦", [1995, 7]),
    ],
)
def test_texts_are_cut_where_notion_and_people_allow(text: str, lengths: list[int]) -> None:
    cut = [*pieces(text)]

    assert [len(piece) for piece in cut] == lengths
    assert "".join(cut) == text
    assert all(len(piece.encode("utf-16-le")) // 2 <= 2000 for piece in cut)


def test_what_no_cell_holds_ends_visibly() -> None:
    cut = [*pieces("é" * 250_000)]

    assert (len(cut), cut[-1][-1], len(cut[-1])) == (100, "…", 2000)


def test_a_long_text_comes_back_as_it_was(server: NotionServer) -> None:
    source = _source(server.add_database("Contacts", nom="title", texte="rich_text"))
    text = "Où est ma commande 😞 ? " * 300

    page = _create(source, nom="Claire", texte=text)

    assert page.text(source.find("texte")) == text


def test_an_option_is_spelled_as_it_is_there() -> None:
    wanted = Property("x", "statut", "status", ("En cours",))

    assert payload(wanted, "en cours") == {"status": {"name": "En cours"}}
    assert payload(wanted, "Perdu, volé") == {"status": {"name": "Perdu  volé"}}
    assert payload(wanted, "") == {"status": None}


def test_three_requests_a_second_whoever_asks(tmp_path: Path) -> None:
    now, waits = [50.0], []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    # As two processes would: each has its own Pace over the same file.
    paces = [Pace(3, lambda: now[0], sleep, tmp_path / "pace") for _ in range(2)]
    for pace in paces * 3:
        pace.wait()
    paces[0].hold(5)
    paces[1].wait()

    assert waits == pytest.approx([1 / 3] * 5 + [5], abs=0.002)


def test_a_write_may_come_before_its_turn_and_others_wait_for_it(tmp_path: Path) -> None:
    waits: list[float] = []
    pace = Pace(3, lambda: 50.0, waits.append, tmp_path / "pace")

    pace.wait()
    pace.wait(early=1)
    pace.wait()
    pace.hold(5)
    pace.wait(early=1)

    assert waits == pytest.approx([2 / 3, 4], abs=0.002)
