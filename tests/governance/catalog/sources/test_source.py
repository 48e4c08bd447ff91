from governance.catalog.sources.source import Identity
from governance.snapshot.manifest import StoreRecord


def test_a_key_is_appended_to_the_base_of_its_place() -> None:
    bucket = Identity("s3://b/p/", StoreRecord(identity="x"), "b", "p/")
    assert bucket.place.base_uri == "s3://b/"
    tree = Identity("file:///a/b", StoreRecord(identity="file"), "/a/b")
    assert tree.place.base_uri == "file:///a/b/"
    root = Identity("file:///", StoreRecord(identity="file"), "/")
    assert root.place.base_uri == "file:///"
