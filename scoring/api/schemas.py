"""What the scoring addresses take and give, as programs read it at /api/openapi.json.

Described here, checked in :mod:`scoring.engine.clients`: a batch of a hundred thousand is looked
at by columns.
"""

from typing import Any, Final, Literal

from ninja import Field, Schema

from scoring.engine.clients import COUNT_LIMIT, DAYS_LIMIT, FIELDS, MONEY_LIMIT

CUSTOMER_ID: Final = "The caller's own identifier: a whole number or a text; given back as it came."


class Explaining(Schema):
    explain: bool = Field(
        default=False, description="Add why: the contribution of each feature, and reasons."
    )


class BatchOptions(Explaining):
    partial: bool = Field(
        default=False,
        description="Score the clients that are right, and tell what is wrong with the others.",
    )


class ScoreOut(Schema):
    customer_id: int | str = Field(description=CUSTOMER_ID)
    score: int = Field(ge=0, le=100, description="0-100; 40 is the average client.")
    segment: Literal["Hot", "Warm", "Cold"] = Field(
        description="Hot from 70, Warm from 40, Cold below."
    )
    recommendation: str = Field(
        description="What to do, in one sentence: French, or English by Accept-Language."
    )
    base: float | None = Field(
        None, description="With explain: the score of a client of whom nothing is known."
    )
    exact_score: float | None = Field(
        None, description="With explain: the score before it is rounded."
    )
    contributions: dict[str, float] | None = Field(
        None,
        description="With explain: points that each feature adds; base + their sum is exact_score.",
    )
    reasons: list[str] | None = Field(
        None, description="With explain: the three strongest reasons, in words."
    )


class StatisticsOut(Schema):
    total_clients: int = Field(description="How many were scored.")
    hot_leads: int = Field(description="How many of them are Hot.")
    warm_leads: int = Field(description="How many of them are Warm.")
    cold_leads: int = Field(description="How many of them are Cold.")
    average_score: float = Field(description="The mean of the scores; 0 of nobody.")


class FaultOut(Schema):
    index: int = Field(description="The client's place in the list, from 0.")
    field: str = Field(description="Which figure, as in clients.3.total_spent.")
    value: Any = Field(description="What was sent there, where it is short.")
    message: str = Field(description="What to mend, for people.")
    code: str = Field(description="What is wrong, for programs.")


class BatchOut(Schema):
    results: list[ScoreOut] = Field(description="One answer per client, in the order asked.")
    statistics: StatisticsOut = Field(description="Counts over the results.")
    errors: list[FaultOut] | None = Field(
        None, description="With partial: what was wrong with the clients left out."
    )


_LIMITS: Final = {"days": DAYS_LIMIT, "currency of the company": MONEY_LIMIT}
_CLIENT: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Client",
    "required": ["customer_id", *(field.name for field in FIELDS)],
    "properties": {
        "customer_id": {
            "anyOf": [{"type": "integer"}, {"type": "string", "minLength": 1, "maxLength": 200}],
            "description": CUSTOMER_ID,
        },
        **{
            field.name: {
                "type": "integer" if field.is_whole else "number",
                "minimum": 0,
                "maximum": _LIMITS.get(field.unit, COUNT_LIMIT),
                "description": f"In {field.unit}.",
            }
            for field in FIELDS
        },
    },
    "example": {
        "customer_id": 1,
        "days_since_last_contact": 5,
        "total_contacts": 10,
        "total_spent": 1500.50,
        "emails_sent": 8,
        "emails_opened": 6,
        "website_visits": 15,
        "customer_age_days": 120,
    },
}


def _body(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            503: {
                "description": "There is no scoring model yet.",
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}
                },
            }
        },
    }


ONE: Final = _body(_CLIENT)
BATCH: Final = _body(
    {
        "type": "object",
        "required": ["clients"],
        "properties": {
            "clients": {
                "type": "array",
                "items": _CLIENT,
                "description": "At most 200,000 clients, each identifier once.",
            }
        },
    }
)
