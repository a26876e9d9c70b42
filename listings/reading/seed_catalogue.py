"""The shipped catalogue brought into the tables, without undoing what staff changed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from listings.extraction.catalogue import shipped_rows

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


@dataclass(slots=True)
class Seeded:
    """How many rows were added, and how many got names or references they had not."""

    added: int = 0
    extended: int = 0


def seed(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    """As an operation of a migration."""
    bring(apps)


def bring(apps: Apps) -> Seeded:
    """Add what is new since the last time.

    A row keeps what staff wrote: a name they took out stays out, one they added stays in, and a
    row they switched off stays off. So shipped rows are switched off rather than deleted.
    """
    done = Seeded()
    brands = _brands(apps, done)
    _entries(apps, brands, done)
    _grammars(apps, brands, done)
    return done


def _brands(apps: Apps, done: Seeded) -> dict[str, Any]:
    model = apps.get_model("listings", "Brand")
    known = {row.name: row for row in model.objects.all()}
    new = []
    for row in shipped_rows("brands"):
        lists = {"aliases": _listed(row["aliases"], "|")}
        if row["brand"] in known:
            _extend(known[row["brand"]], lists, done)
        else:
            new.append(model(name=row["brand"], shipped=lists, **lists))
    done.added += len(model.objects.bulk_create(new))
    return known | {row.name: row for row in new}


def _entries(apps: Apps, brands: dict[str, Any], done: Seeded) -> None:
    model = apps.get_model("listings", "CatalogueEntry")
    known = {(row.brand_id, row.model): row for row in model.objects.all()}
    new = []
    for row in shipped_rows("models"):
        brand = brands[row["brand"]]
        lists = {
            "aliases": _listed(row["aliases"], "|"),
            "references": _listed(row["references"]),
        }
        if (brand.pk, row["model"]) in known:
            _extend(known[brand.pk, row["model"]], lists, done)
        else:
            new.append(model(brand=brand, model=row["model"], shipped=lists, **lists))
    done.added += len(model.objects.bulk_create(new))


def _grammars(apps: Apps, brands: dict[str, Any], done: Seeded) -> None:
    model = apps.get_model("listings", "ReferenceGrammar")
    known = {(row.brand_id, row.pattern, row.model): row for row in model.objects.all()}
    new = []
    for row in shipped_rows("grammars"):
        brand = brands[row["brand"]]
        if known.pop((brand.pk, row["pattern"], row["model"]), None) is None:
            facts = {name: row[name] for name in ("pattern", "scope", "model", "example")}
            new.append(model(brand=brand, shipped=facts, **facts))
    # A pattern that was mended comes as a new one: the former would go on as it did.
    outdated = [row.pk for row in known.values() if row.shipped.get("pattern") == row.pattern]
    model.objects.filter(pk__in=outdated).delete()
    done.added += len(model.objects.bulk_create(new))


def _listed(cell: str, separator: str | None = None) -> list[str]:
    return [name for name in cell.split(separator) if name]


def _extend(row: Any, lists: dict[str, list[str]], done: Seeded) -> None:  # noqa: ANN401 - of a migration
    """Add what the product did not come with before; what it came with is up to staff."""
    if row.shipped == lists:
        return
    for name, shipped in lists.items():
        own = getattr(row, name)
        before = {*row.shipped.get(name, ()), *own}
        setattr(row, name, [*own, *(one for one in shipped if one not in before)])
    row.shipped = lists
    row.save(update_fields=[*lists, "shipped"])
    done.extended += 1
