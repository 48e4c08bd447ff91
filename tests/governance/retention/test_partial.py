from governance.retention.partial import LISTED, inside, named, partial
from tests.governance.retention.places import database, row


def test_the_largest_partial_artifacts_are_listed_with_what_they_lack() -> None:
    rows = [row(n, complete=False, missing=["a", "b"], bytes=n, why="named") for n in range(30)]
    found = partial(database([*rows, row(99, complete=None), row(98)]))
    assert len(found) == LISTED
    assert (found[0].stored, found[0].missing, found[0].why) == (29, ("a", "b"), "named")


def test_many_missing_files_are_named_in_part_and_nothing_in_them_hides() -> None:
    assert named(["a\n", "\u202eb", "c"], 2) == "a\\n, \\u202eb and 1 more"
    assert named([]) == ""


def test_a_missing_key_is_called_by_its_name_inside_the_artifact() -> None:
    uri = "s3://lab/runs/a/checkpoint-1/"
    assert inside(uri, "runs/a/checkpoint-1/x/model-2.safetensors") == "x/model-2.safetensors"
    assert inside("file:///scratch/lab/runs/a/", "runs/a/b") == "b"
    assert inside(uri, "model.safetensors") == "model.safetensors"
    assert inside(uri, "other/runs/a/checkpoint-1/x") == "other/runs/a/checkpoint-1/x"
    assert inside(uri, "a multipart upload that was never completed").startswith("a multipart")
    assert inside(uri, "runs/a/checkpoint-1/") == "runs/a/checkpoint-1/"
