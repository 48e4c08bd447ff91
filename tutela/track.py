"""`tutela.track`: a few lines in a training script leave one small record beside what was saved.

The record (schema `tutela/record/v1`) says which run, code, container and job saved it, from which
datasets and from which checkpoint. One module of the standard library for Python 3.9 and newer,
which also works where it is copied as a single file and tutela is not installed.

It never raises, never prints, and never holds up training for longer than `timeout` seconds.
Nothing is imported or run for it, except boto3 for an `s3://` artifact. It records no arguments
of the process, and of its environment only what `ENVIRONMENT` names.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import logging
import operator
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote

VERSION = "0.1.0"
RECORD_SCHEMA = "tutela/record/v1"
IN_FOLDER = "tutela.record.json"
BESIDE = ".tutela.json"
"""Appended to the name of a file."""
MAX_RECORD = 64 * 1024
"""Bytes."""
MAX_TIMEOUT = 60.0
"""Seconds."""
KINDS = ("checkpoint", "model", "adapter", "dataset")

_PMI = ("OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK", "MV2_COMM_WORLD_RANK", "PALS_RANKID")
RANKS = ("RANK", *_PMI, "FLUX_TASK_RANK", "SLURM_PROCID")
"""The launcher that is nearest to the process first: torchrun under srun sets both ends."""
IMAGES = ("TUTELA_IMAGE", "CONTAINER_IMAGE_DIGEST", "CONTAINER_IMAGE")
"""Of these only a digest (`sha256:HEX`, also after `name@`) is taken."""
ENVIRONMENT = (*RANKS, *IMAGES, "SLURM_JOB_ID", "SLURM_CLUSTER_NAME")
"""All that is read of the environment. (boto3 reads its own.)"""

_TIMEOUT = 5.0
_MOST_INPUTS = 1_000
_MOST_TEXT = 500
_MOST_URI = 2_000
_TRIES = 20
"""Batches within which a file that Lightning named has to be there."""
_HEX = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DIGEST = re.compile(r"md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_TOKEN = re.compile(
    r"gh[a-z]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|hf_[A-Za-z]{30,}|(AKIA|ASIA)[0-9A-Z]{16}"
)
_told: set[str] = set()
_late: list[threading.Thread] = []
"""Writes that were given up on and still hang."""


def track(
    artifact: Any,
    *,
    kind: str | None = None,
    step: int | None = None,
    run: str | None = None,
    run_id: str | None = None,
    inputs: Iterable[Any] = (),
    parent: Any = None,
    base: Any = None,
    licence: str | None = None,
    image: str | None = None,
    mlflow_run_id: str | None = None,
    workspace: Any = None,
    rank: int | None = None,
    digest_up_to: int = 0,
    s3: Any = None,
    timeout: float = _TIMEOUT,
) -> bool:
    """Record who saved an artifact, and from what; True where the record was written.

    Args:
        artifact: A folder, a file, or an `s3://bucket/key` (a prefix ends with `/`). The record
            is `tutela.record.json` in a folder and `NAME.tutela.json` beside a file.
        kind: checkpoint, model, adapter or dataset.
        step: Of the training.
        run: How people call the run; the same for all of its saves.
        run_id: What tells it from every other run, where there is such a thing.
        inputs: Datasets that were read: paths or URIs, `(uri, digest)`, or mappings with `uri`,
            `digest` (`sha256:HEX` or `md5:HEX`) and `name`.
        parent: The checkpoint that the run was started or resumed from: a path or URI.
        base: The base model: a name on the Hugging Face hub, a path or a URI.
        licence: An SPDX identifier.
        image: Digest of the container image; else `IMAGES` are looked at.
        mlflow_run_id: Else that of the active run, where MLflow is loaded.
        workspace: Folder with a `.tutela` folder: the record is written there instead.
        rank: Else torch.distributed's or what the launcher said (`RANKS`); only 0 writes.
        digest_up_to: Local input files of at most so many bytes are digested (SHA-256).
        s3: A boto3 client to write with; else one is made from the standard settings.
        timeout: Seconds after which it returns whatever the storage does; at most MAX_TIMEOUT.

    An artifact that is tracked again has its record replaced: the last word counts. What is wrong
    is logged, once for each reason, by the logger `tutela`.
    """
    try:
        facts = dict(locals())
        if not _is_first(rank):
            return False
        facts["mlflow"] = _mlflow()
        return _bounded(functools.partial(_write, facts), timeout)
    except Exception as error:  # noqa: BLE001 - training goes on, whatever comes
        return _tell(f"not recorded ({type(error).__name__})")


def hugging_face_callback(**facts: Any) -> Any:
    """Return a callback for `transformers.Trainer` that tracks every checkpoint that it saves.

    `facts` are arguments of `track`. A run that was resumed names the checkpoint as its parent.
    What `trainer.save_model` is called for is not seen: call `track` after it. Raises ImportError
    where transformers is not installed, TypeError for an argument that `track` does not have.
    """
    base = __import__("transformers").TrainerCallback
    resumed: dict[str, str] = {}

    def on_train_begin(_self: Any, args: Any, state: Any, _control: Any, **_more: Any) -> None:
        said = getattr(args, "resume_from_checkpoint", None)
        if state.global_step:
            at = f"{args.output_dir}/checkpoint-{state.global_step}"
            resumed["parent"] = said if isinstance(said, str) else at

    def on_save(_self: Any, args: Any, state: Any, _control: Any, **_more: Any) -> None:
        said = {"kind": "checkpoint", "step": state.global_step, **resumed, **facts}
        said.setdefault("rank", 0 if state.is_world_process_zero else 1)
        track(f"{args.output_dir}/checkpoint-{state.global_step}", **said)

    hooks = {"on_train_begin": on_train_begin, "on_save": on_save}
    return _made(base, hooks, hugging_face_callback, facts)


def lightning_callback(**facts: Any) -> Any:
    """Return a callback for Lightning's Trainer that tracks what its ModelCheckpoints save.

    `facts` are arguments of `track`. Lightning tells callbacks of a save before the file is there,
    so that the record follows with the next batch, or at the end. What `trainer.save_checkpoint`
    is called for by hand is not seen: call `track` after it. Raises ImportError where Lightning
    is not installed, TypeError for an argument that `track` does not have.
    """
    old, new = "pytorch_lightning", "lightning.pytorch"
    name = old if old in sys.modules and new not in sys.modules else new
    try:
        __import__(name)
    except ImportError:
        name = old
        __import__(name)
    saved: dict[str, Any] = {}
    tries: list[int] = []
    seen: dict[str, object] = {}

    def on_save_checkpoint(_self: Any, trainer: Any, *_more: Any) -> None:
        resumed = getattr(trainer, "ckpt_path", None)
        parent = resumed if isinstance(resumed, (str, os.PathLike)) else None
        saved.update(step=trainer.global_step, rank=trainer.global_rank, parent=parent)
        tries[:] = range(_TRIES)

    def follow(_self: Any, trainer: Any, *_more: Any, **_other: Any) -> None:
        if tries:
            tries.pop()
            said = {"kind": "checkpoint", **saved, **facts}
            if not _is_first(said["rank"]) or _follow(trainer.checkpoint_callbacks, seen, said):
                tries.clear()

    after = ("on_train_batch_start", "on_validation_start", "on_train_end", "on_exception")
    hooks = {"on_save_checkpoint": on_save_checkpoint, "teardown": follow}
    hooks.update(dict.fromkeys(after, follow))
    return _made(sys.modules[name].Callback, hooks, lightning_callback, facts)


def _follow(savers: Iterable[Any], seen: dict[str, object], said: Mapping[str, Any]) -> bool:
    """Track what is new among the files that ModelCheckpoints name; False where nothing is."""
    names: list[Any] = []
    for one in savers:
        names += getattr(one, "best_k_models", ())
        names += (getattr(one, "best_model_path", ""), getattr(one, "last_model_path", ""))
    found: list[str] = []

    def look(paths: Iterable[str], new: list[str] | None = None) -> bool:
        for path in paths:
            stamp = _stamp(path)
            if new is None:
                seen[path] = stamp
            elif stamp is not None and stamp != seen.get(path):
                new.append(path)
        return True

    timeout = said.get("timeout")
    _bounded(
        functools.partial(look, dict.fromkeys(str(name) for name in names if name), found), timeout
    )
    for path in found:
        track(path, **said)
    # After the records: one that lies in a folder changes the folder's time.
    return bool(found) and _bounded(functools.partial(look, found), timeout)


def _stamp(path: str) -> object:
    """What tells one save from the next at the same place; None: nothing is there, or a link."""
    if "://" in path:
        return "there"
    if os.path.islink(path) or not os.path.exists(path):
        return None
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size


def _made(base: Any, hooks: Mapping[str, Any], maker: Any, facts: Mapping[str, Any]) -> Any:
    unknown = set(facts) - set(track.__kwdefaults__ or ())
    if unknown:
        raise TypeError(f"track takes no {', '.join(sorted(unknown))}")

    def quiet(hook: Any) -> Any:
        @functools.wraps(hook)
        def call(*words: Any, **more: Any) -> None:
            try:
                hook(*words, **more)
            except Exception as error:  # noqa: BLE001 - training goes on, whatever comes
                _tell(f"not recorded ({type(error).__name__})")

        return call

    # Pickled and copied (spawned processes) by being made anew.
    again = (functools.partial(maker, **facts), ())
    methods = {name: quiet(hook) for name, hook in hooks.items()}
    return type("TutelaCallback", (base,), {**methods, "__reduce__": lambda _self: again})()


def _is_first(rank: Any) -> bool:
    if rank is not None:
        return operator.index(rank) == 0
    distributed = sys.modules.get("torch.distributed")
    with contextlib.suppress(Exception):  # then the launcher is asked
        if distributed is not None and distributed.is_initialized():
            return bool(distributed.get_rank() == 0)
    said = [os.environ[name].strip() for name in RANKS if os.environ.get(name, "").strip()]
    return not said or not said[0].isdigit() or int(said[0]) == 0


def _bounded(function: Callable[[], bool], timeout: Any) -> bool:
    """Do it in a thread that holds up nothing, not even the end of the process."""
    usable = issubclass(type(timeout), (int, float)) and timeout == timeout
    seconds = float(min(max(timeout, 0), MAX_TIMEOUT)) if usable else _TIMEOUT
    _late[:] = [thread for thread in _late if thread.is_alive()]
    if _late:
        return _tell("not recorded: an earlier record still waits for the storage")
    done: list[bool] = []

    def work() -> None:
        try:
            done.append(function())
        except BaseException as error:  # noqa: BLE001 - a thread has nobody to tell
            reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
            done.append(_tell(f"not recorded ({type(error).__name__}{reason})"))

    thread = threading.Thread(target=work, name="tutela-track", daemon=True)
    thread.start()
    thread.join(seconds)
    if not done:
        _late.append(thread)
        return _tell(f"not recorded within {seconds:g} s: the storage does not answer")
    return done[0]


def _tell(words: str) -> bool:
    """Log it once; False, for nothing was written."""
    if words not in _told and len(_told) < 100:
        _told.add(words)
        with contextlib.suppress(Exception):  # somebody else's handler
            logging.getLogger("tutela").warning("tutela.track: %s", words)
    return False


def _write(facts: Mapping[str, Any]) -> bool:
    uri, workspace = _uri(facts["artifact"]), facts["workspace"]
    if uri is None or not uri.startswith(("s3://", "file:///")):
        return _tell("not recorded: the artifact is neither a path nor s3://bucket/key")
    if workspace is not None:
        folder = _path(_uri(workspace))
        folder = folder if os.path.basename(folder) == ".tutela" else f"{folder}/.tutela"
        if not os.path.isdir(folder):
            return _tell("not recorded: there is no workspace (.tutela) where one was named")
        name = _sha256(uri.encode())[:32]
        os.makedirs(f"{folder}/records", exist_ok=True)
        return _replace(f"{folder}/records/{name}.json", _text(uri, name, facts))
    text = _text(None, os.urandom(16).hex(), facts)
    if uri.startswith("s3://"):
        return _put(uri, text, facts["s3"])
    path = _path(uri)
    if os.path.isdir(path):
        return _replace(f"{path}/{IN_FOLDER}", text)
    if not os.path.exists(path):
        return _tell("not recorded: there is nothing where the artifact should be")
    return _replace(path + BESIDE, text)


def _text(uri: str | None, name: str, facts: Mapping[str, Any]) -> bytes:
    run = {"name": _fact("run", _word, facts["run"]), "id": _fact("run_id", _word, facts["run_id"])}
    mlflow = facts["mlflow"]
    if facts["mlflow_run_id"] is not None:
        mlflow = (_fact("mlflow_run_id", _word, facts["mlflow_run_id"]), mlflow[1])
    inputs = _fact("inputs", _inputs, facts["inputs"], facts["digest_up_to"]) or []
    no_code = {"remote": None, "commit": None, "dirty": None}
    record = {
        "schema": RECORD_SCHEMA,
        "id": name,
        "at": time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()),
        "artifact": uri,
        "kind": _fact("kind", _kind, facts["kind"]),
        "step": _fact("step", _step, facts["step"]),
        "run": {**run, "mlflow_run_id": mlflow[0], "mlflow_tracking_uri": mlflow[1]},
        "code": _fact("code", _code, sys.modules.get("__main__")) or no_code,
        "image": _fact("image", _image, (facts["image"],)),
        "job": _fact("job", _job, os.environ.get("SLURM_JOB_ID") or None),
        "inputs": inputs,
        "parent": _fact("parent", _uri, facts["parent"]),
        "base": _fact("base", _base, facts["base"]),
        "licence": _fact("licence", _word, facts["licence"]),
        "tool": f"tutela {VERSION}",
    }
    while True:
        text = json.dumps(record, indent=1).encode()
        if len(text) <= MAX_RECORD:
            return text
        _tell("more inputs than a record holds: the last are left out")
        del inputs[len(inputs) * 9 // 10 :]


def _fact(name: str, function: Callable[..., Any], value: object, *more: object) -> Any:
    """One fact that cannot be had does not cost the others."""
    try:
        return None if value is None else function(value, *more)
    except Exception as error:  # noqa: BLE001 - objects of anybody
        _tell(f"{name} left out ({type(error).__name__})")
        return None


def _word(value: Any) -> str:
    text = value if isinstance(value, str) else str(operator.index(value))
    return _TOKEN.sub("***", text[:_MOST_TEXT])


def _kind(value: Any) -> str:
    return KINDS[KINDS.index(value)]


def _step(value: Any) -> int:
    return int.from_bytes(operator.index(value).to_bytes(8, "big", signed=True), "big", signed=True)


def _base(value: Any) -> str | None:
    on_hub = isinstance(value, str) and not _SCHEME.match(value) and not os.path.exists(value)
    return _word(value) if on_hub else _uri(value)


def _inputs(given: Any, digest_up_to: int) -> list[dict[str, str | None]]:
    one = isinstance(given, (str, bytes, os.PathLike, Mapping))
    read = [
        _fact("an input", _input, value, digest_up_to)
        for value in itertools.islice([given] if one else given, _MOST_INPUTS)
    ]
    return [value for value in read if value is not None]


def _input(value: Any, digest_up_to: int) -> dict[str, str | None]:
    name = None
    if isinstance(value, Mapping):
        value, digest, name = value.get("uri"), value.get("digest"), value.get("name")
    else:
        value, digest = (*value, None)[:2] if isinstance(value, (tuple, list)) else (value, None)
    uri = _uri(value)
    if uri is None:
        raise ValueError("no URI")
    digest = digest.lower() if isinstance(digest, str) else None
    if digest is None and uri.startswith("file:") and os.path.isfile(_path(uri)):
        with open(_path(uri), "rb") as stream:
            if os.fstat(stream.fileno()).st_size <= digest_up_to:
                digest = f"sha256:{_sha256(stream.read())}"
    known = digest if digest and _DIGEST.fullmatch(digest) else None
    return {"uri": uri, "digest": known, "name": _fact("a name", _word, name)}


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _uri(value: Any) -> str | None:
    """Return a URI without credentials; a path becomes absolute. None where it is none."""
    text = re.sub(r"^s3[an]?:/+", "s3://", os.fsdecode(os.fspath(value)))  # pathlib merges slashes
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[1] == "file":
        path = unquote(re.sub(r"^file:(//(localhost)?(?=/))?", "", text)) if scheme else text
        if not path or (scheme and not re.match("/(?!/)", path)):
            return None
        uri = "file://" + quote(os.fsencode(os.path.abspath(path)))
        uri += "/" if text.endswith("/") and not uri.endswith("/") else ""
    elif scheme[1] in ("s3", "gs", "az", "abfs", "abfss"):
        uri = re.sub(r"(?<=://)[^/]*@", "", text)  # keys may hold any character
    else:
        uri = (without_credentials(text) or "") if "://" in text else text
    return uri if uri and len(uri) <= _MOST_URI and not _TOKEN.search(uri) else None


def _path(uri: str | None) -> str:
    path = unquote((uri or "").replace("file://", "", 1), errors="surrogateescape")
    return path.rstrip("/") or "/"


def without_credentials(url: str) -> str | None:
    """Return a remote without user, password, query and fragment; None where that is unsure."""
    scheme, separator, rest = url.strip().rpartition("://")
    before, _, rest = rest.rpartition("@")
    rest = re.split("[?#;]", rest, maxsplit=1)[0]
    shape = r"[^\s:/]+(:\d+)?(/\S*)?|/\S*" if separator else r"[\w.-]+:[^:\s]\S*|/\S*"
    if re.search("[?#;]", before) or _TOKEN.search(rest) or not re.fullmatch(shape, rest):
        return None
    return scheme + separator + rest if re.fullmatch(r"([A-Za-z][\w+.-]*)?", scheme) else None


def _image(given: tuple[Any]) -> str | None:
    texts = [os.environ.get(name, "") for name in IMAGES] if given == (None,) else given
    found = (re.search(r"(?:^|@)(sha256:[0-9a-f]{64})$", text) for text in texts)
    return next((digest[1] for digest in found if digest is not None), None)


def _job(job: str) -> dict[str, str | None]:
    cluster = _fact("cluster", _word, os.environ.get("SLURM_CLUSTER_NAME"))
    return {"id": _word(job), "cluster": cluster}


def _mlflow() -> tuple[str | None, str | None]:
    """Return run and server; the active run belongs to a thread, so the caller's is asked."""
    fluent = sys.modules.get("mlflow.tracking.fluent")
    try:
        if fluent is not None:
            active = fluent.active_run()
            run = None if active is None else _word(active.info.run_id)
            return run, without_credentials(sys.modules["mlflow"].get_tracking_uri())
    except Exception as error:  # noqa: BLE001 - MLflow's
        _tell(f"mlflow left out ({type(error).__name__})")
    return None, None


