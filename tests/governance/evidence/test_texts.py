import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.texts import MOST_STARTS, MOST_TEXT, named, path_node

PLAIN = string.ascii_letters + string.digits + "_.-+@#~"
NAME = st.text(PLAIN, min_size=1, max_size=8).filter(
    lambda name: name.strip(".") and name[0] != "-"
)
PATH = st.lists(NAME, min_size=2, max_size=5).map(lambda names: "/" + "/".join(names))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("python train.py --resume /scratch/run/ckpt-1", "file:///scratch/run/ckpt-1"),
        ("--resume=/scratch/run/ckpt-1 --lr 3", "file:///scratch/run/ckpt-1"),
        ('--resume="/scratch/my run/ckpt-1"', "file:///scratch/my run/ckpt-1"),
        (r"--resume /scratch/my\ run/ckpt-1", "file:///scratch/my run/ckpt-1"),
        ("--data s3://data/my corpus/v1 --lr 3", "s3://data/my corpus/v1"),
        ("-o/scratch/run/log.txt", "file:///scratch/run/log.txt"),
        ("podman run -v /store/models:/models:ro", "file:///store/models"),
        ("--bind /a/b:/b,/c/d:/d", "file:///c/d"),
        ("bash -c 'cd /scratch/run; train --data /store/d'", "file:///store/d"),
        ("(continues s3://ckpt/llama/step-100).", "s3://ckpt/llama/step-100"),
        ("S3A://ckpt/llama", "s3://ckpt/llama"),
        ('{"paths": ["/store/a", "/store/b"]}', "file:///store/b"),
        ("model=s3://m/a,tokenizer=s3://m/b", "s3://m/b"),
        ("cat </store/list >/dev/null", "file:///store/list"),
        ("file:///store/a%20b", "file:///store/a b"),
        ("load /store/ckpt-*/model.pt", "file:///store/ckpt-*/model.pt"),
        ("load /store/ml/ckpt-{1,2}/model.pt", "file:///store/ml/"),
        ("load /store/ml/$RUN/model.pt", "file:///store/ml/"),
        ("load s3://ckpt/${RUN}/model", "s3://ckpt/"),
        ("one\n/store/a\nthree", "file:///store/a"),
        ("/store//a/./b", "file:///store/a/b"),
        ("/store/a/../b", "file:///store/b"),
        ("see /store/a: it is needed", "file:///store/a"),
    ],
)
def test_a_place_is_found(text: str, wanted: str) -> None:
    assert wanted in named(text).places


@pytest.mark.parametrize(
    "text",
    [
        *("", "no place at all", "1/2", "a/b", "https://host/path", "docker://ghcr.io/a/b"),
        *("> /dev/null", "/", "//", "s3://", "../up", "--ratio=1/2", "oci:registry.io/x"),
    ],
)
def test_no_place_is_made_up(text: str) -> None:
    assert named(text).places == ()


def test_a_path_that_leads_up_starts_from_the_folder() -> None:
    assert named("--resume ../old/ckpt", "/scratch/run").places == ("file:///scratch/old/ckpt",)


def test_what_only_the_shell_knows_is_said() -> None:
    assert named("load $SCRATCH/a /$HOME/b").vague == ("/$HOME/b",)
    assert named("s3://$BUCKET/a").vague == ("s3://$BUCKET/a",)


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for place in named(text, "/scratch/run").places:
        assert place.startswith(("s3://", "file:///"))
        assert ".." not in place.split("/")


@given(
    PATH,
    st.sampled_from(["{}", "--x={}", "--x {} --y", '"{}"', "'{}'", "x:{}", "[{}]", "-x\n{}\n"]),
)
def test_whatever_stands_around_it_a_path_is_found(path: str, around: str) -> None:
    assert f"file://{path}" in named(around.format(path)).places


@given(st.lists(NAME, min_size=1, max_size=4), NAME)
def test_a_key_with_blanks_in_it_is_found(words: list[str], bucket: str) -> None:
    key = " ".join(words)
    assert f"s3://{bucket}/{key}" in named(f"--data s3://{bucket}/{key} --next 1").places


def test_more_than_is_read_is_not_passed_over_in_silence() -> None:
    assert not named("x" * (MOST_TEXT + 1)).whole
    assert not named("/a " * (MOST_STARTS + 1)).whole
    assert named("/a " * 10).whole


def test_a_text_made_to_be_slow_is_not() -> None:
    for part in ("/", ",/", "\\", "../", "s3://a", "/a ", "'", "(", "$/"):
        named(part * 20_000)


def test_the_root_of_everything_is_no_place() -> None:
    assert path_node("/") is None
    assert path_node("/..") is None
    assert path_node("relative") is None
    assert path_node("relative/", "/base") == "file:///base/relative/"
    assert path_node("/a/b/") == "file:///a/b/"
