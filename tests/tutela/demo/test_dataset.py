"""DVC itself reads what the demo writes in DVC's formats."""

from datetime import UTC, datetime
from pathlib import Path

from tests.labs.dvc_lab import DvcFolder, md5
from tests.labs.git_lab import GitFolder
from tests.labs.seaweed import Lab
from tutela.demo.dataset import TAG, build, corpus, folder

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_same_version_has_the_same_content_and_versions_share_some() -> None:
    assert corpus(1) == corpus(1)
    shared = [name for name, content in corpus(1).items() if corpus(2)[name] == content]
    assert shared == ["de.txt", "fr.txt", "it.txt"]


def test_a_folder_is_its_files_and_their_list() -> None:
    stored = folder({"a.txt": b"a", "b.txt": b"b"})
    assert stored.oid.endswith(".dir")
    assert f"dvc/files/md5/{md5('a')[:2]}/{md5('a')[2:]}" in stored.objects
    assert len(stored.objects) == 3


def test_dvc_pulls_both_versions_and_knows_nothing_of_the_rest(tmp_path: Path, s3: Lab) -> None:
    bucket = s3.bucket("demo", versioned=True)
    build(s3.client, bucket, s3.endpoint, tmp_path / "data", NOW)
    dvc = DvcFolder.of(GitFolder(tmp_path / "data"), s3)
    for version, ref in ((2, "main"), (1, TAG)):
        dvc.run("checkout", "-q", ref)
        dvc.dvc("pull", "-q")
        for name, content in corpus(version).items():
            assert (dvc.path / "corpus" / name).read_bytes() == content
    keys = [one["Key"] for one in s3.client.list_objects_v2(Bucket=bucket)["Contents"]]
    there = {"".join(key.split("/")[-2:]) for key in keys}
    used = dvc.used()
    assert used <= there
    assert len(there - used) == 1