def _code(main: Any) -> dict[str, Any] | None:
    """Read what Git knows of the running script, else of this folder, without running Git."""
    script = getattr(main, "__file__", None)
    for start in ([os.path.dirname(os.path.abspath(script))] if script else []) + [os.getcwd()]:
        while True:
            git = f"{start}/.git"
            if os.path.isfile(git):  # a worktree or submodule
                git = os.path.join(start, _read(git).partition("gitdir:")[2].strip())
            if os.path.isfile(f"{git}/HEAD"):
                common = os.path.join(git, _read(f"{git}/commondir").strip())
                return {"remote": _remote(common), "commit": _commit(git, common), "dirty": None}
            if start == os.path.dirname(start):
                break
            start = os.path.dirname(start)
    return None


def _commit(git: str, common: str) -> str | None:
    said = _read(f"{git}/HEAD").strip()
    for _ in range(5):
        if _HEX.fullmatch(said):
            return said
        ref = said.partition("ref:")[2].strip()
        if not ref.startswith("refs/") or ".." in ref:
            return None
        said = _read(f"{git}/{ref}").strip() or _read(f"{common}/{ref}").strip()
        if not said:
            lines = _read(f"{common}/packed-refs").splitlines()
            said = next((line.split(" ")[0] for line in lines if line.endswith(f" {ref}")), "")
    return None


