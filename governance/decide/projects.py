"""Which project an artifact belongs to, as SQL over its URI."""

import re
from collections.abc import Mapping

from governance.decide.engine import quote
from governance.workspace.config import ProjectConfig

UNKNOWN = "unknown"


def project_of(projects: Mapping[str, ProjectConfig], uri: str = "uri") -> str:
    """Return an SQL expression for the project's name.

    The longest prefix wins, whatever its project; then patterns in the order of the
    configuration; what nobody claims is `unknown`. A prefix ends with `/` (config sees to it).
    """
    claims = [(prefix, name) for name, project in projects.items() for prefix in project.prefixes]
    claims.sort(key=lambda claim: (-len(claim[0]), claim))
    cases = [
        f"WHEN starts_with({uri}, {quote(prefix)}) THEN {quote(name)}" for prefix, name in claims
    ]
    cases += [
        f"WHEN {_matches(project.pattern, name, uri)} THEN {quote(name)}"
        for name, project in projects.items()
        if project.pattern is not None
    ]
    return f"CASE {' '.join(cases)} ELSE '{UNKNOWN}' END" if cases else f"'{UNKNOWN}'"


def _matches(pattern: str, name: str, uri: str) -> str:
    group = re.compile(pattern).groupindex.get("project")
    if group is None:
        return f"regexp_matches({uri}, {quote(pattern)})"
    return f"regexp_extract({uri}, {quote(pattern)}, {group}) = {quote(name)}"


def owners_of(projects: Mapping[str, ProjectConfig]) -> list[tuple[str, list[str]]]:
    """Return (project, owners) of every configured project."""
    return [(name, list(project.owners)) for name, project in projects.items()]
