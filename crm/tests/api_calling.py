"""A program that calls the CRM's API, and what it calls about."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backoffice.core import api_keys
from crm.models import SourceTable

CUSTOMERS = (
    "code;nom;email;cp;ville\n"
    "C1;Luc Martin;luc@client.example;21200;Beaune\n"
    "C2;Zoé Brûlard;pas-une-adresse;13100;Aix\n"
    ";Sans Code;x@client.example;75001;Paris\n"
).encode()
# Everything that the admin's manager of sources may do.
RIGHTS = (
    "view_datasource",
    "add_datasource",
    "change_datasource",
    "sync_datasource",
    "view_fieldmapping",
    "change_fieldmapping",
    "view_syncrun",
    "view_anomaly",
)


class Caller:
    """A program with a key of ``user``; answers are (status, body)."""

    def __init__(self, user: User, *scopes: str) -> None:
        _row, key = api_keys.issue("test", user, scopes or ("crm:read", "crm:write"))
        self.client = Client(headers={"X-API-Key": key, "Accept-Language": "en"})

    def get(self, path: str, **query: str | int) -> tuple[int, Any]:
        response = self.client.get(f"/api/crm{path}", query)
        return response.status_code, response.json()

    def post(self, path: str, body: object = None) -> tuple[int, Any]:
        data = "" if body is None else json.dumps(body)
        response = self.client.post(f"/api/crm{path}", data, content_type="application/json")
        return response.status_code, response.json()

    def upload(self, source: int, *files: tuple[str, bytes], **fields: object) -> tuple[int, Any]:
        given = [SimpleUploadedFile(name, content) for name, content in files]
        data = {"files": given, **fields}
        response = self.client.post(f"/api/crm/sources/{source}/files", data)
        return response.status_code, response.json()


def person(*rights: str) -> User:
    user = User.objects.create_user(f"user{User.objects.count()}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


def make_table(program: Caller) -> SourceTable:
    """Customers of a file, with a mapping that was suggested."""
    _status, made = program.post("/sources", {"name": "Boutique", "kind": "files"})
    status, answer = program.upload(made["id"], ("clients.csv", CUSTOMERS))
    assert (status, answer["refusals"]) == (201, [])
    return SourceTable.objects.get(pk=answer["tables"][0]["id"])


def complaint(answer: tuple[int, Any]) -> tuple[int, str, str]:
    """Status, field and code of the first complaint."""
    first = answer[1]["detail"][0]
    assert first["message"]
    return answer[0], first["field"], first["code"]


RULES = [
    {"field": "key", "columns": ["code"], "steps": [{"name": "trim"}]},
    {"field": "name", "columns": ["nom"], "policy": "fill_empty"},
    {"field": "email", "columns": ["email"], "steps": [{"name": "parse_email"}]},
]


def draft(program: Caller, table: SourceTable, rules: object = RULES) -> dict[str, Any]:
    status, made = program.post("/mapping", {"table": table.pk, "rules": rules})
    assert status == 201, made
    return dict(made)
