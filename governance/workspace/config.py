"""``tutela.yaml``: stores, projects, evidence sources, policies. It names and holds no secrets."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from blueprints.yamlfile import Document, InvalidFileError, check, read
from governance.errors import GovernanceError
from governance.sizes import parse_size
from governance.workspace.evidence import EvidenceConfig, LocalPath
from governance.workspace.no_secrets import refuse_secrets

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{1,254}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,99}")


def _endpoint(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is not a URL such as https://s3.example.org")
    if parts.username or parts.password:
        raise ValueError("holds credentials; name a profile instead")
    if parts.query or parts.fragment or parts.path not in ("", "/"):
        raise ValueError("has more than scheme, host and port")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("has a port that is not between 1 and 65535")
    return url.rstrip("/")


def _folder_uri(uri: str) -> str:
    """A prefix always ends with "/", so that `team-a` never takes in `team-ab`."""
    if uri.startswith("s3://"):
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if not _BUCKET.fullmatch(bucket):
            raise ValueError("names no bucket; write s3://bucket/prefix/")
        # A key may hold empty parts ("a//b"): only the end is completed.
        return f"s3://{bucket}/{key}{'/' if key and not key.endswith('/') else ''}"
    if uri.startswith("file:///"):
        return uri if uri.endswith("/") else uri + "/"
    raise ValueError("has to start with s3://bucket or file:///path")


def _s3_uri(uri: str) -> str:
    if not uri.startswith("s3://"):
        raise ValueError("has to be s3://bucket/prefix/")
    return _folder_uri(uri)


def _source(text: str) -> str:
    if not text.strip():
        raise ValueError(
            "is empty; write s3://bucket/prefix, file:///path or a listing's file name"
        )
    return text


def _pattern(text: str) -> str:
    try:
        compiled = re.compile(text)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    if compiled.fullmatch(""):
        raise ValueError("matches everything, the empty text too")
    return text


Name = Annotated[str, Field(pattern=_NAME.pattern.join(("^", "$")))]
Bucket = Annotated[str, Field(pattern=_BUCKET.pattern.join(("^", "$")))]
FolderUri = Annotated[str, AfterValidator(_folder_uri)]
Source = Annotated[str, AfterValidator(_source)]
PolicyFile = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreConfig(_Model):
    """One S3-compatible store: where it is and which named credentials it takes."""

    endpoint: Annotated[str, AfterValidator(_endpoint)] | None = None
    """Null: AWS itself, chosen by region."""
    type: Literal["aws", "vast", "ceph", "seaweedfs", "generic"] = "generic"
    profile: str | None = None
    """A profile of the AWS configuration files; null: the standard chain of the environment."""
    region: str | None = None
    path_style: bool = True
    ca_bundle: str | None = None
    checksum: Literal["when_supported", "when_required"] = "when_required"
    buckets: list[Bucket] = []
    """Buckets that are always looked for here; a store without any takes what no other names."""
    governance: Annotated[str, AfterValidator(_s3_uri)] | None = None
    """Where pins lie; null: `s3://<bucket>/.tutela/` of each bucket."""
    identity: str | None = Field(default=None, min_length=1)
    """Name of the store in artifact ids, for a store whose address may change."""

    @property
    def known_as(self) -> str:
        """What goes into artifact ids: identity, else `host:port` in lower case, else "aws"."""
        return self.identity or endpoint_identity(self.endpoint)


def endpoint_identity(endpoint: str | None) -> str:
    """`host:port` of an endpoint in lower case, the scheme's own port filled in; "aws" for none."""
    if endpoint is None:
        return "aws"
    parts = urlsplit(endpoint)
    host = (parts.hostname or "").lower()
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


class OptionError(GovernanceError):
    """An option of the command line says what cannot be."""

    kind = "usage"
    exit_code = 2


def store_given(**options: str | None) -> StoreConfig:
    """What options of a command line (``endpoint``, ``profile``, ``ca_bundle`` ..) say of a store.

    Raises OptionError naming the option.
    """
    said = {name: value for name, value in options.items() if value is not None}
    try:
        return StoreConfig.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        option = "--" + str(first["loc"][0]).replace("_", "-").replace("endpoint", "endpoint-url")
        raise OptionError(f"{option} {first['msg'].removeprefix('Value error, ')}") from None


class ProjectConfig(_Model):
    """Which URIs are a project's and who answers for them. What is not said is unknown."""

    prefixes: list[FolderUri] = []
    pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    """Regular expression on an artifact's URI; a group named `project` has to give this
    project's name."""
    owners: list[str] = []
    quota: Annotated[int, BeforeValidator(parse_size)] | None = None  # bytes
    contact: str | None = None

    @model_validator(mode="after")
    def _says_where(self) -> "ProjectConfig":
        if not self.prefixes and self.pattern is None:
            raise ValueError("needs prefixes or a pattern: nothing would belong to this project")
        return self


class Config(_Model):
    """The whole of ``tutela.yaml``."""

    stores: dict[Name, StoreConfig] = {}
    sources: list[Source] = []
    projects: dict[Name, ProjectConfig] = {}
    evidence: EvidenceConfig = EvidenceConfig()
    headers: list[LocalPath] = []
    """Folders of header stores (`tutela tce seal --detached`): what is in the bodies of a scanned
    bucket stands there."""
    policy: PolicyFile | list[PolicyFile] | None = None

    @property
    def policies(self) -> list[str]:
        """Policy files as they are written, in order."""
        if self.policy is None:
            return []
        return [self.policy] if isinstance(self.policy, str) else list(self.policy)

    def store_of(self, bucket: str) -> tuple[str, StoreConfig] | None:
        """The store that holds a bucket: the one that names it, else the only one without names.

        None where that does not decide it; the command line then has to say the endpoint.
        """
        for name, store in self.stores.items():
            if bucket in store.buckets:
                return name, store
        open_to_all = [(name, store) for name, store in self.stores.items() if not store.buckets]
        return open_to_all[0] if len(open_to_all) == 1 else None


def read_config(file: Path, shown: str | None = None) -> Config:
    """Read ``tutela.yaml``; raises InvalidFileError with ``file:line`` for each mistake."""
    return config_of(read(file, shown, empty=True))


def config_of(document: Document) -> Config:
    """The typed configuration of a document; secrets are refused before anything else."""
    refuse_secrets(document)
    config = check(Config, document)
    problems = list(_claimed_twice(config, document))
    if problems:
        raise InvalidFileError(*problems)
    return config


def _claimed_twice(config: Config, document: Document) -> Iterator[str]:
    """A bucket of two stores and a prefix of two projects: whose it is would be a guess."""
    owners: dict[str, str] = {}
    for name, store in config.stores.items():
        for index, bucket in enumerate(store.buckets):
            first = owners.setdefault(bucket, name)
            if first != name:
                where = document.lines.at("stores", name, "buckets", index)
                yield f"{where}: bucket {bucket} is named by two stores: {first} and {name}"
    owners = {}
    for name, project in config.projects.items():
        for index, prefix in enumerate(project.prefixes):
            first = owners.setdefault(prefix, name)
            if first != name:
                where = document.lines.at("projects", name, "prefixes", index)
                yield f"{where}: {prefix} belongs to two projects: {first} and {name}"
