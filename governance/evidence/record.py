"""What `tutela.track` writes, schema `tutela/record/v1`: read, and turned into claims.

A record may lie in a bucket, so it is hostile: capped, checked, and good for claims only where
each of its names can be understood. Who reads it decides whether it is trusted.
"""

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)

from governance.evidence.claim import MAX_TEXT, Key, Relation, digest, hub, place
from governance.evidence.errors import EvidenceError
from governance.evidence.gather import Gather

RECORD_SCHEMA = "tutela/record/v1"
IN_FOLDER = "tutela.record.json"
"""Name of the record of the folder that it lies in."""
BESIDE_FILE = ".tutela.json"
"""What is appended to the name of a single file."""
MAX_RECORD = 64 * 1024
"""Bytes."""
MAX_INPUTS = 1_000
_SHOWN = 200
"""Characters of a name within words for people."""

_HUB_URI = re.compile(
    r"(?:hf://|https?://(?:www\.)?huggingface\.co/)(?:datasets/|models/)?([^/\s@?#]+/[^/\s@?#]+)"
    r"(?:[@/?#].*)?"
)
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]{1,31}:\S[^\x00-\x1f\x7f]*")
_USERINFO = re.compile(r"(?<=://)[^/?#]*@")


class BadRecordError(EvidenceError):
    """A record that cannot be understood; the message repeats nothing of it."""

    kind = "bad record"


def _hex(sizes: tuple[int, ...], prefix: str = "") -> BeforeValidator:
    """Digests that are none are passed over; the rest of their record counts."""

    def check(value: object) -> object:
        if not isinstance(value, str):
            return value
        bare = value.lower().removeprefix(prefix)
        right = len(bare) in sizes and re.fullmatch(r"[0-9a-f]+", bare)
        return prefix + bare if right else None

    return BeforeValidator(check)


def _sane(moment: datetime) -> datetime:
    if not 1990 <= moment.year < 9999:
        raise ValueError("is a time that no clock can have meant")
    return moment.astimezone(UTC)


class _Part(BaseModel):
    # What a newer tutela adds is passed over.
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True, strict=True)


Text = Annotated[str, Field(max_length=MAX_TEXT)]
Step = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class Run(_Part):
    """Which run saved it."""

    name: Text | None = None
    id: Text | None = None
    mlflow_run_id: Text | None = None
    mlflow_tracking_uri: Text | None = None


class Code(_Part):
    """Which code ran."""

    remote: Text | None = None
    commit: Annotated[str | None, _hex((40, 64))] = None
    dirty: bool | None = None


class Job(_Part):
    """Which job of a batch system ran it."""

    id: Text
    cluster: Text | None = None


class Input(_Part):
    """A dataset that was read."""

    uri: Text
    digest: Text | None = None
    name: Text | None = None


class Record(_Part):
    """One record as it was read; its texts are foreign and raw."""

    schema_: Literal["tutela/record/v1"] = Field(alias="schema")
    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    at: Annotated[AwareDatetime, Field(strict=False), AfterValidator(_sane)]
    artifact: Text | None = None
    """None: where the record lies."""
    kind: Text | None = None
    step: Step | None = None
    run: Run = Run()
    code: Code = Code()
    image: Annotated[str | None, _hex((64,), "sha256:")] = None
    job: Job | None = None
    inputs: Annotated[tuple[Input, ...], Field(max_length=MAX_INPUTS, strict=False)] = ()
    parent: Text | None = None
    base: Text | None = None
    licence: Text | None = None
    tool: Text = ""

    @property
    def label(self) -> str:
        """How people call the run, short."""
        said = self.run.name or self.run.id or self.run.mlflow_run_id
        if said is None and self.job is not None:
            said = f"of job {self.job.id}"
        return (said or "without a name")[:_SHOWN]


def read_record(text: bytes) -> Record:
    """Return a record from its JSON; raises BadRecordError."""
    if len(text) > MAX_RECORD:
        raise BadRecordError(f"a record of more than {MAX_RECORD} bytes")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRecordError("a record that is not JSON") from error
    if not isinstance(value, dict):
        raise BadRecordError("a record that is no JSON object")
    if value.get("schema") != RECORD_SCHEMA:
        raise BadRecordError(f"a record of another schema than {RECORD_SCHEMA}")
    try:
        return Record.model_validate(value)
    except ValidationError as error:
        # The names are the model's own; what was found there is foreign.
        first = error.errors(include_input=False, include_url=False)[0]["loc"]
        where = ".".join(str(part) for part in first)
        raise BadRecordError(f"a record whose {where} is not as it has to be") from None


def subject(path: str) -> str | None:
    """Return what a record with this key, path or URI is about; None where it is no record's.

    `run/checkpoint-1/tutela.record.json` is about `run/checkpoint-1/`, `x.ckpt.tutela.json`
    about `x.ckpt`.
    """
    head, _, name = path.rpartition("/")
    if name == IN_FOLDER:
        return head + "/" if head else None
    if name.endswith(BESIDE_FILE) and name != BESIDE_FILE:
        return path.removesuffix(BESIDE_FILE)
    return None


