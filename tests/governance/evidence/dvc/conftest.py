"""One real DVC repository with everything in it, built once and copied."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.labs.dvc_lab import DvcFolder
from tests.labs.git_lab import GitFolder
from tests.labs.seaweed import Lab


@dataclass(frozen=True)
class Template:
    """The repository, its bucket, and what it has where."""

    folder: DvcFolder
    bucket: str

    def copy(self, path: Path) -> GitFolder:
        """Return a copy that may be changed."""
        shutil.copytree(self.folder.path, path, symlinks=True)
        return GitFolder(path)


@pytest.fixture(scope="session")
def template(s3: Lab, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """DVC's own work: every kind of ref, and every kind of pointer."""
    bucket = s3.bucket("dvc", versioned=True)
    home = tmp_path_factory.mktemp("dvc")
    upstream = DvcFolder.start(home / "upstream", s3)
    upstream.remote("store", f"s3://{bucket}/remote", default=True)
    upstream.remote("versions", f"s3://{bucket}/versions", versioned=True)
    upstream.write("params.yaml", "x: 0\n")
    upstream.write(
        "dvc.yaml",
        "stages:\n  prep:\n    cmd: cat raw.csv params.yaml > clean.csv\n    deps: [raw.csv]\n"
        "    params: [x]\n    outs: [clean.csv]\n",
    )
    upstream.write("raw.csv", "raw\n")
    for number in range(3):
        upstream.write(f"corpus/{number}.txt", f"text {number}\n")
    upstream.dvc("add", "-q", "raw.csv", "corpus")
    upstream.dvc("repro", "-q")
    upstream.commit("first")
    upstream.dvc("push", "-q")
    upstream.run("branch", "doomed")
    # A change of a folder, and one that only a tag still has.
    upstream.write("corpus/3.txt", "text 3\n")
    upstream.dvc("add", "-q", "corpus")
    upstream.commit("second")
    upstream.run("checkout", "-q", "-b", "tagged")
    upstream.write("only-tag.csv", "only the tag\n")
    upstream.dvc("add", "-q", "only-tag.csv")
    upstream.commit("tagged")
    upstream.run("tag", "-a", "-m", "v1", "v1")
    upstream.dvc("push", "-q")
    upstream.run("checkout", "-q", "doomed")
    upstream.write("doomed.csv", "only the remote ref\n")
    upstream.dvc("add", "-q", "doomed.csv")
    upstream.commit("doomed")
    upstream.run("checkout", "-q", "main")
    upstream.run("branch", "-q", "-D", "tagged")

    folder = DvcFolder.of(upstream.clone(home / "data"), s3)
    upstream.run("branch", "-q", "-D", "doomed")  # The clone still has it as a remote ref.
    for number, name in enumerate(("one", "two")):
        folder.write(f"{name}.csv", f"stash {name}\n")
        folder.dvc("add", "-q", f"{name}.csv")
        folder.run("stash", "push", "-q", "-u", "-m", str(number))
    folder.dvc("pull", "-q")
    folder.dvc("exp", "run", "-q", "-n", "better", "-S", "params.yaml:x=1")
    folder.run("checkout", "-q", "-f", "main")
    folder.dvc("checkout", "-q", "--force")
    folder.write("old.csv", "only in history\n")
    folder.dvc("add", "-q", "old.csv")
    folder.commit("old")
    (folder.path / "old.csv.dvc").unlink()
    folder.commit("old is gone")
    folder.write("v.txt", "version one\n")
    folder.write("vdir/x.txt", "in a folder\n")
    folder.dvc("add", "-q", "v.txt", "vdir")
    folder.dvc("push", "-q", "-r", "versions", "v.txt.dvc", "vdir.dvc")
    folder.commit("versions")
    folder.dvc("push", "-q", "--all-commits")
    folder.write("unsaved.csv", "nobody committed it\n")
    folder.dvc("add", "-q", "unsaved.csv")
    return Template(folder, bucket)


@pytest.fixture
def workspace(tmp_path: Path, template: Template) -> Path:
    """A workspace that knows the store: its `.tutela` folder."""
    folder = tmp_path / "ws" / ".tutela"
    folder.mkdir(parents=True)
    (folder / "version.json").write_text('{"schema": "tutela/workspace/v1"}\n')
    (folder / "tutela.yaml").write_text(
        f"stores:\n  lab:\n    endpoint: {template.folder.s3.endpoint}\n    type: seaweedfs\n"
    )
    return folder
