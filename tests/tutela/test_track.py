"""`tutela.track` leaves one small record beside what was saved, and never more than that."""

import ast
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dulwich import porcelain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import tutela
from governance.evidence.record import BESIDE_FILE, IN_FOLDER, RECORD_SCHEMA, read_record, subject
from governance.evidence.record import MAX_RECORD as MOST_READ
from tests.labs.seaweed import Lab
from tests.prove import share
from tests.tutela.tracked import FILE, MODULE, alone, read
from tutela import track
from tutela.track import MAX_RECORD, RANKS, without_credentials

__all__ = ["alone"]

pytestmark = pytest.mark.usefixtures("alone")
DIGEST = "sha256:" + "0f" * 32


@pytest.fixture
def save(tmp_path: Path) -> Path:
    folder = tmp_path / "run" / "checkpoint-7"
    folder.mkdir(parents=True)
    return folder


def test_all_that_can_be_said_is_in_the_record(
    save: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLURM_JOB_ID", "4711")
    monkeypatch.setenv("SLURM_CLUSTER_NAME", "alps")
    monkeypatch.setenv("CONTAINER_IMAGE", f"registry.example.org/train@{DIGEST}")
    written = track(
        save,
        kind="checkpoint",
        step=7,
        run="llama-sft",
        run_id="a1",
        inputs=[
            tmp_path / "data",
            "relative/data/",
            ("s3://data/corpus/", "MD5:" + "A" * 32),
            {"uri": "hf://datasets/org/name", "digest": "md5:no", "name": "names"},
        ],
        parent="../run/checkpoint-6",
        base="meta-llama/Llama-3.1-8B",
        licence="Apache-2.0",
    )
    assert written
    record = read(save / "tutela.record.json")
    assert len(record.pop("id")) == 32
    assert record.pop("at").endswith("+00:00")
    here = tmp_path.as_uri()
    parent = tmp_path.parent.as_uri()
    assert record == {
        "schema": "tutela/record/v1",
        "artifact": None,
        "kind": "checkpoint",
        "step": 7,
        "run": {
            "name": "llama-sft",
            "id": "a1",
            "mlflow_run_id": None,
            "mlflow_tracking_uri": None,
        },
        "code": {"remote": None, "commit": None, "dirty": None},
        "image": DIGEST,
        "job": {"id": "4711", "cluster": "alps"},
        "inputs": [
            {"uri": f"{here}/data", "digest": None, "name": None},
            {"uri": f"{here}/relative/data/", "digest": None, "name": None},
            {"uri": "s3://data/corpus/", "digest": "md5:" + "a" * 32, "name": None},
            {"uri": "hf://datasets/org/name", "digest": None, "name": "names"},
        ],
        "parent": f"{parent}/run/checkpoint-6",
        "base": "meta-llama/Llama-3.1-8B",
        "licence": "Apache-2.0",
        "tool": f"tutela {tutela.__version__}",
    }
    assert os.listdir(save) == ["tutela.record.json"]


def test_what_it_writes_is_what_evidence_reads(save: Path) -> None:
    assert (MODULE.RECORD_SCHEMA, MODULE.IN_FOLDER, MODULE.BESIDE, MODULE.MAX_RECORD) == (
        RECORD_SCHEMA,
        IN_FOLDER,
        BESIDE_FILE,
        MOST_READ,
    )
    track(save, step=7, run="r", inputs=["s3://b/c"])
    record = read_record((save / IN_FOLDER).read_bytes())
    assert (record.step, record.run.name, record.inputs[0].uri) == (7, "r", "s3://b/c")


def test_a_file_has_its_record_beside_it(tmp_path: Path) -> None:
    (tmp_path / "a b é.ckpt").write_text("x")
    assert track("a b é.ckpt")
    assert subject(str(tmp_path / "a b é.ckpt.tutela.json")) == str(tmp_path / "a b é.ckpt")
    assert sorted(os.listdir(tmp_path)) == ["a b é.ckpt", "a b é.ckpt.tutela.json"]


def test_a_workspace_holds_one_record_of_each_artifact(save: Path, tmp_path: Path) -> None:
    (tmp_path / "project" / ".tutela").mkdir(parents=True)
    for step in (7, 8):
        assert track(save, step=step, workspace=tmp_path / "project")
    assert track("s3a://bucket/run/", workspace=tmp_path / "project" / ".tutela")
    records = sorted((tmp_path / "project" / ".tutela" / "records").iterdir())
    found = {read(file)["artifact"]: read(file)["step"] for file in records}
    assert found == {save.as_uri(): 8, "s3://bucket/run/": None}
    assert [read(file)["id"] for file in records] == [file.stem for file in records]
    assert os.listdir(save) == []


def test_an_artifact_that_is_tracked_again_has_its_record_replaced(save: Path) -> None:
    assert track(save, step=1, licence="MIT")
    assert track(save, step=2)
    record = read(save / "tutela.record.json")
    assert (record["step"], record["licence"]) == (2, None)


@pytest.mark.parametrize(
    ("artifact", "why"),
    [
        ("nowhere", "nothing where the artifact should be"),
        ("", "neither a path nor s3://"),
        ("https://host/x", "neither a path nor s3://"),
        ("file://host/x", "neither a path nor s3://"),
        (None, "TypeError"),
        (7, "TypeError"),
        ("nul\0", "nothing where the artifact should be"),
    ],
)
def test_what_cannot_be_tracked_is_told_once(
    artifact: Any, why: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert [track(artifact), track(artifact)] == [False, False]
    assert [why in record.message for record in caplog.records] == [True]
    assert os.listdir(tmp_path) == []


def test_a_workspace_that_is_not_there_is_not_made(
    save: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert not track(save, workspace=tmp_path)
    assert "no workspace" in caplog.text
    assert not (tmp_path / ".tutela").exists()


def test_nothing_partial_is_left_where_it_cannot_be_written(save: Path) -> None:
    (save / "tutela.record.json").mkdir()
    assert not track(save)
    assert os.listdir(save) == ["tutela.record.json"]


def test_many_writers_leave_one_whole_record(save: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda step: track(save, step=step), range(64)))
    assert read(save / "tutela.record.json")["step"] in range(64)
    assert os.listdir(save) == ["tutela.record.json"]


def test_a_record_in_s3_is_one_put(
    s3: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = s3.bucket("tracked", versioned=True)
    for name, value in {**s3.environ(), "AWS_ENDPOINT_URL": s3.endpoint}.items():
        monkeypatch.setenv(name, value)
    assert track(f"s3://{bucket}/run/checkpoint-7/", step=7, timeout=30)
    assert track(f"s3://{bucket}/run/model.ckpt", s3=s3.client)
    listed = s3.client.list_object_versions(Bucket=bucket)["Versions"]
    assert [one["Key"] for one in listed] == [
        "run/checkpoint-7/tutela.record.json",
        "run/model.ckpt.tutela.json",
    ]
    body = s3.client.get_object(Bucket=bucket, Key=listed[0]["Key"])["Body"].read()
    assert read_record(body).step == 7


@pytest.mark.parametrize(
    ("environ", "writes"),
    [
        ({}, True),
        ({"RANK": "0"}, True),
        ({"RANK": "3"}, False),
        ({"SLURM_PROCID": "1"}, False),
        # srun starts one torchrun per node, which starts the ranks.
        ({"SLURM_PROCID": "1", "RANK": "0"}, True),
        ({"SLURM_PROCID": "0", "RANK": "1"}, False),
        # mpirun within sbatch: all inherit the rank of the batch step.
        ({"SLURM_PROCID": "0", "OMPI_COMM_WORLD_RANK": "5"}, False),
        ({"PMI_RANK": "2", "RANK": " "}, False),
        ({"RANK": "unknown"}, True),
    ],
)
def test_only_the_first_rank_writes(
    environ: Mapping[str, str], writes: bool, save: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert track(save) is writes
    assert bool(os.listdir(save)) is writes


def test_a_rank_that_is_given_counts(save: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RANKS[0], "3")
    assert track(save, rank=0)
    assert not track(save, rank=1)


def test_nothing_of_the_process_is_recorded_but_what_is_allowed(
    save: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["train.py", "--token", "canary-argument"])
    for name in ("AWS_SECRET_ACCESS_KEY", "HF_TOKEN", "USER", "SLURM_JOB_NAME", "HOSTNAME"):
        monkeypatch.setenv(name, f"canary-{name}")
    monkeypatch.setenv("CONTAINER_IMAGE", "registry/canary-image:latest")
    assert track(save)
    assert "canary" not in (save / "tutela.record.json").read_text()


def test_credentials_do_not_get_into_any_field(save: Path) -> None:
    token = "hf_" + "a" * 34
    assert track(
        save,
        run=f"run {token}",
        inputs=[
            "https://ada:canary@host/data?token=canary#canary",
            "s3://canary:canary@bucket/key@v1",
            f"https://host/{token}/data",
        ],
        parent="https://canary@host/x",
        base=f"https://{token}@huggingface.co/org/name",
    )
    text = (save / "tutela.record.json").read_text()
    assert "canary" not in text
    assert token not in text
    record = json.loads(text)
    assert [one["uri"] for one in record["inputs"]] == ["https://host/data", "s3://bucket/key@v1"]
    assert record["base"] == "https://huggingface.co/org/name"


def test_a_record_has_a_bound(save: Path, caplog: pytest.LogCaptureFixture) -> None:
    inputs = [{"uri": f"s3://b/{n}/{'x' * 500}", "name": "é" * 500} for n in range(5000)]
    assert track(save, inputs=inputs, run="é" * 10_000)
    assert (save / "tutela.record.json").stat().st_size <= MAX_RECORD
    assert "left out" in caplog.text
    record = read_record((save / "tutela.record.json").read_bytes())
    assert record.inputs[0].uri.startswith("s3://b/0/")


def test_one_bad_fact_does_not_cost_the_others(
    save: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad: Any = object()
    assert track(
        save, step=bad, kind="chekpoint", run=bad, inputs=["s3://b/c", bad], parent=bad, image=bad
    )
    record = read(save / "tutela.record.json")
    assert [one["uri"] for one in record["inputs"]] == ["s3://b/c"]
    for key in ("step", "kind", "parent", "image"):
        assert record[key] is None
        assert f"{key} left out" in caplog.text


def test_small_inputs_are_digested_where_that_is_asked(save: Path, tmp_path: Path) -> None:
    (tmp_path / "small.json").write_text("{}")
    (tmp_path / "large.bin").write_bytes(b"x" * 101)
    assert track(save, inputs=["small.json", "large.bin", "nowhere", "run"], digest_up_to=100)
    digests = [one["digest"] for one in read(save / "tutela.record.json")["inputs"]]
    empty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert digests == [empty, None, None, None]


def test_the_commit_is_read_without_running_git(
    save: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert track(save)
    code = read(save / "tutela.record.json")["code"]
    assert code == {"remote": None, "commit": None, "dirty": None}
    repo = porcelain.init(str(tmp_path))
    assert track(save)
    assert read(save / "tutela.record.json")["code"]["commit"] is None

    (tmp_path / "train.py").write_text("x")
    porcelain.add(repo, [str(tmp_path / "train.py")])
    commit = porcelain.commit(repo, b"x", author=b"a <a@b>", committer=b"a <a@b>").decode()
    config = repo.get_config()
    config.set((b"remote", b"upstream"), b"url", b"git@host:other.git")
    config.set((b"remote", b"origin"), b"url", b"https://ada:secret@host/llm/train.git")
    config.write_to_path()
    assert track(save)
    code = read(save / "tutela.record.json")["code"]
    assert code == {"remote": "https://host/llm/train.git", "commit": commit, "dirty": None}

    # The same, with all refs packed.
    head = (tmp_path / ".git" / "HEAD").read_text().removeprefix("ref: ").strip()
    (tmp_path / ".git" / head).unlink()
    (tmp_path / ".git" / "packed-refs").write_text(f"# pack-refs\n{commit} {head}\n^{'0' * 40}\n")
    assert track(save)
    assert read(save / "tutela.record.json")["code"]["commit"] == commit

    # A work tree of it, whose branch lies in the main repository.
    tree = tmp_path / ".git" / "worktrees" / "w"
    tree.mkdir(parents=True)
    (tree / "HEAD").write_text(f"ref: {head}\n")
    (tree / "commondir").write_text("../..\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / ".git").write_text(f"gitdir: {tree}\n")
    monkeypatch.chdir(tmp_path / "w")
    assert track(save)
    assert read(save / "tutela.record.json")["code"] == code


@pytest.mark.parametrize("head", ["ref: refs/../../secret", "ref: /etc/passwd", "x" * 40, ""])
def test_a_head_that_is_none_gives_no_commit(head: str, save: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "HEAD").write_text(head)
    (tmp_path / "secret").write_text("a" * 40)
    assert track(save)
    assert read(save / "tutela.record.json")["code"]["commit"] is None


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://host/a/b.git", "https://host/a/b.git"),
        ("https://host:8443/a?x=1#y", "https://host:8443/a"),
        ("ssh://git@host:22/a/b.git", "ssh://host:22/a/b.git"),
        ("git@host:a/b.git", "host:a/b.git"),
        ("https://a:b@c@host/p", "https://host/p"),
        ("/srv/git/a.git", "/srv/git/a.git"),
        ("file:///srv/git/a.git", "file:///srv/git/a.git"),
        ("sqlite:////srv/mlflow.db", "sqlite:////srv/mlflow.db"),
        ("postgresql://ada:secret@host/db", "postgresql://host/db"),
        ("https://a?b:secret@host/p", None),
        ("https://user:secret/p", None),
        ("ext::sh -c 'curl secret'", None),
        ("codecommit::eu://profile@repo", None),
        ("../elsewhere", None),
        ("https://host/ghp_" + "a" * 36, None),
        ("", None),
    ],
)
def test_a_remote_loses_whoever_used_it(url: str, clean: str | None) -> None:
    assert without_credentials(url) == clean


_SECRET = st.text(min_size=1, max_size=20).map(lambda text: f"S3CRET{text}")


@given(
    scheme=st.sampled_from(["https", "ssh", "git+ssh", "postgresql", ""]),
    user=st.text(max_size=9),
    secret=_SECRET,
    tail=st.sampled_from(["", "?x=1", "#y"]),
)
def test_nothing_before_an_at_sign_survives(scheme: str, user: str, secret: str, tail: str) -> None:
    where = f"{scheme}://{user}:{secret}@host/a" if scheme else f"{user}:{secret}@host:a"
    assert "S3CRET" not in (without_credentials(where + tail) or "")


@given(secret=_SECRET, sign=st.sampled_from("?#;"), more=st.text(max_size=9))
def test_nothing_of_a_query_survives(secret: str, sign: str, more: str) -> None:
    url = f"https://host/a{sign}{more}token={secret}"
    assert "S3CRET" not in (without_credentials(url) or "")


ERRORS: dict[int, type[BaseException]] = {}


class Spiteful:
    """Raises whatever is asked of it."""

    def __init__(self, error: type[BaseException]) -> None:
        ERRORS[id(self)] = error

    def _raise(self, *_: Any) -> Any:
        raise ERRORS.get(id(self), AttributeError)

    __getattribute__ = __bool__ = __iter__ = __fspath__ = __index__ = __float__ = __len__ = _raise
    __eq__ = __lt__ = __gt__ = __str__ = __repr__ = _raise
    __hash__ = None  # type: ignore[assignment]


_ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.binary(max_size=20),
    st.text(max_size=20),
    st.sampled_from(["file:///\x00", "s3://b/\ud800/", "s3://", "\ud800", 10**400, -1, b"\xff"]),
    st.lists(st.text(max_size=5) | st.integers(), max_size=3),
    st.dictionaries(st.sampled_from(["uri", "digest", "name"]), st.text(max_size=5), max_size=3),
    st.builds(Spiteful, st.sampled_from([ValueError, RecursionError, SystemExit, StopIteration])),
)


class Nowhere:
    """A client of S3 that takes everything."""

    def put_object(self, **_: object) -> None:
        """Nothing is kept."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=share(3000))
@given(
    artifact=_ANYTHING | st.just("save"),
    facts=st.dictionaries(
        st.sampled_from(sorted({*(track.__kwdefaults__ or ()), "s3"} - {"s3", "rank"})), _ANYTHING
    ),
)
def test_it_never_raises(artifact: Any, facts: dict[str, Any], tmp_path: Path) -> None:
    logging.getLogger("tutela").disabled = True
    try:
        (tmp_path / "save").mkdir(exist_ok=True)
        facts.setdefault("timeout", 1.0)
        assert track(artifact, **facts, s3=Nowhere(), rank=0) in (True, False)
        for record in tmp_path.rglob("tutela.record.json"):
            read_record(record.read_bytes())
    finally:
        logging.getLogger("tutela").disabled = False


def test_a_rank_that_is_none_raises_nothing(save: Path) -> None:
    rank: Any = Spiteful(ValueError)
    assert not track(save, rank=rank)


COPY = """
import sys
sys.path.insert(0, ".")
import copied
assert not {"boto3", "tutela", "mlflow", "torch"} & set(sys.modules)
print(copied.track("save", step=7, inputs=["s3://b/c"]), copied.track("s3://b/c"))
"""


def pythons() -> list[str]:
    """This Python, and those that training environments have, where they are installed."""
    found = [shutil.which(f"python3.{minor}") for minor in (9, 10, 12, 13)]
    # Shims may be there for what is not.
    works = [
        path
        for path in found
        if path and not subprocess.run([path, "-c", ""], capture_output=True).returncode
    ]
    return [sys.executable, *works]


@pytest.mark.parametrize("python", pythons())
def test_it_works_as_a_single_file_without_anything_installed(python: str, save: Path) -> None:
    folder = save.parent
    (folder / "copied.py").write_bytes(FILE.read_bytes())
    (folder / "save").mkdir()
    done = subprocess.run(
        [python, "-I", "-S", "-B", "-W", "error", "-c", COPY],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "True False\n"), done.stderr
    assert done.stderr.count("\n") == 1
    assert "s3:// needs boto3" in done.stderr
    assert read(folder / "save" / "tutela.record.json")["step"] == 7


def test_its_grammar_is_that_of_python_3_9() -> None:
    tree = ast.parse(FILE.read_text(), feature_version=(3, 9))
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_importing_tutela_is_light() -> None:
    code = "import sys, tutela; print(*sorted({m.partition('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "boto3",
        "typer",
        "pydantic",
        "duckdb",
        "pyarrow",
        "governance",
        "blueprints",
        "mlflow",
    }
    assert heavy & set(done.stdout.split()) == set()


def test_it_is_the_same_version() -> None:
    assert tutela.__version__ == MODULE.VERSION


MLFLOW = """
import logging, mlflow, sys
from tutela import track
mlflow.set_tracking_uri("sqlite:///mlflow.db")
with mlflow.start_run() as run:
    assert track("save")
    print(run.info.run_id)
"""


def test_the_active_run_of_mlflow_is_named(save: Path) -> None:
    (save / "save").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", MLFLOW], cwd=save, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    run = read(save / "save" / "tutela.record.json")["run"]
    assert run["mlflow_run_id"] == done.stdout.strip()
    assert run["mlflow_tracking_uri"] == "sqlite:///mlflow.db"


PAGE = (Path(__file__).parents[2] / "docs" / "track.md").read_text(encoding="utf-8")


def test_the_page_names_all_that_is_read_of_the_environment() -> None:
    assert [name for name in MODULE.ENVIRONMENT if f"`{name}`" not in PAGE] == []


def test_the_pages_first_lines_run_and_its_record_is_one(tmp_path: Path) -> None:
    first = PAGE.split("```python\n")[1].split("```")[0]
    (tmp_path / "out" / "checkpoint-2000").mkdir(parents=True)
    exec(compile(first, "docs/track.md", "exec"), {})
    written = read(tmp_path / "out" / "checkpoint-2000" / "tutela.record.json")
    shown = json.loads(PAGE.split("```json\n")[1].split("```")[0])
    read_record(json.dumps(shown).encode())
    assert list(shown) == list(written)
    assert [list(shown[key]) for key in ("run", "code")] == [
        list(written[key]) for key in ("run", "code")
    ]
    assert (shown["base"], shown["step"]) == (written["base"], written["step"])
