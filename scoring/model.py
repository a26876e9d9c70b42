"""Lead scores as a library.

In short::

    from scoring.model import CRMScoringModel

    model = CRMScoringModel().load_model()
    features = model.create_features(clients)
    scores = model.predict_score(features)
    segments = model.predict_segment(scores)

``clients`` is anything with named columns: a mapping of names to lists, a NumPy structured
array, or a pandas frame where the caller has pandas, which is none of our packages. Columns
and their units are in :data:`scoring.engine.clients.FIELDS`, features in
:data:`scoring.engine.features.FEATURES`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.engine import artifact, clients, features, reasons, scale
from scoring.engine.problems import InvalidClients, Problem
from scoring.versions import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from scoring.engine.compiled import CompiledModel, Explanation
    from scoring.training.comparison import Report

OUTCOME = "converted"


class CRMScoringModel:
    """A lead scoring model: made by :meth:`train`, or read by :meth:`load_model`."""

    def __init__(self, compiled: CompiledModel | None = None) -> None:
        self._compiled = compiled

    @property
    def compiled(self) -> CompiledModel:
        """The model as arrays.

        Raises:
            DomainError: there is none yet.

        """
        if self._compiled is None:
            raise DomainError(_("No model is there yet: train one, or load one."), code="no_model")
        return self._compiled

    def create_features(self, data: Any) -> Any:  # noqa: ANN401 - anything with columns
        """Return the seven features of clients: a frame for a frame, else a mapping of columns.

        Raises:
            InvalidClients: values are wrong; ``problems`` tells every one by row and field.
            DomainError: a column is missing.

        """
        values = features.of_clients(clients.read(data)).astype(np.float64)
        columns = {name: values[:, place] for place, name in enumerate(features.NAMES)}
        if hasattr(data, "columns") and hasattr(data, "index"):
            # A frame of whatever library the caller has; ours has none.
            return type(data)(columns, index=data.index)
        return columns

    def train(
        self,
        data: Any,  # noqa: ANN401 - anything with columns
        outcomes: Iterable[int] | None = None,
    ) -> Report:
        """Learn from clients whose outcome (1 bought, 0 did not) is known; this may take a minute.

        ``outcomes`` may be a column ``converted`` of the clients. Days in a column ``as_of``
        (numbers, later is greater) make the test later than what is learned. The report tells
        the figures of clients held out, for all ways of learning that were compared.

        Raises:
            InvalidClients: values are wrong; ``problems`` tells every one by row and field.
            DomainError: there are too few outcomes.

        """
        # Training needs scikit-learn, answering does not.
        from scoring.training import comparison, dataset  # noqa: PLC0415 - see above

        names = clients.column_names(data)
        if outcomes is None and OUTCOME not in names:
            raise DomainError(
                _("Give the outcomes, or a column %(name)s.") % {"name": OUTCOME},
                code="missing_column",
                field=OUTCOME,
            )
        rows = clients.read(data)
        bought = _outcomes(data[OUTCOME] if outcomes is None else outcomes, len(rows))
        moments = np.asarray(data["as_of"], dtype=np.int64) if "as_of" in names else None
        report = comparison.train(dataset.Dataset(rows, bought, moments))
        self._compiled = report.model
        return report

    def predict_probability(self, features_: Any) -> NDArray[np.float64]:  # noqa: ANN401 - as above
        """Return the calibrated chances of buying (0-1) of features made before."""
        return self.compiled.chances(features.matrix(features_))

    def predict_score(self, features_: Any) -> NDArray[np.int64]:  # noqa: ANN401 - as above
        """Return the scores (0-100) of features made before; see :mod:`scoring.engine.scale`."""
        return self.compiled.scores(features.matrix(features_))

    def predict_segment(self, scores: Iterable[float]) -> list[str]:
        """Return Hot, Warm or Cold for each score."""
        return [scale.segment(score) for score in scores]

    def explain(self, features_: Any) -> list[Explanation]:  # noqa: ANN401 - as above
        """Return what each feature adds to each score, in points; they sum to it."""
        return self.compiled.explain(features.matrix(features_))

    def reasons(self, features_: Any) -> list[list[str]]:  # noqa: ANN401 - as above
        """Return for each score its three strongest reasons in words, the strongest first."""
        rows = features.matrix(features_)
        explained = self.compiled.explain(rows)
        return [
            reasons.in_words(one, row) for one, row in zip(explained, rows.tolist(), strict=True)
        ]

    def get_feature_importance(self) -> Mapping[str, float]:
        """Return each feature's share of what moves scores away from the average; they sum to 1."""
        shares = zip(features.NAMES, self.compiled.importance, strict=True)
        return dict(sorted(shares, key=lambda one: -one[1]))

    def save_model(self, path: Path | str) -> Path:
        """Write the model to a file of arrays (``.npz``).

        Raises:
            DomainError: there is no model yet.
            OSError: the file cannot be written.

        """
        artifact.save(self.compiled, Path(path))
        return Path(path)

    def load_model(self, path: Path | str | None = None) -> CRMScoringModel:
        """Read a model from a file, or the one of the shipped sample; no code in it is run.

        Raises:
            UnreadableModel: it is none, such as a pickle.
            OSError: there is no such file.

        """
        self._compiled = shipped.model() if path is None else artifact.load(Path(path))
        return self


def _outcomes(given: Iterable[int], count: int) -> NDArray[np.int64]:
    values = list(given)
    if len(values) != count:
        raise DomainError(
            _("There are %(clients)s clients, but %(outcomes)s outcomes.")
            % {"clients": count, "outcomes": len(values)},
            code="shape",
        )
    problems = [
        Problem(index, OUTCOME, value, "outcome")
        for index, value in enumerate(values)
        if value not in {0, 1}
    ]
    if problems:
        raise InvalidClients(problems)
    return np.array(values, dtype=np.int64)
