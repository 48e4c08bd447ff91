"""`tutela doctor`: does everything that is configured answer, and may it do what a scan does."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from blueprints.display import size, table, visible
from governance.errors import GovernanceError
from governance.evidence.probe import probe
from governance.snapshot.reader import latest
from governance.store.client import Store, location_of
from governance.store.errors import StoreError, TlsError
from governance.store.probe import Answer, ask_bucket, ask_store
from governance.store.profiles import profile_of
from governance.workspace.config import StoreConfig
from governance.workspace.workspace import WORKSPACE_SCHEMA, Workspace

LEAST_FREE = 1_000_000_000
"""Bytes that a snapshot of ten million objects may take while it is written."""
MOST_SKEW = timedelta(minutes=5)
"""Stores refuse a signature whose time is 15 minutes off; a third of that leaves room."""

_LESS = {
    "s3:ListBucketVersions": "old versions are not seen, so sizes are lower bounds",
    "s3:ListBucketMultipartUploads": "unfinished uploads are not seen, so sizes are lower bounds",
    "s3:ListMultipartUploadParts": "the size of unfinished uploads is not known",
    "s3:GetObject": "completeness of many artifacts cannot be known",
    "s3:GetBucketVersioning": "whether deleting frees space at once is not known",
    "s3:GetBucketObjectLockConfiguration": "whether objects are locked is not known",
}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    where: str
    what: str
    state: Literal["ok", "missing", "failed", "unknown", "note"]
    detail: str = ""
    hints: tuple[str, ...] = ()

    @property
    def bad(self) -> bool:
        """Something has to be done about it."""
        return self.state in ("missing", "failed")


@dataclass(frozen=True)
class Diagnosis:
    """What `tutela doctor` found."""

    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """3 where something is missing."""
        return 3 if any(check.bad for check in self.checks) else 0

    def __str__(self) -> str:
        shown = ""
        rows = []
        for check in self.checks:
            where = "" if check.where == shown else check.where
            rows.append((where, check.what, check.state, check.detail))
            shown = check.where
        lines = [table(("where", "check", "state", ""), rows, whole={1, 2})]
        hints = dict.fromkeys(hint for check in self.checks for hint in check.hints if check.bad)
        lines += ["", *(f"to do: {visible(hint)}" for hint in hints)] if hints else []
        bad = sum(check.bad for check in self.checks)
        lines += ["", "everything that was asked for works" if not bad else f"{bad} to mend"]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/doctor/v1``."""
        return {
            "schema": "tutela/doctor/v1",
            "ok": self.exit_code == 0,
            "checks": [
                {
                    "where": check.where,
                    "check": check.what,
                    "state": check.state,
                    "detail": check.detail,
                    "hints": list(check.hints),
                }
                for check in self.checks
            ],
        }


@dataclass(frozen=True)
class _Target:
    """A store to ask, and the buckets that are wanted of it."""

    name: str
    store: Store
    buckets: tuple[str, ...]


def diagnose(
    workspace: Workspace | None, sources: Sequence[str], given: StoreConfig, now: datetime
) -> Diagnosis:
    """Ask all stores and sources of evidence that are known, or only the stores of ``sources``.

    ``given`` is what the command line says of the store of ``sources`` (endpoint, profile ..);
    without an endpoint there, the configuration is asked whose each bucket is. ``now`` is held
    against the stores' clocks. Nothing is written anywhere.
    """
    started = time.monotonic()
    checks = list(_of_workspace(workspace)) if workspace is not None else []
    targets = _asked(workspace, sources, given) if sources else _all(workspace, given)
    if workspace is not None and not sources:
        checks += _of_evidence(workspace)
    for target in targets:
        # A store that does not answer takes its time, and the clock goes on meanwhile.
        checks += _of_store(target, lambda: now + timedelta(seconds=time.monotonic() - started))
    if not targets:
        checks.append(
            Check(
                "stores",
                "configured",
                "note",
                "none, and nothing was scanned yet",
                ("tutela doctor s3://BUCKET --endpoint-url URL",),
            )
        )
    return Diagnosis(tuple(checks))


def _of_workspace(workspace: Workspace) -> Iterator[Check]:
    where = "workspace"
    yield Check(where, "version", "ok", WORKSPACE_SCHEMA)
    if os.access(workspace.folder, os.W_OK):
        yield Check(where, "writable", "ok", str(workspace.folder))
    else:
        hint = f"chmod u+w {workspace.folder}"
        yield Check(where, "writable", "failed", f"{workspace.folder} may not be written", (hint,))
    free = shutil.disk_usage(workspace.folder).free
    if free >= LEAST_FREE:
        yield Check(where, "disk", "ok", f"{size(free)} free")
    else:
        detail = f"{size(free)} free; a large snapshot needs {size(LEAST_FREE)}"
        yield Check(where, "disk", "failed", detail, (f"df -h {workspace.folder}",))
    for source in workspace.config.sources:
        if source.startswith("file://"):
            tree = Path(source.removeprefix("file://"))
            if os.access(tree, os.R_OK | os.X_OK):
                yield Check(where, "source", "ok", source)
            else:
                yield Check(
                    where, "source", "failed", f"{tree} cannot be read", (f"ls -ld {tree}",)
                )
    for path in workspace.policy_paths():
        if not path.is_file():
            hint = f"tutela policy lint {path}"
            yield Check(where, "policy", "failed", f"no such file: {path}", (hint,))


