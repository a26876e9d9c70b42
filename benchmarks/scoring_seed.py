"""The way of the system that ours replaced: FastAPI, a pandas frame per request, scikit-learn.

Started by ``scoring.py`` beside it, with the Python that has these packages:
``python scoring_seed.py customers.csv PORT``. The forest is as large as ours, learned from the
same file; it has no key to look up, no limit and no check beyond the types.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.ensemble import RandomForestClassifier

RECOMMENDATIONS = {
    "Hot": "Priorité HAUTE - Contacter immédiatement! Fort potentiel de conversion.",
    "Warm": "Priorité MOYENNE - Relancer sous 48h. Potentiel modéré de conversion.",
    "Cold": "Priorité BASSE - Envoyer un e-mail automatique. Faible potentiel de conversion.",
}
HOT_FROM, WARM_FROM = 70, 40

app = FastAPI()
forest = RandomForestClassifier(
    n_estimators=100,
    min_samples_leaf=20,
    max_leaf_nodes=64,
    max_features=3,
    random_state=2026,
    n_jobs=1,
)


class Client(BaseModel):
    customer_id: int
    days_since_last_contact: int
    total_contacts: int
    total_spent: float
    emails_sent: int
    emails_opened: int
    website_visits: int
    customer_age_days: int


class Batch(BaseModel):
    clients: list[Client]


def create_features(clients: pd.DataFrame) -> pd.DataFrame:
    days, contacts = clients["days_since_last_contact"], clients["total_contacts"]
    spent, sent = clients["total_spent"], clients["emails_sent"]
    features = pd.DataFrame()
    features["recency"] = days
    features["frequency"] = contacts
    features["monetary"] = spent
    features["email_open_rate"] = clients["emails_opened"] / np.maximum(sent, 1)
    features["website_visits"] = clients["website_visits"]
    features["tenure"] = clients["customer_age_days"]
    shares = 30 / (30 + days) + contacts / (5 + contacts) + spent / (500 + spent)
    features["rfm"] = shares * 100 / 3
    return features


def predict(clients: list[Client]) -> list[dict[str, object]]:
    frame = pd.DataFrame([client.model_dump() for client in clients])
    chances = forest.predict_proba(create_features(frame))[:, 1]
    scores = (chances * 100).round().astype(int).tolist()
    return [answer(client, score) for client, score in zip(clients, scores, strict=True)]


def answer(client: Client, score: int) -> dict[str, object]:
    segment = "Hot" if score >= HOT_FROM else "Warm" if score >= WARM_FROM else "Cold"
    return {
        "customer_id": client.customer_id,
        "score": score,
        "segment": segment,
        "recommendation": RECOMMENDATIONS[segment],
    }


@app.post("/api/score")
def score(client: Client) -> dict[str, object]:
    return predict([client])[0]


@app.post("/api/batch_score")
def batch_score(batch: Batch) -> dict[str, object]:
    results = predict(batch.clients)
    segments = [one["segment"] for one in results]
    return {
        "results": results,
        "statistics": {
            "total_clients": len(results),
            "hot_leads": segments.count("Hot"),
            "warm_leads": segments.count("Warm"),
            "cold_leads": segments.count("Cold"),
            "average_score": float(np.mean([one["score"] for one in results])),
        },
    }


if __name__ == "__main__":
    customers = pd.read_csv(Path(sys.argv[1]))
    forest.fit(create_features(customers), customers["converted"])
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
