from __future__ import annotations

import contextlib
import io
import json
import pickle
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from scoring.engine import artifact, features
from scoring.engine.artifact import UnreadableModel
from scoring.model import CRMScoringModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scoring.engine.compiled import CompiledModel
    from scoring.tests.conftest import Rows

    Change = Callable[[dict[str, Any], dict[str, Any]], object]


def changed(data: bytes, change: Change) -> bytes:
    """Return a file with other arrays, its checksum made right again, as an attacker would."""
    with np.load(io.BytesIO(data)) as stored:
        arrays = {name: stored[name].copy() for name in stored.files}
    about = json.loads(arrays.pop("about").tobytes())
    about.pop("checksum")
    change(arrays, about)
    about["checksum"] = artifact._checksum(about, arrays)
    file = io.BytesIO()
    text = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    np.savez_compressed(file, about=text, **arrays)
    return file.getvalue()


@pytest.fixture(scope="module")
def forest(model: CRMScoringModel) -> CompiledModel:
    assert model.compiled.kind == "forest"
    return model.compiled


def test_model_survives_being_saved(model: CRMScoringModel, strangers: Rows, tmp_path: Path):
    path = model.save_model(tmp_path / "deep" / "model.npz")
    loaded = CRMScoringModel().load_model(path)
    rows = features.of_clients(strangers)
    assert np.array_equal(loaded.predict_score(rows), model.predict_score(rows))
    assert loaded.get_feature_importance() == model.get_feature_importance()
    assert set(loaded.compiled.about["libraries"]) == {"numpy", "scikit-learn"}
    assert artifact.to_bytes(loaded.compiled) == artifact.to_bytes(loaded.compiled)


def test_unchanged_arrays_pass_the_checks(forest: CompiledModel):
    assert artifact.from_bytes(changed(artifact.to_bytes(forest), lambda *_: None)).kind == "forest"


def _set(name: str, place: int, value: float):
    def change(arrays: dict[str, Any], _about: object):
        arrays[name][place] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("left", 0, 10_000_000),
        _set("left", 0, -1),
        _set("left", 0, 0),
        _set("right", 0, 1),
        _set("feature", 0, 7),
        _set("feature", 0, -5),
        _set("threshold", 0, np.nan),
        _set("value", 3, np.inf),
        _set("starts", 1, 0),
        _set("starts", -1, 10_000_000),
        _set("sum", 0, np.nan),
        lambda arrays, _about: arrays.pop("value"),
        lambda arrays, _about: arrays.update(value=arrays["value"][:-1]),
        lambda arrays, _about: arrays.update(left=arrays["left"].astype(float)),
        lambda arrays, _about: arrays.update(left=arrays["left"].astype(np.int64) + 2**32),
        lambda arrays, _about: arrays.update(feature=arrays["feature"][:, np.newaxis]),
        lambda arrays, _about: arrays.update(sum=np.array([0.0])),
        lambda _arrays, about: about.update(format=99),
        lambda _arrays, about: about.update(kind="logistic"),
        lambda _arrays, about: about.update(kind="magic"),
        lambda _arrays, about: about.update(features=["a"]),
        lambda _arrays, about: about.update(importance=[1]),
        lambda _arrays, about: about["calibration"].update(slope=-1.0),
        lambda _arrays, about: about["calibration"].update(average=float("inf")),
        lambda _arrays, about: about.pop("calibration"),
        lambda _arrays, about: about.update(calibration=None),
        lambda _arrays, about: about.update(importance=[[1]] * 7),
    ],
)
def test_hostile_model_is_refused(forest: CompiledModel, change: Change):
    data = changed(artifact.to_bytes(forest), change)
    with pytest.raises(UnreadableModel):
        artifact.from_bytes(data)


def test_damaged_model_is_refused(forest: CompiledModel):
    data = artifact.to_bytes(forest)
    with np.load(io.BytesIO(data)) as stored:
        arrays = {name: stored[name].copy() for name in stored.files}
    arrays["value"][5] += 0.001
    file = io.BytesIO()
    np.savez(file, **arrays)
    with pytest.raises(UnreadableModel):
        artifact.from_bytes(file.getvalue())


def test_any_damage_is_refused_in_words(forest: CompiledModel):
    data = artifact.to_bytes(forest)
    draw = np.random.default_rng(3)
    for place in draw.integers(0, len(data), 150).tolist():
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        # A byte of the archive's own book-keeping may not matter.
        with contextlib.suppress(UnreadableModel):
            read = artifact.from_bytes(bytes(damaged))
            assert artifact.to_bytes(read) == data
        with pytest.raises(UnreadableModel):
            artifact.from_bytes(data[:place])


class _Trap:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("code of the file was run",))


@pytest.mark.parametrize("kind", ["pickle", "object array", "bomb", "text", "nothing"])
def test_other_files_are_refused_and_run_no_code(forest: CompiledModel, kind: str, tmp_path: Path):
    file = io.BytesIO()
    if kind == "pickle":
        pickle.dump(_Trap(), file)
    elif kind == "object array":
        np.savez(file, about=np.array([_Trap()], dtype=object))
    elif kind == "bomb":
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("about.npy", b"\0" * (artifact.SIZE_LIMIT + 1))
    elif kind == "text":
        file.write(b"Dear model")
    path = tmp_path / "crm_scoring_model.pkl"
    path.write_bytes(file.getvalue())
    with pytest.raises(UnreadableModel, match="Train the model again"):
        CRMScoringModel().load_model(path)


def test_answering_imports_neither_scikit_learn_nor_pandas(model: CRMScoringModel, tmp_path: Path):
    path = model.save_model(tmp_path / "model.npz")
    script = (
        "import sys; from scoring.model import CRMScoringModel;"
        f"model = CRMScoringModel().load_model({str(path)!r});"
        "print(model.compiled.score_of_one((5, 10, 1500.5, 8, 6, 15, 120)),"
        "len({'sklearn', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    score = model.compiled.score_of_one((5, 10, 1500.5, 8, 6, 15, 120))
    assert answer.stdout.split() == [str(score), "0"]
