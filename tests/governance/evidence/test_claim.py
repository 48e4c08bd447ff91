import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.claim import digest, hub, place


@pytest.mark.parametrize(
    ("uri", "node"),
    [
        ("s3://bucket/run/model/", "s3://bucket/run/model/"),
        ("s3a://bucket/run", "s3://bucket/run"),
        ("s3n://bucket/run", "s3://bucket/run"),
        ("/capstor/run//a/./b", "file:///capstor/run/a/b"),
        ("file:/capstor/run/", "file:///capstor/run/"),
        ("file:///capstor/a%20b", "file:///capstor/a b"),
        ("file://localhost/capstor", "file:///capstor"),
        ("s3://bucket//a", "s3://bucket//a"),
    ],
)
def test_places_are_written_in_one_way(uri: str, node: str) -> None:
    assert place(uri) == node


@pytest.mark.parametrize(
    "uri",
    [
        "run/model",
        "../model",
        "s3://",
        "s3:///",
        "/",
        "gs://bucket/a",
        "s3://b/../c",
        "/a/../b",
        "s3://b/a\nb",
        "https://host/a",
        "",
        "s3://b/" + "a" * 3000,
    ],
)
def test_what_nobody_can_find_is_no_place(uri: str) -> None:
    assert place(uri) is None


@given(st.text(max_size=60))
def test_any_text_is_a_place_or_none(text: str) -> None:
    for start in ("", "s3://", "file:", "/"):
        found = place(start + text)
        assert found is None or found.startswith(("s3://", "file:///"))
        assert found is None or place(found) is None or ".." not in found.split("/")


@pytest.mark.parametrize(
    ("name", "node"),
    [
        ("meta-llama/Llama-3.1-8B", "hub:meta-llama/Llama-3.1-8B"),
        ("gpt2", "hub:gpt2"),
        ("a/b/c", None),
        ("../b", None),
        ("a b", None),
        ("", None),
        ("-x/y", None),
    ],
)
def test_names_of_a_hub_are_an_organisation_and_a_name(name: str, node: str | None) -> None:
    assert hub(name) == node


@pytest.mark.parametrize(
    ("algorithm", "value", "node"),
    [
        ("md5", "9E107D9D372BB6826BD81D3542A419D6", "md5:9e107d9d372bb6826bd81d3542a419d6"),
        ("sha256", "0" * 64, f"sha256:{'0' * 64}"),
        ("md5", "0" * 64, None),
        ("sha1", "0" * 40, None),
        ("md5", "z" * 32, None),
        ("md5", "", None),
    ],
)
def test_digests_are_hex_of_the_right_length(algorithm: str, value: str, node: str | None) -> None:
    assert digest(algorithm, value) == node
