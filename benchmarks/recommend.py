"""How long our recommendations take beside the package ``implicit``, and what each finds.

    python benchmarks/recommend.py [--customers 100000] [--products 10000] [--baskets 12]
        [--cores 2] [--memory 2048] [--only ease,implicit-als] [FILE.npz]

The same purchases, of a known structure (or a file's columns customer, product, day, quantity),
for all: each customer's last day is held out, every contestant learns from the rest in a process
of its own, on so many cores and with so much memory (MB, the limit of its data), and gives ten new
products to everybody. "CPU" is of both, on all cores: the figure on a busy machine. "recall" is of
the products first bought on the day held out, of 10,000 customers at most; "peak" is the process's,
Python and the purchases included. No database.

``implicit`` is no dependency of the project: `pip install --target /some/folder --no-deps
implicit tqdm`, then PYTHONPATH=/some/folder. Without it only ours are measured.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from crm.recommendations.evaluation.splits import HeldOut

ROOT = Path(__file__).resolve().parent.parent
OURS = ("popularity", "content", "collaborative", "ease", "hybrid")
THEIRS = ("implicit-cosine", "implicit-bm25", "implicit-als")
TOP = 10
MEASURED = 10_000


@dataclass
class Contestant:
    """``top`` gives the ten products of the customers of a slice."""

    top: Callable[[slice], NDArray[np.int32]]
    step: int
    kept: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--products", type=int, default=10_000)
    parser.add_argument("--baskets", type=float, default=12)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--memory", type=int, default=2048)
    parser.add_argument("--only", default="")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backoffice.settings")
    if options.run:
        print(json.dumps(measured(options.run, options.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = options.file or made(Path(folder) / "purchases.npz", options)
        compare(file, options)


def made(file: Path, options: argparse.Namespace) -> Path:
    from crm.recommendations.engine import generated  # noqa: PLC0415 - after the path

    structure = generated.Structure(
        customers=options.customers,
        products=options.products,
        segments=20,
        baskets=options.baskets,
        pairs=min(200, options.products // 4),
    )
    bought = generated.generate(structure).purchases
    columns = ("customer", "product", "day", "quantity")
    np.savez(file, **{name: getattr(bought, name) for name in columns})
    return file


def compare(file: Path, options: argparse.Namespace) -> None:
    names = [*OURS, *(THEIRS if importlib.util.find_spec("implicit") else ())]
    if options.only:
        names = [name for name in names if name in options.only.split(",")]
    heads = ("learn, s", "give, s", "CPU, s", "peak, MB", "kept, KB", "recall@10", "lists")
    print(f"{'':16}" + "".join(f"{head:>11}" for head in heads))
    cores = ",".join(map(str, sorted(os.sched_getaffinity(0))[: options.cores]))
    environment = os.environ | {
        name: str(options.cores) for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    }
    for name in names:
        command = ["taskset", "-c", cores, sys.executable, __file__, str(file), "--run", name]
        limit = options.memory << 20
        done = subprocess.run(  # noqa: S603 - this very file
            command,
            env=environment,
            stdout=subprocess.PIPE,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),  # noqa: B023 - the same for all
        )
        if done.returncode:
            print(f"{name:16} failed within {options.memory} MB")
            continue
        found = json.loads(done.stdout.splitlines()[-1])
        row = "".join(f"{found[head]:>11}" for head in heads)
        print(f"{name:16}{row}", flush=True)


def measured(name: str, file: Path) -> dict[str, str]:
    held = held_out(file)
    start, begun = time.perf_counter(), time.process_time()
    contestant = (theirs if name.startswith("implicit") else ours)(name, held)
    learnt = time.perf_counter()
    number = len(held.lessons.purchases.customers)
    top = np.full((number, TOP), -1, dtype=np.int32)
    for begin in range(0, number, contestant.step):
        piece = slice(begin, min(begin + contestant.step, number))
        top[piece] = contestant.top(piece)
    given = time.perf_counter()
    return {
        "learn, s": f"{learnt - start:.1f}",
        "give, s": f"{given - learnt:.1f}",
        "CPU, s": f"{time.process_time() - begun:.1f}",
        "peak, MB": str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10),
        "kept, KB": str(contestant.kept >> 10),
        "recall@10": f"{recall(held, top):.4f}",
        "lists": str(int((top >= 0).any(axis=1).sum())),
    }


def held_out(file: Path) -> HeldOut:
    from crm.recommendations.algorithms.base import Lessons  # noqa: PLC0415 - after the path
    from crm.recommendations.engine.catalogue import unknown  # noqa: PLC0415
    from crm.recommendations.engine.purchases import from_columns  # noqa: PLC0415
    from crm.recommendations.evaluation.splits import hold_out  # noqa: PLC0415

    with np.load(file) as columns:
        bought = from_columns(
            *(columns[name] for name in ("customer", "product", "day", "quantity"))
        )
    lessons = Lessons(bought, unknown(bought.products), int(bought.day.max()) + 1)
    return hold_out(lessons, "last", most_customers=MEASURED)


def ours(name: str, held: HeldOut) -> Contestant:
    from crm.recommendations.algorithms.base import NEW, Block  # noqa: PLC0415
    from crm.recommendations.engine import artifact, learning, ranking  # noqa: PLC0415

    lessons = held.lessons
    learnt = learning.learn(lessons, names=[name], with_facts=False)

    def top(piece: slice) -> NDArray[np.int32]:
        rows = np.arange(piece.start, piece.stop)
        block = Block(lessons.purchases.of(rows), lessons.as_of)
        return ranking.rank(learnt.scores(block, NEW, name), TOP).product

    return Contestant(top, learnt.rows_at_once, len(artifact.to_bytes(learnt)))


def theirs(name: str, held: HeldOut) -> Contestant:
    from implicit.als import AlternatingLeastSquares  # noqa: PLC0415 - no dependency of ours
    from implicit.nearest_neighbours import BM25Recommender, CosineRecommender  # noqa: PLC0415

    from crm.recommendations.algorithms.interactions import Weighting, matrix  # noqa: PLC0415

    lessons = held.lessons
    bought = matrix(lessons.purchases, lessons.as_of, Weighting(is_repeated=True))
    models: dict[str, Callable[[], Any]] = {
        "implicit-cosine": lambda: CosineRecommender(K=100),
        "implicit-bm25": lambda: BM25Recommender(K=100),
        "implicit-als": lambda: AlternatingLeastSquares(factors=64, iterations=15, random_state=0),
    }
    model = models[name]()
    model.fit(bought, show_progress=False)

    def top(piece: slice) -> NDArray[np.int32]:
        users = np.arange(piece.start, piece.stop)
        return np.asarray(
            model.recommend(users, bought[users], N=TOP, filter_already_liked_items=True)[0]
        )

    kept = sum(getattr(part, "nbytes", 0) for part in _parts(model))
    return Contestant(top, 1000, kept)


def _parts(model: Any) -> Iterator[Any]:  # noqa: ANN401 - what implicit keeps
    similarity = getattr(model, "similarity", None)
    if similarity is not None:
        yield from (similarity.data, similarity.indices, similarity.indptr)
    for name in ("user_factors", "item_factors"):
        yield getattr(model, name, None)


def recall(held: HeldOut, top: NDArray[np.int32]) -> float:
    """Of the new products bought, at most ten each, what was among the ten; the customers' mean."""
    products = len(held.lessons.purchases.products)
    targets = held.of_question(repeat=False)
    shares = []
    for row in held.rows:
        begin, end = np.searchsorted(targets, [row * products, (row + 1) * products])
        if end > begin:
            hits = np.isin(targets[begin:end] - row * products, top[row]).sum()
            shares.append(hits / min(end - begin, TOP))
    return float(np.mean(shares)) if shares else float("nan")


if __name__ == "__main__":
    main()