def node_of(text: str, *, bare_hub: bool = False) -> str | None:
    """Return the node that a text stands for, or None where nobody can say.

    Understood are places (`claim.place`), `hub:ORG/NAME` and Hugging Face URIs, DOIs, digests,
    and `kind:name` of anything outside of the stores (`commit:HEX`, `mlflow:..`); with `bare_hub`
    also `ORG/NAME`. User information and queries of web addresses are left out.
    """
    found = place(text)
    if found is not None:
        return found
    text = _USERINFO.sub("", text.strip())
    if text.startswith(("http://", "https://")):
        text = re.split(r"[?#]", text, maxsplit=1)[0]
    if len(text) > MAX_TEXT or text.startswith(("s3://", "s3a://", "s3n://", "file:")):
        return None
    if (name := _HUB_URI.fullmatch(text)) is not None:
        return hub(name[1])
    if text.startswith("hub:"):
        return hub(text.removeprefix("hub:"))
    if (said := _DOI.fullmatch(text)) is not None:
        return f"doi:{said[1].lower()}"
    algorithm, _, value = text.partition(":")
    if algorithm in ("md5", "sha256"):
        return digest(algorithm, value)
    if bare_hub and "/" in text and (found := hub(text)) is not None:
        return found
    return text if _OUTSIDE.fullmatch(text) else None


def run_node(record: Record, at: str) -> str | None:
    """Return the node of a record's run; `at` is the place that it saved.

    A run that has only a name is told from others of that name by the folder it saves into.
    None where the record says nothing of a run.
    """
    run, job = record.run, record.job
    if run.mlflow_run_id:
        return f"mlflow-run:{run.mlflow_run_id}"  # of whichever server is read
    if run.id:
        return f"run:{run.id}"
    if run.name:
        return f"run:{run.name}@{at.rstrip('/').rpartition('/')[0]}/"
    return job_node(job) if job else None


def job_node(job: Job) -> str:
    """Return the node of a job: `job:cluster/42`."""
    return f"job:{job.cluster or ''}/{job.id}"


def claims_of(record: Record, lies: str | None, into: Gather, *, at: str | None = None) -> None:
    """Say what a record says.

    `lies` is the place (node) that the record is about by where it lies (`subject`); None for
    one in a workspace, which has to name its artifact itself. `at` is where the record was read.
    Where a record lies beside one artifact and names another, it speaks for both.
    """
    named = place(record.artifact) if record.artifact is not None else None
    if record.artifact is not None and named is None:
        into.remark(f"record {record.id} names an artifact that is no place in a store")
    places = list(dict.fromkeys(one for one in (lies, named) if one is not None))
    if not places and record.artifact is None:
        into.remark(f"record {record.id} does not say what it is about")
    for one in places:
        _Says(record, one, into, at).all()


class _Says:
    """The claims and notes of one record about one place."""

    def __init__(self, record: Record, saved: str, into: Gather, at: str | None) -> None:
        self.record, self.saved, self.into, self.at = record, saved, into, at
        self.run = run_node(record, saved)
        self.words = f"run {record.label}"
        step = "" if record.step is None else f" at step {record.step}"
        self.save = f"{self.words}{step}"

    def all(self) -> None:
        record = self.record
        self._claim(
            Relation.NAMES,
            f"record:{record.id}",
            self.saved,
            f"track record of {self.save}",
            root="track.record",
            root_name=record.label,
        )
        holder = self.saved
        if self.run is not None:
            self._claim(Relation.MADE, self.run, self.saved, self.words)
            holder = self.run
            self._of_the_run(self.run)
        for one in record.inputs:
            self._input(holder, one)
        self._of_the_save()

    def _of_the_run(self, run: str) -> None:
        record, into = self.record, self.into
        into.note(run, Key.TYPE, text="run", at=self.at)
        into.note(run, Key.LABEL, text=record.label, at=self.at)
        if record.job is not None and (job := job_node(record.job)) != run:
            # A job that still runs needs what its run needs.
            self._claim(Relation.NAMES, job, run, f"job {record.job.id[:_SHOWN]}")
        if record.code.commit is not None:
            into.note(run, Key.COMMIT, text=record.code.commit, at=self.at)
            self._claim(Relation.NEEDS, run, f"commit:{record.code.commit}", f"{self.words}, code")
        if record.image is not None:
            into.note(run, Key.IMAGE, text=record.image, at=self.at)
            self._claim(Relation.NEEDS, run, f"image:{record.image}", f"{self.words}, container")

    def _of_the_save(self) -> None:
        record = self.record
        if record.kind is not None:
            kind = "model" if record.kind == "adapter" else record.kind
            if kind in ("checkpoint", "dataset", "model"):
                self.into.note(self.saved, Key.TYPE, text=kind, at=self.at)
        if record.licence is not None:
            self.into.note(self.saved, Key.LICENCE, text=record.licence, at=self.at)
        for said, words, bare_hub in (
            (record.parent, "parent checkpoint", False),
            (record.base, "base model", True),
        ):
            if said is None:
                continue
            target = node_of(said, bare_hub=bare_hub)
            if target is None:
                self.into.remark(f"record {record.id} names a {words} that nobody can find")
            elif target != self.saved:
                # An adapter does not work without its base, whoever else keeps the adapter.
                root = "base.model" if bare_hub and record.kind == "adapter" else None
                said_of = f"{words} of what {self.save} saved"
                self._claim(
                    Relation.NEEDS, self.saved, target, said_of, root=root, root_name=root and said
                )

    def _input(self, holder: str, one: Input) -> None:
        algorithm, _, value = (one.digest or "").partition(":")
        content = digest(algorithm, value)
        where = node_of(one.uri, bare_hub=False)
        words = f"{self.words}, input {(one.name or one.uri)[:_SHOWN]}"
        if where is None and content is None:
            self.into.remark(f"record {self.record.id} names an input that nobody can find")
        for target in (where, content):
            if target is not None and target != self.saved:
                self._claim(Relation.NEEDS, holder, target, words)

    def _claim(
        self,
        relation: Relation,
        holder: str,
        target: str,
        words: str,
        *,
        root: str | None = None,
        root_name: str | None = None,
    ) -> None:
        self.into.claim(
            relation,
            holder,
            target,
            words,
            root=root,
            root_name=root_name,
            since=self.record.at,
            at=self.at,
        )
