import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.evidence.reads.vast import missing, plain, record_of

AT = "2026-03-01T12:00:00.000Z"


@pytest.mark.parametrize(
    ("row", "places"),
    [
        (
            {"Time": AT, "RPCType": "READ", "Path": {"Path": "/store/a/f.pt", "EHandle": "0x1"}},
            ("file:///store/a/f.pt",),
        ),
        (
            {
                "time": AT,
                "rpc_type": "READ",
                "path": {"path": "/store/a"},
                "name": {"name": "f.pt"},
            },
            ("file:///store/a/f.pt",),
        ),
        (
            {"time": AT, "rpc_type": "READ", "path": "/store/a/f.pt", "name": "f.pt"},
            ("file:///store/a/f.pt",),
        ),
        (
            {"Time": AT, "RPCType": "GetObject", "BucketName": "ckpt", "Name": "run/f.pt"},
            ("s3://ckpt/run/f.pt",),
        ),
        (
            {
                "time": AT,
                "rpc_type": "GetObject",
                "s3_bucket_name": "ckpt",
                "path": "/v/ckpt/run/f.pt",
            },
            ("s3://ckpt/run/f.pt", "file:///v/ckpt/run/f.pt"),
        ),
        (
            {"time": AT, "rpc_type": "READ", "path": "{path=/store/a, ehandle=0x1}"},
            ("file:///store/a",),
        ),
        ({"time": AT, "rpc_type": "READ", "path": '{"path": "/store/a"}'}, ("file:///store/a",)),
        (
            {
                "time": AT,
                "rpc_type": "CopyObject",
                "path": "/v/to",
                "s3_source_object": {"s3_bucket_name": "ckpt", "name": {"name": "from"}},
            },
            ("s3://ckpt/from",),
        ),
    ],
)
def test_a_read_names_what_was_read(row: dict[str, object], places: tuple[str, ...]) -> None:
    record = record_of(row)
    assert record is not None
    assert record.reads
    assert record.places == places


@pytest.mark.parametrize("operation", ["WRITE", "LOOKUP", "PutObject", "HeadObject", "CopyObject"])
def test_other_operations_read_nothing(operation: str) -> None:
    record = record_of({"Time": AT, "RPCType": operation, "Path": {"Path": "/store/a"}})
    assert record is not None
    assert (record.reads, record.places) == (False, ())


def test_a_read_without_a_path_is_still_known_to_be_one() -> None:
    record = record_of({"Time": AT, "RPCType": "READ"})
    assert record is not None
    assert (record.reads, record.places) == (True, ())


@pytest.mark.parametrize(
    ("row", "by"),
    [
        ({"LoginName": "alice", "uid": 1000}, "alice"),
        ({"login_name": "", "uid": 1000, "client_ip": "192.0.2.1"}, "1000"),
        ({"ClientIP": "192.0.2.1"}, "192.0.2.1"),
        ({}, ""),
    ],
)
def test_who_read_is_told_as_well_as_it_is_known(row: dict[str, object], by: str) -> None:
    record = record_of({"Time": AT, "RPCType": "READ", **row})
    assert record is not None
    assert record.by == by


@pytest.mark.parametrize(
    "row", [{}, {"Time": AT}, {"RPCType": "READ"}, {"Time": "x", "RPCType": "READ"}]
)
def test_a_record_needs_a_time_and_an_operation(row: dict[str, object]) -> None:
    assert record_of(row) is None


def test_columns_that_are_missing_are_named_as_the_table_names_them() -> None:
    assert missing(["Time", "RPCType", "Path"]) == []
    assert missing(["time", "rpc_type", "bucket_name"]) == []
    assert missing(["a", "Time"]) == ["rpc_type", "path"]
    assert plain("RPC_Type") == plain("rpctype")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.dictionaries(st.sampled_from(["path", "Name", "x"]), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.dictionaries(
        st.sampled_from(["time", "rpc_type", "path", "name", "bucket_name", "uid"]), VALUES
    )
)
def test_any_record_is_read(row: dict[str, object]) -> None:
    record_of(row)
    record_of({**row, "time": AT, "rpc_type": "READ"})
