"""Trees of files that real libraries wrote, thrown together, cut, damaged and renamed."""

import random
from pathlib import Path
from typing import Any

import pytest

from tests.governance.recognise.trees import Recognised, recognise_folder, recognise_rows, row

FIXTURES = Path(__file__).parents[2] / "fixtures" / "layouts"
FILES = sorted(path for path in FIXTURES.glob("*/tree/**/*") if path.is_file())
NAMES = sorted({path.name for path in FILES})
FOLDERS = sorted({part for path in FILES for part in path.relative_to(FIXTURES).parts[2:-1]})
STRANGE = (
    *("a\nb", "ü\u202e.gguf", ".nfs00000000aa11", "x.tmp", "ab" * 15, "ab" * 20, "ab" * 32),
    *(f"{'ab' * 15}.dir", f"{'ab' * 20}.incomplete", "rank99999999999.engine"),
    *("x-99999999999999999999-of-99999999999999999999.parquet", "ckpt-1.index", "MLmodel"),
    *("saved_model.pb", "zarr.json", "v1.metadata.json", "model.h5", "x.keras", "a_document.idx"),
)
STRANGE_FOLDERS = (
    *("..", "k=1", "=", "blobs", "refs", ".no_exist", "models--a--b", "_delta_log", "x.zarr"),
    *("ab", "md5", "models", f"m-{'ab' * 16}", "ab" * 16, "artifacts", "_temporary", "data"),
    *(f"checkpoint-{'9' * 40}", "7.orbax-checkpoint-tmp", "x.incomplete", "variables", "metadata"),
)


def damaged(chance: random.Random) -> bytes:
    data = chance.choice(FILES).read_bytes()[:100_000]
    if chance.random() < 0.3:
        data = data[: chance.randint(0, len(data))]
    if chance.random() < 0.2 and data:
        at = chance.randrange(len(data))
        data = data[:at] + chance.randbytes(1) + data[at + 1 :]
    return data


def scramble(folder: Path, chance: random.Random) -> None:
    names, folders = [*NAMES, *STRANGE * 3], [*FOLDERS, *(f for f in STRANGE_FOLDERS if f != "..")]
    places = [Path(*chance.choices(folders, k=chance.randint(1, 4))) for _ in range(8)]
    for _ in range(chance.randint(5, 90)):
        path = folder / chance.choice([*places, Path()]) / chance.choice(names)
        if not any(one.is_file() for one in path.parents) and not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(damaged(chance))


def check(found: Recognised) -> None:
    ids = [one["id"] for one in found.artifacts]
    assert len(ids) == len(set(ids))
    for one in found.artifacts:
        assert min(one["bytes_weights"], one["bytes_optimizer"], one["bytes_other"]) >= 0, one
        if one["complete"] is None:
            assert one["why"], one
        if one["complete"] is False:
            assert one["missing"] or one["layout"] == "multipart-upload", one


@pytest.mark.parametrize("seed", range(25))
def test_anything_is_recognised_and_every_row_belongs_to_one_artifact(
    seed: int, tmp_path: Path
) -> None:
    scramble(tmp_path / "tree", random.Random(seed))
    check(recognise_folder(tmp_path / "tree", tmp_path / "out", seed=seed))


@pytest.mark.parametrize("seed", range(10))
def test_versions_and_uploads_of_strange_keys_are_no_exception(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    rows: list[dict[str, Any]] = []
    folders = [*FOLDERS, *STRANGE_FOLDERS, ""]
    for number in range(chance.randint(5, 90)):
        place = "/".join(chance.choices(folders, k=chance.randint(1, 4)))
        key, size = f"{place}/{number % 40}{chance.choice(STRANGE)}", chance.randint(0, 99)
        rows.append(row(key, size, version_id=f"{number}", is_latest=chance.random() < 0.6))
        if chance.random() < 0.2:
            rows.append(row(key, 3, version_id=f"u{number}", entry="upload", is_latest=False))
        if chance.random() < 0.2:
            rows.append(row(key, 0, version_id=f"d{number}", entry="delete_marker"))
    check(recognise_rows(rows, tmp_path))
