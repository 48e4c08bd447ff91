"""``evidence:`` of ``tutela.yaml``: which sources are asked who needs what. It holds no secrets."""

import re
from abc import abstractmethod
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from governance.evidence.schema import default_name


def _tracking_uri(uri: str) -> str:
    parts = urlsplit(uri)
    if parts.password or (parts.username and parts.scheme in ("http", "https")):
        raise ValueError("holds credentials; MLflow takes them from MLFLOW_TRACKING_USERNAME ..")
    if parts.scheme in ("http", "https") and parts.hostname:
        return uri.rstrip("/")
    if re.fullmatch(r"(sqlite|postgresql|mysql|mssql)(\+[a-z0-9]+)?", parts.scheme):
        return uri
    raise ValueError("is neither a server (https://..) nor a database (sqlite:////path/mlflow.db)")


def _path(text: str) -> str:
    if "://" in text:
        raise ValueError("has to be a path on this machine: clone it first (git clone --mirror)")
    if any(ord(char) < 32 for char in text):
        raise ValueError("holds a control character")
    return text


def _reach(uri: str) -> str:
    if not uri.startswith(("s3://", "file:///")) or not uri.partition("://")[2].strip("/"):
        raise ValueError("has to be s3://bucket/prefix/ or file:///path/")
    return uri if uri.endswith("/") else uri + "/"


TrackingUri = Annotated[str, AfterValidator(_tracking_uri)]
LocalPath = Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_path)]
"""A path; where it is relative, it lies beside ``tutela.yaml``."""
ReachUri = Annotated[str, AfterValidator(_reach)]
SourceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: SourceName | None = None
    reach: tuple[ReachUri, ...] = ()
    """All that this source can be about; where it fails, only that is kept for its sake.
    Empty: everything."""

    @property
    @abstractmethod
    def asked(self) -> str:
        """What names the source where nobody did."""

    @property
    def known_as(self) -> str:
        """Its name, given or made from what is asked."""
        return self.name or default_name(self.asked)


class MlflowEntry(_Entry):
    """An MLflow tracking server, or its SQL database, which is only read."""

    uri: TrackingUri
    ca_bundle: LocalPath | None = None
    location_params: tuple[str, ...] = ("output_dir", "default_root_dir", "checkpoint_dir")
    """Parameters and tags of a run whose values are where it saves."""
    artifacts: ReachUri | None = None
    """Where the server puts what it hands out itself (its `--artifacts-destination`). Without it
    nobody can say where `mlflow-artifacts:` lies, and everything is kept for its sake."""

    @property
    def asked(self) -> str:
        """The tracking URI."""
        return self.uri


class RepositoryEntry(_Entry):
    """A Git repository on this machine: a clone or a bare one."""

    repo: LocalPath
    refs: tuple[str, ...] = ("*",)
    """Globs on whole ref names (`refs/heads/main`); more refs only ever keep more."""

    @property
    def asked(self) -> str:
        """The path of the repository."""
        return str(PurePosixPath(self.repo))


class DvcEntry(RepositoryEntry):
    """A Git repository whose DVC pointers need data. Always read with all of its refs."""

    refs: tuple[Literal["*"], ...] = ("*",)
    owns: tuple[ReachUri, ...] = ()
    """DVC remotes and caches all of whose users are registered here. Only in these may data go
    that no pointer names."""
    lost: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{32}(\.dir)?$")], ...] = ()
    """Lists of folders (`<md5>.dir`) that somebody looked for and nobody has any more. Without a
    word on it, what such a list named is not known, and all that its remotes hold is kept."""


class ServingEntry(RepositoryEntry):
    """A GitOps repository that deploys models."""

    paths: tuple[str, ...] = ("*",)
    """Globs on the files that are read, from the repository's top."""


class CodeEntry(RepositoryEntry):
    """A Git repository of training code: which commits still exist."""


class FileEntry(_Entry):
    """A file that another program writes."""

    file: LocalPath

    @property
    def asked(self) -> str:
        """The path of the file."""
        return self.file


class JobsEntry(FileEntry):
    """Jobs of a cluster: `squeue --json`, `sacct --json`, or FirecREST's list."""


class ImagesEntry(FileEntry):
    """Container images that exist: an OCI layout's `index.json`, or a list of digests."""


class ReadsEntry(FileEntry):
    """Who read what: an export of VAST's audit log, or an S3 access log."""

    format: Literal["vast-audit", "s3-access-log"]


class EvidenceConfig(BaseModel):
    """The registered sources, by kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mlflow: tuple[MlflowEntry, ...] = ()
    dvc: tuple[DvcEntry, ...] = ()
    serving: tuple[ServingEntry, ...] = ()
    jobs: tuple[JobsEntry, ...] = ()
    code: tuple[CodeEntry, ...] = ()
    images: tuple[ImagesEntry, ...] = ()
    reads: tuple[ReadsEntry, ...] = ()

    @property
    def entries(self) -> list[tuple[str, "Entry"]]:
        """Every source with its kind, in order."""
        return [(kind, entry) for kind in KINDS for entry in getattr(self, kind)]

    @model_validator(mode="after")
    def _names_differ(self) -> "EvidenceConfig":
        names = [(kind, entry.known_as) for kind, entry in self.entries]
        for kind, name in names:
            if names.count((kind, name)) > 1:
                raise ValueError(f"has two {kind} sources called {name}: give each a name")
        return self


Entry = MlflowEntry | RepositoryEntry | FileEntry
KINDS = tuple(EvidenceConfig.model_fields)
"""The kinds of sources that can be registered."""
