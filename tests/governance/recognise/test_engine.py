"""Laws of recognition as a whole, on random listings."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.governance.recognise.trees import Recognised, recognise_rows, row
from tests.prove import share

FOLDERS = [
    "",
    "runs/a/",
    "runs/a/checkpoint-10/",
    "runs/a/checkpoint-10/global_step10/",
    "runs/a/checkpoint-20/",
    "runs/a/logs/",
    "runs/b/checkpoints/",
    "docs/deep/er/",
    "//",
    "../up/",
    "cache/files/md5/ab/",
]
NAMES = [
    "config.json",
    "model.safetensors",
    "model-00001-of-00002.safetensors",
    "model-00002-of-00002.safetensors",
    "model.safetensors.index.json",
    "trainer_state.json",
    "optimizer.pt",
    "adapter_config.json",
    "adapter_model.safetensors",
    "latest",
    "x.log",
    "photo 1.jpg",
    "photo 2.jpg",
    "0123456789abcdef0123456789abcd",
    "new\nline",
    "<script>alert(1)</script>",
    "üñ\u202e",
    ".metadata",
    "__0_0.distcp",
    "",
]
entries = st.sampled_from(["version", "version", "version", "old", "delete_marker", "upload"])
listings = st.lists(
    st.tuples(st.sampled_from(FOLDERS), st.sampled_from(NAMES), entries, st.integers(0, 9)),
    max_size=40,
)


def rows_from(listing: list[tuple[str, str, str, int]]) -> list[dict[str, Any]]:
    """Turn drawn tuples into rows that a versioned store could list: one latest per key."""
    rows = []
    latest = set()
    for number, (folder, name, entry, size) in enumerate(listing):
        key = folder + name
        if not key:
            continue
        newest = entry in {"version", "delete_marker"} and key not in latest
        if newest:
            latest.add(key)
        kind = "version" if entry == "old" else entry
        rows.append(row(key, size, version_id=f"v{number}", is_latest=newest, entry=kind))
    return rows


def owners(found: Recognised) -> dict[tuple[str, str], tuple[str, str]]:
    roots = {one["artifact"]: (one["root"], one["slot"]) for one in found.artifacts}
    return {(one["key"], one["version_id"]): roots[one["artifact"]] for one in found.objects}


@settings(
    max_examples=share(600),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(listing=listings, seed=st.integers(0, 1000))
def test_every_object_belongs_to_one_artifact_whatever_the_order(
    tmp_path: Path, listing: list[tuple[str, str, str, int]], seed: int
) -> None:
    rows = rows_from(listing)
    first = recognise_rows(rows, tmp_path)
    assert all(one["artifact"] is not None for one in first.objects)
    places = Counter((one["root"], one["slot"]) for one in first.artifacts)
    assert all(count == 1 for count in places.values()), "two artifacts at one place"
    assert len({one["id"] for one in first.artifacts}) == len(first.artifacts)
    random.Random(seed).shuffle(rows)
    second = recognise_rows(rows, tmp_path)
    assert owners(first) == owners(second)
    assert first.artifacts == second.artifacts


def test_an_empty_listing_has_no_artifacts(tmp_path: Path) -> None:
    found = recognise_rows([], tmp_path)
    assert (found.artifacts, found.objects) == ([], [])


def test_an_id_survives_an_overwrite_and_differs_between_slots(tmp_path: Path) -> None:
    before = recognise_rows([row("a/checkpoint-1/optimizer.pt", 5), row("a/x.log", 1)], tmp_path)
    after = recognise_rows([row("a/checkpoint-1/optimizer.pt", 9), row("a/x.log", 2)], tmp_path)
    assert before.at("a/checkpoint-1/")["id"] == after.at("a/checkpoint-1/")["id"]
    assert before.at("a/", "run")["id"] != before.at("a/checkpoint-1/")["id"]


def test_old_versions_belong_to_the_artifact_that_replaced_them(tmp_path: Path) -> None:
    found = recognise_rows(
        [
            row("a/checkpoint-1/optimizer.pt", 5),
            row("a/checkpoint-1/optimizer.pt", 7, version_id="0", is_latest=False),
            row("a/checkpoint-1/gone.bin", 3, version_id="0", is_latest=False),
        ],
        tmp_path,
    )
    assert [one["root"] for one in found.artifacts] == ["a/checkpoint-1/"]
    assert found.artifacts[0]["rows"] == 3


def test_a_deleted_checkpoint_is_still_seen_as_one_but_not_as_live(tmp_path: Path) -> None:
    key = "a/checkpoint-2/trainer_state.json"
    found = recognise_rows(
        [
            row("a/checkpoint-1/trainer_state.json", 5),
            row(key, 5, version_id="0", is_latest=False),
            row(key, 0, version_id="1", entry="delete_marker"),
        ],
        tmp_path,
    )
    gone, kept = found.at("a/checkpoint-2/"), found.at("a/checkpoint-1/")
    assert (gone["kind"], gone["live"], gone["complete"]) == ("checkpoint", False, None)
    assert kept["live"] is True


def test_each_unfinished_upload_is_debris_of_its_own(tmp_path: Path) -> None:
    upload = {"entry": "upload", "is_latest": False}
    key = "a/checkpoint-1/trainer_state.json"
    rows = [
        row(key, 5),
        row(key, 50, version_id="u1", **upload),
        row(key, 60, version_id="u2", **upload),
    ]
    found = recognise_rows(rows, tmp_path)
    assert found.at(key, "upload:u1")["kind"] == "debris"
    assert found.at(key, "upload:u2")["complete"] is False
    assert found.at("a/checkpoint-1/")["rows"] == 1


def test_what_is_unknown_is_summed_up_at_the_highest_folder_that_holds_nothing_else(
    tmp_path: Path,
) -> None:
    rows = [row("docs/a/1.txt", 1), row("docs/b/2.txt", 2), row("t/checkpoint-1/optimizer.pt", 1)]
    rows += [row("t/notes/x.txt", 4), row("top.txt", 8)]
    found = recognise_rows(rows, tmp_path)
    assert found.at("docs/", "rest")["bytes"] == 3
    assert found.at("t/notes/", "rest")["kind"] == "unknown"
    assert found.at("", "rest")["bytes"] == 8


def test_nothing_is_summed_up_above_the_prefix_that_was_scanned(tmp_path: Path) -> None:
    rows = [row("team/docs/a.txt", 1), row("team/docs/b.txt", 1)]
    found = recognise_rows(rows, tmp_path, prefix="team/docs/")
    assert [(one["root"], one["slot"]) for one in found.artifacts] == [("team/docs/", "rest")]
