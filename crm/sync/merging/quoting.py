"""Values of ours inside SQL that is built once per table."""

from __future__ import annotations

from psycopg import sql


def literal(text: str) -> str:
    """The text as SQL, also within a statement that has parameters."""
    return sql.Literal(text).as_string().replace("%", "%%")
