"""The listing against a real server, real rights and real paging."""

from collections import Counter
from collections.abc import Callable

import pytest

from governance.store.client import Store
from governance.store.errors import AccessDeniedError, NotFoundError
from governance.store.listing import Listing
from governance.store.pages import BotoLister
from governance.workspace.config import StoreConfig
from tests.governance.store.listings import Listed, list_bucket, listed, random_tree, truth
from tests.labs.scripted import Reply, Request, Scripted, error, version, versions
from tests.labs.seaweed import LIST_ALL, LIST_CURRENT, Lab

VERSIONS, UPLOADS, PARTS = LIST_ALL[1:]


@pytest.fixture(scope="module")
def lived_in(s3: Lab) -> str:
    """A bucket with versions, delete markers and names that are each other's beginnings."""
    bucket = s3.bucket("lived-in", versioned=True)
    random_tree(s3, bucket, seed=7)
    return bucket


@pytest.mark.parametrize("page", [7, 20, 1000])
def test_every_version_and_marker_is_listed_once_at_any_page_size(
    s3: Lab, lived_in: str, page: int
) -> None:
    found = list_bucket(s3, lived_in, page=page)
    rows = Counter(found.rows)
    true = truth(s3, lived_in)
    assert rows - true == Counter()
    # What could not be had is named: never more than that is missing.
    gaps = tuple(gap.prefix for gap in found.coverage.gaps)
    assert [row for row in true - rows if not row[0].startswith(gaps)] == []
    if page == 1000:
        assert rows == true
        assert found.coverage.versions == "all"
        assert not found.coverage.lower_bound


def test_a_folder_and_its_sibling_survive_the_end_of_a_page(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    keys = [f"runs/{name}/{number}" for name in ("m", "m-old", "m.x") for number in range(4)]
    for key in keys:
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    found = list_bucket(s3, bucket, page=5)
    assert found.keys == sorted(keys)
    assert found.coverage.gaps == []


def test_an_unversioned_bucket_has_no_version_ids(s3: Lab) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"12345")
    found = list_bucket(s3, bucket, versioning="never")
    assert found.rows == [("a", None, True, "version", 5)]
    assert found.coverage.versions == "unversioned"
    assert not found.coverage.lower_bound


def test_an_empty_bucket_is_a_whole_listing(s3: Lab) -> None:
    found = list_bucket(s3, s3.bucket())
    assert found.rows == []
    assert found.coverage.gaps == []


