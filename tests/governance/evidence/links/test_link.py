"""Links and their releases: written once, read with suspicion; what is wrong only keeps more."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.claim import Relation
from governance.evidence.links.link import (
    MAX_LINK,
    BadLinkError,
    Link,
    digest_of,
    new_link,
    new_release,
    paired,
    plain,
    read_link,
    read_release,
    text_of,
)

NOW = datetime(2026, 11, 22, 1, 20, tzinfo=UTC)
FIXTURES = Path(__file__).parents[3] / "fixtures" / "links"


def made(reason: str = "published", to: str | None = "s3://b/data/") -> Link:
    return new_link(
        start="s3://models/final/",
        to=to,
        relation=Relation.NEEDS,
        doi="10.5281/zenodo.1",
        release=None,
        licence="Apache-2.0",
        by="ada",
        reason=reason,
        at=NOW,
    )


@given(st.text(min_size=1, max_size=1000).filter(str.strip))
def test_what_is_written_is_what_is_read(reason: str) -> None:
    link = made(reason)
    assert read_link(text_of(link).encode(), f"{link.id}.json") == link
    release = new_release(link.id, by="ada", reason=reason, at=NOW)
    assert read_release(text_of(release).encode(), f"{link.id}.released.json", NOW) == release


def test_the_schema_is_the_one_that_was_fixed() -> None:
    link = made()
    release = new_release(link.id, by="bob", reason="withdrawn", at=NOW + timedelta(days=1))
    for record, name in ((link, "link.json"), (release, "link.released.json")):
        assert plain(record) == json.loads((FIXTURES / name).read_text())


def test_an_id_follows_from_what_is_said_and_when() -> None:
    assert made().id == made().id
    assert made("other").id != made().id


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert made("caf\udce9").reason == "caf?"


def changed(**fields: object) -> bytes:
    record = {**plain(made()), **fields}
    return json.dumps({**record, "digest": digest_of(record)}).encode()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff",
        b"[]",
        b"7",
        b"[" * 100_000,
        b" " * (MAX_LINK + 1),
        text_of(made()).replace("published", "publishes").encode(),
        changed(schema="tutela/link/v2"),
        changed(more="x"),
        changed(at="2026-11-22T01:20:00"),
        changed(at="0001-01-01T00:00:00+14:00"),
        changed(by=""),
        changed(doi="zenodo.1"),
        changed(**{"as": "covers"}),
        changed(**{"from": "x" * 3000}),
        changed(to=7),
        changed(id="link-000000000000"),
    ],
)
def test_what_is_no_link_is_refused_in_one_line(text: bytes) -> None:
    with pytest.raises(BadLinkError) as refused:
        read_link(text, f"{made().id}.json")
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 100


def test_a_link_counts_until_it_is_released() -> None:
    link = made()
    files: dict[str, bytes | str] = {f"{link.id}.json": text_of(link).encode()}
    (filed,) = paired(files, NOW)
    assert (filed.link, filed.released, filed.problem) == (link, None, None)
    release = new_release(link.id, by="bob", reason="withdrawn", at=NOW)
    files[f"{link.id}.released.json"] = text_of(release).encode()
    (filed,) = paired(files, NOW)
    assert filed.released == release


def test_a_release_that_is_wrong_releases_nothing_and_is_told() -> None:
    link = made()
    text = text_of(link).encode()
    other = new_release("link-000000000000", by="bob", reason="x", at=NOW)
    future = new_release(link.id, by="bob", reason="x", at=NOW + timedelta(seconds=1))
    for wrong in (b"{}", text, text_of(other).encode(), text_of(future).encode(), "unreadable"):
        (filed,) = paired({f"{link.id}.json": text, f"{link.id}.released.json": wrong}, NOW)
        assert filed.link == link
        assert filed.released is None
        assert (filed.problem or "").startswith("its release: ")


def test_a_damaged_link_is_a_problem_until_it_is_released() -> None:
    link = made()
    release = text_of(new_release(link.id, by="bob", reason="damaged", at=NOW)).encode()
    (filed,) = paired({f"{link.id}.json": b"{"}, NOW)
    assert filed.problem == "it is not JSON"
    (filed,) = paired({f"{link.id}.json": b"{", f"{link.id}.released.json": release}, NOW)
    assert filed.problem is None
    assert filed.released is not None
