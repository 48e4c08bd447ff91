"""Where things lie: MLflow's many ways to say it, as nodes.

A place is only ever said where it is certain. What lies behind a tracking server
(`mlflow-artifacts:`), at a relative path, or at another host's path cannot be known here.
"""

import re
from dataclasses import dataclass, field

from governance.evidence.claim import place
from governance.evidence.mlflow.entities import Version

ELSEWHERE = frozenset(
    ("abfs", "abfss", "adl", "b2", "dbfs", "gs", "hdfs", "r2", "uc", "viewfs", "wasb", "wasbs")
)
"""Schemes of stores that are never scanned: what lies there is outside, and nothing is lost."""
STAGES = ("Production", "Staging")
"""Stages that programs name as they name aliases: `models:/NAME/Production`."""
_HOPS = 8
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True, slots=True)
class Found:
    """A node, or why there is none."""

    node: str | None
    why: str = ""


@dataclass
class Places:
    """What is known of runs, logged models and versions, to follow what points at them."""

    runs: dict[str, str | None] = field(default_factory=dict)
    """Run -> where its artifacts lie, as MLflow says it."""
    models: dict[str, str | None] = field(default_factory=dict)
    versions: dict[tuple[str, str, str], Version] = field(default_factory=dict)
    names: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """Workspace, model and alias -> number of the version."""
    served: str | None = None
    """Where the server puts what it hands out itself (`mlflow-artifacts:`), ending with `/`."""

    def find(self, uri: str | None, workspace: str, hops: int = _HOPS) -> Found:
        """Return the place that `uri` means; `workspace` is the one where it is said."""
        if not uri:
            return Found(None, "at no place")
        if node := place(uri):
            return Found(node)
        if hops == 0:
            return Found(None, "behind names that lead in a circle")
        scheme = match[1].lower() if (match := _SCHEME.match(uri)) else ""
        if scheme == "runs":
            run, _, path = uri.partition(":")[2].lstrip("/").partition("/")
            if run not in self.runs:
                return Found(None, "in a run that is not there")
            return self._under(self.runs[run], path, workspace, hops)
        if scheme == "models":
            return self._model(uri.partition(":")[2].lstrip("/"), workspace, hops)
        if scheme in ELSEWHERE:
            return Found(uri)
        if scheme == "mlflow-artifacts" and self.served is not None:
            return self._served(uri, self.served)
        if scheme in ("mlflow-artifacts", "http", "https"):
            return Found(None, "behind the tracking server")
        if scheme in ("s3", "s3a", "s3n", "file"):
            return Found(None, "at an address that cannot be one")
        if scheme:
            return Found(None, "in a store of a kind that is not known")
        return Found(None, "at a relative path")

    def _model(self, path: str, workspace: str, hops: int) -> Found:
        model_id, _, rest = path.partition("/")
        if model_id in self.models:
            return self._under(self.models[model_id], rest, workspace, hops)
        name, _, alias = path.partition("@")
        number: str | None = rest
        if alias or rest in STAGES:
            name, number = (name, alias) if alias else (model_id, rest)
            number = self.names.get((workspace, name, number))
        else:
            name = model_id
        if version := self.versions.get((workspace, name, number or "")):
            return self.find(version.location or version.source, workspace, hops - 1)
        return Found(None, "in a model that is not there")

    @staticmethod
    def _served(uri: str, served: str) -> Found:
        """`mlflow-artifacts:/PATH`, or with a host that is left out (`:///PATH`)."""
        path = uri.partition(":")[2]
        if path.startswith("//") and not path.startswith("///"):
            return Found(None, "behind another tracking server")
        node = place(served + path.strip("/")) if path.strip("/") else None
        return Found(node) if node else Found(None, "at an address that cannot be one")

    def _under(self, base: str | None, path: str, workspace: str, hops: int) -> Found:
        path = path.strip("/")
        whole = f"{base.rstrip('/')}/{path}" if base and path else base
        return self.find(whole, workspace, hops - 1)
