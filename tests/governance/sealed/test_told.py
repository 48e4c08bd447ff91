import json

import pytest

from governance.artifact import Kind
from governance.sealed.manifest import Content
from governance.sealed.told import Listed, NoManifestError, artifacts, manifest_of
from tests.governance.sealed.sealing import envelope, manifest


def content(artifact: str, member: str, members: int = 2, kind: str = "checkpoint") -> Content:
    return Content(artifact=artifact, kind=kind, layout="peft", member=member, members=members)


def listed(key: str, said: Content, detached: bool = False) -> Listed:
    return Listed(key, () if detached else (key + ".dsse.json",), said, detached)


def test_members_of_one_artifact_are_told_together() -> None:
    (told,) = artifacts(
        [
            listed("s/r/checkpoint-10/a.age", content("r/checkpoint-10", "a")),
            listed("s/r/checkpoint-10/b/c.age", content("r/checkpoint-10", "b/c")),
        ]
    )
    assert told.root == "s/r/checkpoint-10/"
    assert (told.kind, told.layout, told.step) == (Kind.CHECKPOINT, "peft", 10)
    assert (told.files, told.members, told.run) == (2, 2, None)
    assert told.keys == (
        "s/r/checkpoint-10/a.age",
        "s/r/checkpoint-10/a.age.dsse.json",
        "s/r/checkpoint-10/b/c.age",
        "s/r/checkpoint-10/b/c.age.dsse.json",
    )


def test_the_same_names_elsewhere_are_another_artifact() -> None:
    said = content("checkpoint-10", "a")
    roots = [
        one.root
        for one in artifacts(
            [listed("x/checkpoint-10/a.age", said), listed("y/checkpoint-10/a.age", said)]
        )
    ]
    assert roots == ["x/checkpoint-10/", "y/checkpoint-10/"]


def test_a_single_file_is_an_artifact_by_itself() -> None:
    said = content("m/model.gguf", "model.gguf", 1, "model")
    (told,) = artifacts([listed("s/m/model.gguf.age", said)])
    assert told.root == "s/m/model.gguf.age"


def test_files_whose_names_begin_alike_are_an_artifact() -> None:
    (told,) = artifacts(
        [
            listed("s/m/big-1.gguf.age", content("m/big-", "big-1.gguf", kind="model")),
            listed("s/m/big-2.gguf.age", content("m/big-", "big-2.gguf", kind="model")),
        ]
    )
    assert (told.root, told.files) == ("s/m/big-", 2)


def test_a_number_alone_is_a_step() -> None:
    (told,) = artifacts([listed("ckpt/1000/a.age", content("ckpt/1000", "a"))])
    assert told.step == 1000


def test_at_the_top_of_a_bucket_an_artifact_has_no_prefix() -> None:
    (told,) = artifacts([listed("a.age", content("checkpoint-10", "a"))])
    assert told.root == ""


@pytest.mark.parametrize("key", ["s/other.age", "s/xa.age", "a", "s/a"])
def test_a_file_that_was_renamed_is_a_member_of_nothing(key: str) -> None:
    assert artifacts([listed(key, content("checkpoint-10", "a"))]) == []


@pytest.mark.parametrize("kind", ["debris", "run", "unknown", "blob", "anything"])
def test_only_what_is_kept_or_expired_by_name_is_told(kind: str) -> None:
    assert artifacts([listed("s/a.age", content("x", "a", kind=kind))]) == []


def test_bodies_belong_together_by_their_names_alone() -> None:
    first, second = artifacts(
        [
            listed("p/1", content("r/checkpoint-10", "a"), detached=True),
            listed("p/3", content("r/checkpoint-10", "b"), detached=True),
            listed("p/2", content("r/checkpoint-20", "a", 1), detached=True),
        ]
    )
    assert (first.root, first.keys, first.run, first.step) == ("p/1", ("p/1", "p/3"), "p/r/", 10)
    assert (second.root, second.run, second.step) == ("p/2", "p/r/", 20)


def test_a_model_above_the_saves_is_of_their_run() -> None:
    model, save = artifacts(
        [
            listed("p/1", content("r/lora", "a", kind="adapter"), detached=True),
            listed("p/2", content("r/lora/checkpoint-2", "a"), detached=True),
        ]
    )
    assert model.run == save.run == "p/r/lora/"


def test_what_it_was_made_from_is_named_once() -> None:
    said = content("x", "a").model_copy(update={"needs": ["hub:a/b", "hub:c/d", "hub:a/b"]})
    (told,) = artifacts([listed("x/a.age", said)])
    assert told.needs == ("hub:a/b", "hub:c/d")


def test_a_manifest_is_read_whoever_signed_it() -> None:
    said = manifest("a", 100, content("x", "a"))
    assert manifest_of(envelope(said)) == said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "not a signed manifest"),
        (b"[1]", "not a signed manifest"),
        (b"[" * 100_000, "not a signed manifest"),
        (b'{"payloadType": "x", "payload": ""}', "something else"),
        (envelope(manifest("a", 1, None), "x"), "something else"),
        (envelope(manifest("a", 1, None)).replace(b'"payload": "', b'"payload": "!'), "not a sig"),
        (
            json.dumps(
                {"payloadType": "application/vnd.tutela.sealed+json", "payload": "e30="}
            ).encode(),
            "schema: Field required",
        ),
    ],
)
def test_what_is_no_manifest_says_why(text: bytes, why: str) -> None:
    with pytest.raises(NoManifestError, match=why):
        manifest_of(text)