def _of_evidence(workspace: Workspace) -> Iterator[Check]:
    for kind, entry in workspace.config.evidence.entries:
        found = probe(entry, workspace.folder)
        state: Literal["ok", "failed"] = "ok" if found.answers else "failed"
        yield Check(f"{kind} {entry.known_as}", "evidence", state, found.detail, found.hints)


def _all(workspace: Workspace | None, given: StoreConfig) -> list[_Target]:
    """Configured stores with their buckets, and what was scanned without being configured."""
    if workspace is None:
        return [_Target("command line", Store(given), ())] if given.endpoint else []
    wanted: dict[str, dict[str, None]] = {
        name: dict.fromkeys(store.buckets) for name, store in workspace.config.stores.items()
    }
    configs = dict(workspace.config.stores)
    known = {store.known_as: name for name, store in configs.items()}
    for source in workspace.config.sources:
        found = _bucket_of(source)
        owner = workspace.config.store_of(found) if found else None
        if found and owner:
            wanted[owner[0]].setdefault(found)
    for snapshot in latest(workspace):
        record = snapshot.manifest.store
        if not snapshot.manifest.source.startswith("s3://"):
            continue
        name = known.get(record.identity)
        if name is None:
            name = known[record.identity] = record.identity
            configs[name] = StoreConfig.model_validate(
                {**record.model_dump(exclude={"identity"}), "identity": record.identity}
            )
            wanted[name] = {}
        if not snapshot.manifest.listing:
            wanted[name].setdefault(snapshot.manifest.bucket)
    return [_Target(name, Store(configs[name]), tuple(wanted[name])) for name in configs]


def _asked(
    workspace: Workspace | None, sources: Sequence[str], given: StoreConfig
) -> list[_Target]:
    targets: dict[str, _Target] = {}
    for source in sources:
        bucket = location_of(source).bucket
        found = workspace.config.store_of(bucket) if workspace and not given.endpoint else None
        name, config = found or ("command line", given)
        if found and given != StoreConfig():
            said = given.model_dump(exclude_unset=True, exclude_none=True)
            config = config.model_copy(update=said)
        old = targets.get(name) or _Target(name, Store(config), ())
        targets[name] = replace(old, buckets=tuple(dict.fromkeys((*old.buckets, bucket))))
    return list(targets.values())


def _bucket_of(source: str) -> str | None:
    return location_of(source).bucket if source.startswith("s3://") else None


def _of_store(target: _Target, clock: Callable[[], datetime]) -> Iterator[Check]:
    config = target.store.config
    where = f"{target.name} ({config.endpoint or 'AWS'})"
    try:
        answer = ask_store(target.store, None)
    except StoreError as error:
        yield Check(where, "settings", "failed", str(error), _hints(error))
        return
    if answer.credentials is None:
        hint = "export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=..."
        if config.profile:
            hint = f"aws configure --profile {config.profile}"
        yield Check(where, "credentials", "failed", "none found, or incomplete", (hint,))
        return
    yield Check(where, "credentials", "ok", answer.credentials)
    yield from _of_answer(where, config, answer, clock())
    if answer.error is not None and answer.server_time is None:
        return
    for note in profile_of(config.type).notes:
        yield Check(where, "known", "note", note)
    if not target.buckets:
        hint = "tutela doctor s3://BUCKET"
        yield Check(where, "rights", "note", f"no bucket is named; ask with {hint}")
    for bucket in target.buckets:
        for right in ask_bucket(target.store, bucket):
            detail = right.detail
            if right.state == "missing":
                detail = _LESS.get(right.name, "the bucket cannot be scanned")
            yield Check(f"s3://{bucket}", right.name, right.state, detail, right.hints)


def _of_answer(where: str, config: StoreConfig, answer: Answer, now: datetime) -> Iterator[Check]:
    error = answer.error
    if isinstance(error, TlsError):
        yield Check(where, "tls", "failed", str(error), _hints(error))
        return
    if error is not None and answer.server_time is None:
        yield Check(where, "reachable", "failed", str(error), _hints(error))
        return
    yield Check(where, "reachable", "ok", f"answered in {answer.seconds * 1000:.0f} ms")
    if (config.endpoint or "https:").startswith("https:"):
        trusted = config.ca_bundle or "this machine's authorities"
        yield Check(where, "tls", "ok", f"certificate accepted by {trusted}")
    else:
        yield Check(where, "tls", "note", "the connection is not encrypted")
    yield _of_clock(where, answer, now)
    if error is not None:
        yield Check(where, "login", "failed", str(error), _hints(error))
    else:
        yield Check(where, "login", "ok", "the credentials are accepted")


def _of_clock(where: str, answer: Answer, now: datetime) -> Check:
    if answer.server_time is None:
        return Check(where, "clock", "unknown", "the store does not say its time")
    skew = answer.server_time - now
    seconds = round(abs(skew.total_seconds()))
    if abs(skew) <= MOST_SKEW:
        return Check(where, "clock", "ok", f"{seconds} s apart")
    side = "behind" if skew > timedelta() else "ahead of"
    detail = f"this machine is {seconds} s {side} the store: signatures will be refused"
    return Check(where, "clock", "failed", detail, ("timedatectl timesync-status",))


def _hints(error: GovernanceError) -> tuple[str, ...]:
    return tuple(getattr(error, "__notes__", ()))
