"""What was learnt comes back from its bytes as it was, or not at all."""

from __future__ import annotations

import io
import pickle
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from crm.recommendations.algorithms import ALGORITHMS
from crm.recommendations.algorithms.base import NEW, REPEAT, Block
from crm.recommendations.engine import artifact, generated, learning
from crm.recommendations.engine.confidence import Calibration

if TYPE_CHECKING:
    from collections.abc import Callable

    from crm.recommendations.engine.generated import Generated
    from crm.recommendations.engine.learning import Learnt

pytestmark = pytest.mark.usefixtures("english")
AS_OF = 20_000
Arrays = dict[str, Any]


@pytest.fixture(scope="module")
def made() -> Generated:
    return generated.generate(generated.Structure(customers=200, products=60))


@pytest.fixture(scope="module")
def learnt(made: Generated) -> Learnt:
    calibration = Calibration({"curve": np.linspace(0, 1, 5, dtype=np.float32)})
    winners = {REPEAT: "own_frequency", NEW: "ease"}
    return learning.learn(made.lessons(), winners=winners, calibration=calibration)


def test_what_was_learnt_answers_the_same_after_it_was_kept(made: Generated, learnt: Learnt):
    data = artifact.to_bytes(learnt)
    again = artifact.from_bytes(data, artifact.sha256_of(data))
    block = Block(made.purchases, AS_OF)
    assert again.products.tolist() == learnt.products.tolist()
    assert (again.as_of, again.seed, again.winners) == (learnt.as_of, learnt.seed, learnt.winners)
    assert list(again.algorithms) == list(ALGORITHMS)
    assert again.calibration is not None
    assert again.calibration.arrays["curve"].tolist() == [0, 0.25, 0.5, 0.75, 1]
    for question in (REPEAT, NEW):
        assert np.array_equal(again.scores(block, question), learnt.scores(block, question))
        for name, one in learnt.algorithms.items():
            if question in one.questions:
                kept = again.scores(block, question, name)
                assert np.array_equal(kept, learnt.scores(block, question, name)), name
    assert artifact.to_bytes(again) == data


def test_keys_of_a_file_come_back_as_words(made: Generated):
    lessons = made.lessons()
    names = np.array([f"Château {key}" for key in lessons.purchases.products])
    object.__setattr__(lessons.purchases, "products", names)
    learnt = learning.learn(lessons, names=["popularity"])
    data = artifact.to_bytes(learnt)
    again = artifact.from_bytes(data, artifact.sha256_of(data))
    assert again.products.tolist() == names.tolist()


def refused(data: bytes, sha256: str = "") -> bool:
    try:
        artifact.from_bytes(data, sha256 or artifact.sha256_of(data))
    except artifact.UnreadableModel as error:
        return error.code == "unreadable_model" and "again" in str(error)
    return False


def changed(data: bytes, change: Callable[[Arrays], object]) -> bytes:
    with np.load(io.BytesIO(data)) as stored:
        arrays = {name: stored[name] for name in stored.files}
    change(arrays)
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def test_damaged_bytes_are_refused(learnt: Learnt):
    data = artifact.to_bytes(learnt)
    sha256 = artifact.sha256_of(data)
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    assert refused(bytes(flipped), sha256)
    assert refused(data, "0" * 64)
    assert refused(data[: len(data) // 2])
    assert refused(b"")
    assert refused(b"PK\x05\x06" + bytes(18))


def test_pickled_bytes_run_no_code(learnt: Learnt):

    class Code:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return (pytest.fail, ("code ran",))

    assert refused(pickle.dumps(Code()))
    data = changed(
        artifact.to_bytes(learnt),
        lambda arrays: arrays.update({"products": np.array([Code()] * 60, dtype=object)}),
    )
    assert refused(data)


def test_an_archive_that_swells_is_refused_before_it_is_unpacked(
    learnt: Learnt, monkeypatch: pytest.MonkeyPatch
):
    data = artifact.to_bytes(learnt)
    unpacked = changed(data, dict)
    monkeypatch.setattr(artifact, "SIZE_LIMIT", len(unpacked) // 2)
    assert len(data) < artifact.SIZE_LIMIT
    assert refused(data)


def test_a_heading_that_promises_more_than_there_is_is_refused(learnt: Learnt):
    file = io.BytesIO()
    heading = {"descr": "<f4", "fortran_order": False, "shape": (10**13,)}
    np.lib.format.write_array_header_1_0(file, heading)
    whole = io.BytesIO(artifact.to_bytes(learnt))
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr("ease/more.npy", file.getvalue())
    assert refused(whole.getvalue())


HOSTILE: dict[str, Callable[[Arrays], object]] = {
    "a product out of range": lambda a: a["ease/product"].__setitem__(0, 60),
    "a product below 0": lambda a: a["collaborative/product"].__setitem__(0, -1),
    "weights that are none": lambda a: a["ease/weight"].__setitem__(0, np.nan),
    "starts that go back": lambda a: a["ease/starts"].__setitem__(1, 10**9),
    "starts that begin late": lambda a: a["ease/starts"].__setitem__(0, 1),
    "numbers where words are": lambda a: a.update({"content/words": np.arange(5)}),
    "fewer products": lambda a: a.update({"products": a["products"][:-1]}),
    "products in a table": lambda a: a.update({"products": a["products"].reshape(2, -1)}),
    "shares without an end": lambda a: a["popularity/shares_new"].__setitem__((0, 0), np.inf),
    "counts below 0": lambda a: a["popularity/recent"].__setitem__((0, 0), -1),
    "an array that is missing": lambda a: a.pop("ease/weight"),
    "an algorithm that is missing": lambda a: [
        a.pop(key) for key in list(a) if key.startswith("popularity/")
    ],
    "nothing about it": lambda a: a.pop("about"),
    "another version": lambda a: a.update(
        {"about": np.frombuffer(a["about"].tobytes().replace(b'": 2,', b'": 9,'), np.uint8)}
    ),
    "no JSON": lambda a: a.update({"about": np.frombuffer(b"{" * 100_000, np.uint8)}),
    "an unknown algorithm": lambda a: a.update(
        {"about": np.frombuffer(a["about"].tobytes().replace(b'"ease"', b'"magic"'), np.uint8)}
    ),
    "too many arrays": lambda a: a.update({f"x/{number}": a["products"] for number in range(300)}),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_arrays_that_do_not_fit_are_refused(learnt: Learnt, case: str):
    data = artifact.to_bytes(learnt)
    assert not refused(data)
    assert refused(changed(data, HOSTILE[case]))