def test_times_owners_tags_and_classes_are_kept(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    head = s3.client.head_object(Bucket=bucket, Key="a")
    row = list_bucket(s3, bucket).table.to_pylist()[0]
    assert row["etag"] == head["ETag"].strip('"')
    assert abs((row["modified"] - head["LastModified"]).total_seconds()) < 2
    assert row["version_id"] == head["VersionId"]
    assert row["owner"] == "admin"
    assert row["storage_class"] == "STANDARD"
    assert row["allocated"] is None


@pytest.mark.parametrize("page", [1, 2, 1000])
def test_unfinished_uploads_are_rows_with_the_size_of_their_parts(s3: Lab, page: int) -> None:
    bucket = s3.bucket()
    first = s3.unfinished_upload(bucket, "up/a", [100, 50])
    second = s3.unfinished_upload(bucket, "up/a", [7])
    third = s3.unfinished_upload(bucket, "up/b c+d%20", [])
    s3.unfinished_upload(bucket, "elsewhere", [1])
    found = list_bucket(s3, bucket, "up/", page=page)
    assert sorted(found.rows) == sorted(
        [
            ("up/a", first, False, "upload", 150),
            ("up/a", second, False, "upload", 7),
            ("up/b c+d%20", third, False, "upload", 0),
        ]
    )
    assert all(row["modified"] is not None for row in found.table.to_pylist())


def test_without_the_right_to_versions_current_objects_are_a_lower_bound(
    s3: Lab, lived_in: str
) -> None:
    s3.allow(lived_in, [*LIST_CURRENT, UPLOADS, PARTS])
    found = list_bucket(s3, lived_in, who=s3.guest)
    live = {row[0] for row in truth(s3, lived_in) if row[2] and row[3] == "version"}
    assert set(found.keys) == live
    assert {row[1] for row in found.rows} == {None}
    assert found.coverage.versions == "current"
    assert found.coverage.missing_rights == [VERSIONS]
    assert found.coverage.lower_bound
    assert found.coverage.gaps == []


def test_a_bucket_that_never_had_versions_needs_no_right_to_list_them(s3: Lab) -> None:
    bucket = s3.bucket()
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    s3.allow(bucket, [*LIST_CURRENT, UPLOADS, PARTS])
    found = list_bucket(s3, bucket, who=s3.guest, versioning="never")
    assert found.keys == ["a"]
    assert found.coverage.versions == "unversioned"
    assert found.coverage.missing_rights == []
    assert not found.coverage.lower_bound


def test_without_the_right_to_uploads_sizes_are_lower_bounds(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    s3.unfinished_upload(bucket, "up", [5])
    s3.allow(bucket, [*LIST_CURRENT, VERSIONS])
    found = list_bucket(s3, bucket, who=s3.guest)
    assert found.keys == ["a"]
    assert found.coverage.uploads == "not listed"
    assert found.coverage.missing_rights == [UPLOADS]
    assert found.coverage.lower_bound


def test_without_the_right_to_parts_uploads_have_no_size(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    s3.client.put_object(Bucket=bucket, Key="a", Body=b"x")
    upload = s3.unfinished_upload(bucket, "up", [5])
    s3.allow(bucket, [*LIST_CURRENT, VERSIONS, UPLOADS])
    found = list_bucket(s3, bucket, who=s3.guest)
    assert ("up", upload, False, "upload", 0) in found.rows
    assert found.coverage.uploads == "listed"
    assert found.coverage.missing_rights == [PARTS]
    assert found.coverage.lower_bound


def test_a_refused_prefix_is_a_gap_and_the_others_are_listed(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    for key in ("open/a", "open/b", "secret/a", "top"):
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.allow(bucket, LIST_ALL)
    s3.deny(bucket, [*LIST_CURRENT, VERSIONS], prefix="secret/")
    # Pages of two: listed folder by folder, as this store has to be.
    found = list_bucket(s3, bucket, who=s3.guest, page=2)
    assert found.keys == ["open/a", "open/b", "top"]
    assert [(gap.prefix, gap.right) for gap in found.coverage.gaps] == [
        ("secret/", "s3:ListBucket")
    ]
    assert found.coverage.lower_bound


def test_versions_refused_on_one_prefix_only_are_a_lower_bound_there(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    for key in ("open/a", "open/b", "half/a", "half/a", "top"):
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    s3.allow(bucket, LIST_ALL)
    s3.deny(bucket, [VERSIONS], prefix="half/")
    found = list_bucket(s3, bucket, who=s3.guest, page=2)
    assert found.keys == ["half/a", "open/a", "open/b", "top"]
    assert found.coverage.gaps == []
    assert found.coverage.missing_rights == [VERSIONS]
    assert found.coverage.versions == "current"


def test_nothing_allowed_is_an_error_that_names_the_right(s3: Lab) -> None:
    bucket = s3.bucket()
    with pytest.raises(AccessDeniedError, match="s3:ListBucket") as caught:
        list_bucket(s3, bucket, who=s3.guest)
    assert caught.value.right == "s3:ListBucket"


def test_no_such_bucket_is_an_error_not_an_empty_listing(s3: Lab) -> None:
    with pytest.raises(NotFoundError, match="no bucket never-made"):
        list_bucket(s3, "never-made")


def test_own_records_are_left_out(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    for key in (".tutela/pins/x.json", ".tutela2", "a"):
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert list_bucket(s3, bucket, excluded=".tutela/").keys == [".tutela2", "a"]
    assert list_bucket(s3, bucket, excluded=".tutela/", page=2).keys == [".tutela2", "a"]


HOSTILE = [
    "new\nline",
    "emoji/\N{GRINNING FACE}",
    "<script>alert(1)</script>",
    "long/" + "/".join(["k" * 250] * 4) + "/" + "e" * 14,
    "a b+c%20d&e=f?g#h",
    "rtl\u202egnp.exe",
    "quote'\"; DROP TABLE",
    "tab\tand space ",
    "folder/",
    "e\u0301",
    "\N{LATIN SMALL LETTER E WITH ACUTE}",
]


@pytest.mark.parametrize("page", [4, 1000])
def test_names_of_any_kind_are_listed_as_they_are(s3: Lab, page: int) -> None:
    bucket = s3.bucket(versioned=True)
    assert max(len(key.encode()) for key in HOSTILE) == 1024 - 1
    for key in HOSTILE:
        s3.client.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert list_bucket(s3, bucket, page=page).keys == sorted(HOSTILE)


def test_a_name_that_the_store_cannot_tell_is_said_to_be_one(s3: Lab) -> None:
    bucket = s3.bucket(versioned=True)
    s3.client.put_object(Bucket=bucket, Key="esc\x1b[31m", Body=b"x")
    found = list_bucket(s3, bucket)
    assert found.keys == ["esc\ufffd[31m"]
    assert "replaced by the store" in found.coverage.notes[0]


def scripted(answer: Callable[[Request], Reply], who: pytest.MonkeyPatch) -> Listed:
    who.setenv("AWS_ACCESS_KEY_ID", "x")
    who.setenv("AWS_SECRET_ACCESS_KEY", "y")
    with Scripted(answer) as server:
        store = Store(StoreConfig(endpoint=server.endpoint))
        client = store.client(attempts=1, text_times=True)
        listing = Listing(BotoLister(client, "b", store.target("b")), "", workers=2)
        return listed(listing.rows(), listing.coverage)


def one_page_then(reply: Reply) -> Callable[[Request], Reply]:
    """A store that lists no uploads, one page of versions, and then goes wrong."""

    def answer(request: Request) -> Reply:
        if "uploads" in request.query:
            return Reply(body=b"<R><IsTruncated>false</IsTruncated></R>")
        if "key-marker" in request.query:
            return reply
        return Reply(body=versions(version("a"), "<NextKeyMarker>a</NextKeyMarker>", more=True))

    return answer


@pytest.mark.parametrize(
    ("reply", "reason", "right"),
    [
        (Reply(503, error("SlowDown")), "SlowDown", None),
        (Reply(500, error("InternalError")), "InternalError", None),
        (Reply(403, error("AccessDenied")), "access denied", VERSIONS),
        (Reply(200, b"<html>log in</html>"), "not S3", None),
        (Reply(200, versions(version("b")), cut=30), "cannot list", None),
        (Reply(body=versions(version("b", Size="-1"))), "not S3", None),
        (Reply(body=versions("<NextKeyMarker>a</NextKeyMarker>", more=True)), "go on", None),
    ],
)
def test_a_listing_that_is_cut_short_keeps_its_rows_and_says_that_there_is_more(
    reply: Reply, reason: str, right: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = scripted(one_page_then(reply), monkeypatch)
    assert found.keys == ["a"]
    [gap] = found.coverage.gaps
    assert gap.prefix == ""
    assert gap.reason.startswith("cut short: ")
    assert reason in gap.reason
    assert gap.right == right
    assert found.coverage.lower_bound


@pytest.mark.parametrize("last", [Reply(0), Reply(403, error("ExpiredToken"))])
def test_a_store_that_goes_away_is_given_up_at_once(
    last: Reply, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty folders are left, and each would wait through all retries."""
    folders = [f"<CommonPrefixes><Prefix>{n}/</Prefix></CommonPrefixes>" for n in range(40)]

    def answer(request: Request) -> Reply:
        if "uploads" in request.query:
            return Reply(body=b"<R><IsTruncated>false</IsTruncated></R>")
        if request.query.get("prefix"):
            return last
        if "delimiter" in request.query:
            return Reply(body=versions(version("top"), *folders))
        return Reply(403, error("AccessDenied"))

    asked: list[Request] = []

    def noted(request: Request) -> Reply:
        asked.append(request)
        return answer(request)

    found = scripted(noted, monkeypatch)
    assert found.keys == ["top"]
    [gap] = found.coverage.gaps
    assert (gap.prefix, gap.reason.startswith("given up: ")) == ("", True)
    assert len(asked) < 10


def test_a_store_without_versions_and_uploads_is_listed_as_far_as_it_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(request: Request) -> Reply:
        if "versions" in request.query or "uploads" in request.query:
            return Reply(501, error("NotImplemented"))
        body = "<Contents><Key>a</Key><Size>5</Size></Contents><IsTruncated>false</IsTruncated>"
        return Reply(body=f"<ListBucketResult>{body}</ListBucketResult>".encode())

    found = scripted(answer, monkeypatch)
    assert found.keys == ["a"]
    assert found.coverage.versions == "current"
    assert found.coverage.uploads == "not listed"
    assert found.coverage.missing_rights == []
    assert found.coverage.notes == [
        "the store does not list unfinished uploads",
        "the store does not list versions",
    ]


def test_without_the_right_to_list_all_folders_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Home folders: the top may be looked at with a delimiter only, and one folder be read."""

    def answer(request: Request) -> Reply:
        prefix, level = request.query.get("prefix", ""), "delimiter" in request.query
        if "uploads" in request.query:
            return Reply(body=b"<R><IsTruncated>false</IsTruncated></R>")
        if not prefix and level:
            folders = [f"<CommonPrefixes><Prefix>{one}</Prefix></CommonPrefixes>" for one in HOMES]
            return Reply(body=versions(version("top"), *folders))
        if prefix == "mine/":
            return Reply(body=versions(version("mine/a")))
        return Reply(403, error("AccessDenied"))

    found = scripted(answer, monkeypatch)
    assert found.keys == ["mine/a", "top"]
    assert {gap.prefix for gap in found.coverage.gaps} == {"yours/", "mine/../", "/"}
    assert {gap.right for gap in found.coverage.gaps} == {"s3:ListBucket"}


HOMES = ["mine/", "yours/", "mine/../", "", "/"]


def test_more_gaps_than_can_be_named_are_one_gap_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: Request) -> Reply:
        prefix, level = request.query.get("prefix", ""), "delimiter" in request.query
        if "uploads" in request.query:
            return Reply(501, error("NotImplemented"))
        if not prefix and level and "versions" in request.query:
            names = [f"<CommonPrefixes><Prefix>{n}/</Prefix></CommonPrefixes>" for n in range(60)]
            return Reply(body=versions(version("top"), *names))
        return Reply(403, error("AccessDenied"))

    monkeypatch.setattr("governance.store.listing.MAX_GAPS", 50)
    found = scripted(answer, monkeypatch)
    assert len(found.coverage.gaps) == 51
    assert found.coverage.gaps[-1].prefix == ""
