"""What a report is about: everything, one project, one bucket or prefix, one run."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass

from blueprints.display import visible
from governance.decide.engine import quote
from governance.errors import GovernanceError

_SCHEMES = ("s3://", "file:///")


class UnknownScopeError(GovernanceError):
    """The scope names nothing that is stored."""

    kind = "unknown scope"


@dataclass(frozen=True)
class Scope:
    """All the conditions that are set; none set is everything."""

    project: str | None = None
    prefix: str | None = None
    """URI of a bucket or prefix; what lies in it starts with it and a `/`."""
    run: str | None = None
    """Root of a series of saves, or the URI of one, with or without a `/` at its end."""

    @property
    def words(self) -> str:
        """The scope for a title; foreign text in it is made visible."""
        said = [
            visible(words)
            for words in (
                f"project {self.project}" if self.project else "",
                self.prefix or "",
                f"run {self.run}" if self.run else "",
            )
            if words
        ]
        return ", ".join(said) or "everything"

    @property
    def condition(self) -> str:
        """The scope as an SQL condition on the columns of `facts`."""
        conditions = []
        if self.project is not None:
            conditions.append(f"project = {quote(self.project)}")
        if self.prefix is not None:
            conditions.append(_within("uri", self.prefix))
        if self.run is not None and self.run.startswith(_SCHEMES):
            conditions.append(_within("uri", self.run))
        elif self.run is not None:
            folder = self.run.rstrip("/")
            conditions.append(f"run IN ({quote(folder)}, {quote(folder + '/')})")
        return " AND ".join(conditions) or "true"

    def as_json(self) -> dict[str, object]:
        """The conditions by name; null where one is not set."""
        return {"project": self.project, "prefix": self.prefix, "run": self.run}


EVERYTHING = Scope()


def parse_scope(
    text: str | None,
    *,
    project: str | None = None,
    run: str | None = None,
    projects: Collection[str],
) -> Scope:
    """The scope of a command line: a project's name, a bucket's or prefix's URI, or nothing.

    `projects` are the names that are known. Raises UnknownScopeError for another name, and where
    two projects are named.
    """
    prefix = None
    if text is not None and text.startswith(_SCHEMES):
        prefix = text
    elif text is not None:
        if project not in (None, text):
            raise UnknownScopeError(f"two projects are named: {text} and {project}")
        project = text
    if project is not None and project not in projects:
        nearest = difflib.get_close_matches(project, list(projects), n=1)
        hints = [f"tutela retention report {nearest[0]}"] if nearest else []
        if text is not None and ("/" in text or ":" in text):
            hints.append("name a bucket or prefix as s3://bucket/prefix or file:///path")
        raise UnknownScopeError(
            f"no project {visible(project)}",
            *(hints or ["name the project in tutela.yaml, or leave it out for everything"]),
        )
    return Scope(project=project, prefix=prefix, run=run)


def _within(column: str, uri: str) -> str:
    """The folder `uri` and what lies in it; `s3://b/run-1` does not take in `s3://b/run-10`."""
    base = uri.rstrip("/")
    return f"({column} = {quote(base)} OR starts_with({column}, {quote(base + '/')}))"