def _remote(common: str) -> str | None:
    urls: dict[str, str] = {}
    section = None
    for line in _read(f"{common}/config").splitlines():
        if line.lstrip().startswith("["):
            found = re.match(r'\s*\[remote "(.*)"\]', line)
            section = found[1] if found else None
        elif section is not None and re.match(r"\s*url\s*=", line):
            urls.setdefault(section, line.partition("=")[2].strip().strip('"'))
    said = urls.get("origin") or next(iter(urls.values()), None)
    return without_credentials(said) if said else None


def _read(path: str) -> str:
    if not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as stream:
        return stream.read(16 * 1024 * 1024)


def _replace(path: str, text: bytes) -> bool:
    folder, name = os.path.split(path)
    partial = f"{folder}/.{name[:99]}.{os.urandom(6).hex()}.partial"
    try:
        with open(partial, "xb") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(partial, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)
        raise
    return True


def _put(uri: str, text: bytes, client: Any) -> bool:
    bucket, _, key = uri.replace("s3://", "", 1).partition("/")
    key += IN_FOLDER if not key or key.endswith("/") else BESIDE
    if client is None:
        try:
            __import__("boto3.session")
            __import__("botocore.config")
        except ImportError:
            return _tell("not recorded: s3:// needs boto3; or name a workspace")
        patience = {"connect_timeout": 5, "read_timeout": 10, "retries": {"total_max_attempts": 2}}
        make = sys.modules["botocore.config"].Config
        config = make(**patience, s3={"addressing_style": "path"})
        with contextlib.suppress(TypeError):  # an older one never adds checksums
            config = config.merge(make(request_checksum_calculation="when_required"))
        client = sys.modules["boto3.session"].Session().client("s3", config=config)
    client.put_object(Bucket=bucket, Key=key, Body=text, ContentType="application/json")
    return True
