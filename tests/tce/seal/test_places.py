import pytest

from governance.workspace.config import StoreConfig
from tce.seal.places import place


def test_a_prefix_is_a_folder_with_or_without_its_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    config = StoreConfig(endpoint="http://127.0.0.1:1")
    assert place("s3://bucket/a/b", config).uri_of("c") == "s3://bucket/a/b/c"
    assert place("s3://bucket/a/b/", config).uri_of("c") == "s3://bucket/a/b/c"
    assert place("s3://bucket", config).uri_of("c") == "s3://bucket/c"
    assert place("folder", config).uri_of("c") == "folder/c"
