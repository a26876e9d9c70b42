"""Rows per second of a sync of customers, beside a bare COPY and django-import-export.

    python benchmarks/import.py [--rows 1000000] [--slice 5000] [--part NAME] [--profile FILE]

One run on the embedded server, in a database of its own ("import_benchmark"), of one CSV file:

- bare: COPY into a temporary table, INSERT ... ON CONFLICT into a table with the columns,
  constraints and indexes of crm_customer, a unique key, e-mail and phone as they come; nothing
  checked,
- sync: the file synced whole: read, mapped, checked, scored, merged, identities, records, journal,
- same: synced again, nothing has changed; changed: again, every tenth customer has moved,
- keyed: what a sync is to be compared with: django-import-export's bulk path on a slice of the
  file, into the table of "bare": use_bulk, batch_size 1000, skip_diff, import_id_fields = the key,
  half of the rows new, half of them there and changed; no e-mail, no phone, nothing checked,
- blind: the same, but it only ever adds: no import of a second file could be done so,
- resource: the same slice by our CustomerResource, which finds customers again by their key and
  keeps their identities, as a sync does.

Each part runs in a fresh process; its peak memory is the kernel's high-water mark of it, imports
included. The file is made again for each number of rows, always the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from customer_file import write_csv

ROOT = Path(__file__).resolve().parent.parent
FIELDS = {
    "key": ("Code client", ["trim"]),
    "name": ("Nom", ["null_to_empty", "trim", "capitalize"]),
    "company": ("Société", ["null_to_empty", "trim"]),
    "email": ("E-mail", ["null_to_empty", "parse_email"]),
    "phone": ("Téléphone", ["null_to_empty", "parse_phone"]),
    "address": ("Adresse", ["null_to_empty", "trim"]),
    "postal_code": ("Code postal", ["trim"]),
    "city": ("Ville", ["null_to_empty", "trim", "capitalize"]),
    "country": ("Pays", ["null_to_empty", "country_code"]),
    "language": ("Langue", ["trim", "lowercase"]),
    "segment": ("Catégorie", ["null_to_empty", "trim"]),
    "consent_email": ("Newsletter", ["parse_boolean"]),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--slice", type=int, default=5_000)
    parser.add_argument("--part", choices=PARTS, help="one part only, on what is there")
    parser.add_argument("--profile", help="with --part: where to write cProfile's figures")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ |= {"DATABASE_NAME": "import_benchmark"}
    if options.child or options.part:
        print(json.dumps(measure(options.part, options.rows, options.slice, options.profile)))
        return
    found = {}
    print(f"{'part':10}{'rows':>10}{'seconds':>10}{'rows/s':>10}{'MB RSS':>9}")
    for part in PARTS:
        answer = child(part, options.rows, options.slice)
        found[part] = answer["rows"] / answer["seconds"]
        print(
            f"{part:10}{answer['rows']:10.0f}{answer['seconds']:10.1f}{found[part]:10.0f}"
            f"{answer['rss']:9.0f}",
            flush=True,
        )
    print(f"sync / bare      {found['sync'] / found['bare']:6.2f}  (goal: 0.33)")
    print(f"sync / keyed     {found['sync'] / found['keyed']:6.1f}  (goal: 10)")
    print(f"sync / blind     {found['sync'] / found['blind']:6.1f}  (it finds nothing again)")
    print(f"sync / resource  {found['sync'] / found['resource']:6.1f}")


def child(part: str, rows: int, some: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--child", "--part", part]
    command += ["--rows", str(rows), "--slice", str(some)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


def start() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    import django  # noqa: PLC0415 - after the environment

    django.setup()


def measure(part: str, rows: int, some: int, profile: str | None) -> dict[str, float]:
    start()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clients.csv"
        count = some if part in {"keyed", "blind", "resource"} else rows
        write_csv(path, count, moved=10 if part == "changed" else 0)
        if profile:
            import cProfile  # noqa: PLC0415 - seldom

            profiler = cProfile.Profile()
            profiler.enable()
            seconds = PARTS[part](path)
            profiler.disable()
            profiler.dump_stats(profile)
        else:
            seconds = PARTS[part](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": count, "seconds": seconds, "rss": peak}


def bare(path: Path) -> float:
    """What no import of this file can beat, with this table and these indexes."""
    from django.db import connection, transaction  # noqa: PLC0415 - after setup

    prepare()
    names = "code, name, company, email, phone, address, postal_code, city, country, language"
    names += ", segment, consent"
    bare_table()
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        columns = ", ".join(f"{name} text" for name in names.split(", "))
        cursor.execute(f"CREATE TEMPORARY TABLE bare_stage ({columns}) ON COMMIT DROP")
        options = "FORMAT csv, HEADER, DELIMITER ';', FORCE_NOT_NULL (company)"
        with (
            path.open("rb") as file,
            cursor.copy(f"COPY bare_stage FROM STDIN ({options})") as copy,
        ):
            while data := file.read(1 << 20):
                copy.write(data)
        cursor.execute(
            """
            INSERT INTO bare_customer (code, email, phone, name, company, search_name, address,
                postal_code, city, country, language, segment, consent_email, consent_sms,
                consent_phone, notes, created_at, updated_at)
            SELECT code, email, phone, name, company, lower(company || ' ' || name), address,
                postal_code, city, 'FR', language, segment, consent = 'O', true, true, '', now(),
                now()
            FROM bare_stage
            ON CONFLICT (code) DO UPDATE SET email = excluded.email, phone = excluded.phone,
                name = excluded.name, company = excluded.company,
                search_name = excluded.search_name, address = excluded.address,
                postal_code = excluded.postal_code, city = excluded.city,
                language = excluded.language, segment = excluded.segment,
                updated_at = excluded.updated_at"""
        )
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_customer")
    return seconds


def bare_table() -> None:
    """A table as ours, with a unique key."""
    from django.db import connection  # noqa: PLC0415 - after setup

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_customer")
        cursor.execute("CREATE TABLE bare_customer (LIKE crm_customer INCLUDING ALL)")
        cursor.execute("ALTER TABLE bare_customer ADD COLUMN code text NOT NULL UNIQUE")
        # The whole of the file is kept.
        cursor.execute("ALTER TABLE bare_customer ADD email text, ADD phone text")
        cursor.execute("ALTER TABLE bare_customer ALTER id DROP IDENTITY IF EXISTS")
        cursor.execute("CREATE SEQUENCE IF NOT EXISTS bare_customer_id")
        cursor.execute("ALTER TABLE bare_customer ALTER id SET DEFAULT nextval('bare_customer_id')")
        cursor.execute(
            "ALTER TABLE bare_customer ADD FOREIGN KEY (merged_into_id)"
            " REFERENCES bare_customer DEFERRABLE INITIALLY DEFERRED"
        )


def prepare() -> None:
    """An empty database."""
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.db import connection  # noqa: PLC0415 - after setup

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        # Records and journal name a source without a key of the database: they go by themselves.
        cursor.execute(
            "TRUNCATE crm_datasource, crm_customer, crm_sourcerecord, crm_syncchange CASCADE"
        )
        cursor.execute("CHECKPOINT")


def first_sync(path: Path) -> float:
    from crm.models import FieldMapping, MappingRule  # noqa: PLC0415 - after setup
    from crm.sources import setup  # noqa: PLC0415 - after setup

    prepare()
    source = setup.create_source("Boutique", "files", country="FR", currency="EUR")
    table = setup.add_table(source, "customer")
    mapping = FieldMapping.objects.create(table=table, version=1, status="active")
    MappingRule.objects.bulk_create(
        MappingRule(
            mapping=mapping,
            position=place,
            field=field,
            columns=[column],
            steps=[{"name": name, "arguments": {}} for name in steps],
        )
        for place, (field, (column, steps)) in enumerate(FIELDS.items())
    )
    return sync(path)


def sync(path: Path) -> float:
    """The file synced, from the upload on; seconds of the sync."""
    from crm.models import SourceTable, SyncRun  # noqa: PLC0415 - after setup
    from crm.sources import setup  # noqa: PLC0415 - after setup
    from crm.sync import engine, requests  # noqa: PLC0415 - after setup

    table = SourceTable.objects.get(source__name="Boutique")
    with path.open("rb") as file:
        setup.attach_file(table, file, filename="clients.csv")
    run = requests.request(table.source, in_background=False)
    started = time.perf_counter()
    engine.advance(run.pk)
    seconds = time.perf_counter() - started
    SyncRun.objects.filter(pk=run.pk).update(status="done")
    done = run.table_runs.get()
    counts = f"{done.created} created, {done.updated} updated, {done.unchanged} unchanged"
    print(f"  {done.status}: {counts}, {done.rejected} rejected {done.error}", file=sys.stderr)
    return seconds


def keyed_resource(path: Path) -> float:
    """The bulk path that finds rows again: the first half is there, with other addresses."""
    return bulk_import(path, {"import_id_fields": ("code",)}, there=0.5)


def blind_resource(path: Path) -> float:
    """The bulk path with everything switched on that makes it fast."""
    return bulk_import(path, {"import_id_fields": (), "force_init_instance": True}, there=0)


def bulk_import(path: Path, options: dict[str, Any], *, there: float) -> float:
    import tablib  # noqa: PLC0415 - after setup
    from django.db import models  # noqa: PLC0415 - after setup
    from import_export import fields, resources  # noqa: PLC0415 - after setup

    prepare()
    bare_table()
    columns = {
        "code": "Code client",
        "name": "Nom",
        "company": "Société",
        "address": "Adresse",
        "postal_code": "Code postal",
        "city": "Ville",
        "language": "Langue",
        "segment": "Catégorie",
    }
    texts = (*columns, "search_name", "country", "notes")
    consents = ("consent_email", "consent_sms", "consent_phone")
    meta = type("Meta", (), {"app_label": "crm", "managed": False, "db_table": "bare_customer"})
    body: dict[str, Any] = {name: models.TextField(default="") for name in texts}
    body |= {name: models.BooleanField(default=True) for name in consents}
    body |= {"created_at": models.DateTimeField(auto_now_add=True)}
    body |= {"updated_at": models.DateTimeField(auto_now=True)}
    model = type("BareCustomer", (models.Model,), {**body, "Meta": meta, "__module__": "crm"})
    named = {name: fields.Field(name, heading) for name, heading in columns.items()}
    settings = {"model": model, "fields": tuple(columns), "use_bulk": True, "batch_size": 1000}
    settings |= {"skip_diff": True, **options}
    bulk = type("Bulk", (resources.ModelResource,), {**named, "Meta": type("Meta", (), settings)})
    data = tablib.Dataset().load(path.read_text(encoding="utf-8"), format="csv", delimiter=";")
    first = round(len(data) * there)
    names = {name: data[heading] for name, heading in columns.items()}
    model.objects.bulk_create(  # type: ignore[attr-defined]  # made here
        model(**{name: cells[place] for name, cells in names.items()} | {"address": "-"})
        for place in range(first)
    )
    started = time.perf_counter()
    result: Any = bulk().import_data(data, raise_errors=True, use_transactions=True)
    seconds = time.perf_counter() - started
    assert result.total_rows == len(data) == model.objects.count()  # type: ignore[attr-defined]  # noqa: S101 - of a script
    return seconds


def our_resource(path: Path) -> float:
    """The import of the admin, as its page runs it."""
    import tablib  # noqa: PLC0415 - after setup

    from crm.resources.customer import CustomerResource  # noqa: PLC0415 - after setup

    names = ("key", "name", "company", "email", "phone", "address", "postal_code", "city")
    with path.open(encoding="utf-8", newline="") as file:
        lines = [row[: len(names)] for row in list(csv.reader(file, delimiter=";"))[1:]]
    data = tablib.Dataset(*[[f"bench:{key}", *rest] for key, *rest in lines], headers=names)
    started = time.perf_counter()
    ours: Any = CustomerResource()
    result = ours.import_data(data, raise_errors=True, use_transactions=True)
    seconds = time.perf_counter() - started
    assert result.total_rows == len(data)  # noqa: S101 - of a script
    return seconds


PARTS = {
    "bare": bare,
    "sync": first_sync,
    "same": sync,
    "changed": sync,
    "keyed": keyed_resource,
    "blind": blind_resource,
    "resource": our_resource,
}

if __name__ == "__main__":
    main()
