"""Reads a policy file: typed, with the line of everything, mistakes as `file:line: what`."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from blueprints.yamlfile import Document, InvalidFileError, Lines, check, load, read
from governance.policy.model import RESERVED, VERSION, Policy


@dataclass(frozen=True)
class Source:
    """A policy and where each part of it stands."""

    policy: Policy
    name: str
    """The file, as it is called in messages and reports."""
    lines: Lines

    def rule_at(self, index: int) -> str:
        """Return `file:line` of a rule, counted from 0."""
        return self.lines.at("rules", index)


def parse(text: str, name: str) -> Source:
    """Return the policy that a text says; `name` is what its file is called.

    Raises InvalidFileError naming file and line of every mistake that can be seen at once.
    """
    return parse_document(load(text, name))


def parse_file(path: Path, name: str | None = None) -> Source:
    """Read one policy file; raises ExpectedError where it cannot be read, else as `parse`."""
    return parse_document(read(path, name))


def parse_files(paths: Sequence[Path]) -> list[Source]:
    """Read the policies of a workspace, in order; raises as `parse_file`."""
    return [parse_file(path) for path in paths]


def parse_document(document: Document) -> Source:
    """Return the policy of a YAML document that was read; raises as `parse`."""
    _check_version(document)
    policy = check(Policy, document)
    problems = list(_problems(policy, document.lines))
    if problems:
        raise InvalidFileError(*problems)
    return Source(policy, document.name, document.lines)


def _check_version(document: Document) -> None:
    # Before anything else: every other message about a newer language would be misleading.
    version = document.data.get("version")
    where = document.lines.at("version")
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        raise InvalidFileError(
            f"{where}: version {version} is newer than this tutela knows ({VERSION})",
            hints=["pip install --upgrade tutela"],
        )
    if "version" not in document.data:
        raise InvalidFileError(f'{where}: needs the key "version"', hints=[f"version: {VERSION}"])
    if version != VERSION or isinstance(version, bool):
        raise InvalidFileError(f"{where}: version has to be {VERSION}")


def _problems(policy: Policy, lines: Lines) -> Iterator[str]:
    yield from _twice([rule.id for rule in policy.rules], "rules", lines)
    yield from _twice([protect.id for protect in policy.protect], "protect", lines)
    yield from _twice([example.name for example in policy.examples], "examples", lines, "name")
    ids = [rule.id for rule in policy.rules]
    for e, example in enumerate(policy.examples):
        for a, artifact in enumerate(example.artifacts):
            rule = artifact.rule
            if rule is None or rule in ids or ":" in rule or rule in _DECIDED_WITHOUT_RULE:
                continue
            near = difflib.get_close_matches(rule, ids, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            where = lines.at("examples", e, "artifacts", a, "rule")
            yield f"{where}: no rule is called {rule!r}{hint}"


_DECIDED_WITHOUT_RULE = frozenset({*RESERVED, "no policy", "out of scope"})


def _twice(ids: list[str], part: str, lines: Lines, key: str = "id") -> Iterator[str]:
    first: dict[str, int] = {}
    for index, name in enumerate(ids):
        line = lines.of(part, index, key)
        if name in first:
            where = lines.at(part, index, key)
            yield f"{where}: {key} {name!r} stands here again (first on line {first[name]})"
        first.setdefault(name, line)
