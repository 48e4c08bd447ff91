import re
from datetime import datetime, timedelta, timezone
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from governance.lineage.graph import Node
from governance.lineage.write.iri import digests, identity_of, iri, local, place, time
from tests.governance.lineage.graphs import texts

IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*")


@given(texts)
def test_every_name_is_a_valid_iri_and_can_be_read_back(name: str) -> None:
    assert IRI.fullmatch(iri(name))
    assert identity_of(local(name)) == name


@given(texts, st.sampled_from(["s3://lab/", "file:///data/"]))
def test_a_place_is_a_valid_uri_that_means_the_same(name: str, start: str) -> None:
    assert IRI.fullmatch(place(start + name))
    assert unquote(place(start + name)) == start + name


def test_names_that_differ_stay_different() -> None:
    names = ["a b", "a%20b", "a%2520b", "a+b", "a/b", "a%2Fb"]
    assert len({iri(name) for name in names}) == len(names)
    assert len({place(f"s3://l/{name}") for name in names}) == len(names)


def test_only_digests_that_are_some_are_given() -> None:
    node = Node("a", digests=("md5:" + "a" * 32, "sha256:zz", "crc32:00", "md5"))
    assert digests(node) == [("md5", "a" * 32)]


def test_times_are_in_utc() -> None:
    moment = datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
    assert time(moment) == "2026-01-02T01:00:00Z"
