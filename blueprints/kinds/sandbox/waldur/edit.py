"""Changes written into a specification's text; comments and what did not change stay."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from ruamel.yaml.util import load_yaml_guess_indent

from blueprints.kinds.sandbox.waldur.follow import Change
from blueprints.kinds.sandbox.waldur.portal import PortalError

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Waldur

_WHOLE_NUMBERS = ("gpu", "pods", "claims")


def edited(text: str, changes: Iterable[Change], rules: "Waldur") -> str:
    """The text with the changes in it; the caller checks it again before anybody uses it."""
    data, writer = _round_trip(text)
    projects = data["projects"]
    if not isinstance(projects, CommentedSeq) or (not projects and projects.fa.flow_style()):
        projects = data["projects"] = CommentedSeq(projects or ())
    by_name = {str(one["name"]): one for one in projects}
    ordered = sorted(changes, key=lambda one: one.kind != "project added")
    for change in ordered:
        if change.kind == "project added":
            by_name[change.project] = _new(change, rules)
            projects.append(by_name[change.project])
        else:
            _apply(by_name[change.project], change)
    out = io.StringIO()
    writer.dump(data, out)
    return out.getvalue()


def without_projects(text: str) -> str:
    """The same site, no projects."""
    data, writer = _round_trip(text)
    data["projects"] = CommentedSeq()
    out = io.StringIO()
    writer.dump(data, out)
    return out.getvalue()


def _round_trip(text: str) -> tuple[Any, YAML]:
    _, indent, offset = load_yaml_guess_indent(text)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    if offset is None:  # there is no list to learn from
        indent, offset = 4, 2
    yaml.indent(mapping=2, sequence=indent, offset=offset)
    data = yaml.load(text)
    if not isinstance(data, CommentedMap) or "projects" not in data:
        raise PortalError("the specification has no list of projects")
    return data, yaml


def _new(change: Change, rules: "Waldur") -> CommentedMap:
    name = change.project
    groups = _flow({role: f"{name}-{role}" for role in ("admins", "members", "viewers")})
    return CommentedMap(
        {
            "name": _text(name),
            "title": _text(change.new),
            "waldur": _text(change.what),
            "groups": groups,
            "members": CommentedSeq(),
            "quota": _flow(
                {
                    key: value if key in _WHOLE_NUMBERS else _text(value)
                    for key, value in rules.defaults
                }
            ),
        }
    )


def _flow(entries: dict[str, object]) -> CommentedMap:
    made = CommentedMap(entries)
    made.fa.set_flow_style()
    return made


def _text(value: str) -> str:
    """In quotes, so that no reader takes it for anything but text."""
    quoted: str = DoubleQuotedScalarString(value)
    return quoted


def _apply(project: CommentedMap, change: Change) -> None:
    match change.kind:
        case "project ended":
            # Not at the end, where what follows the project would hang on it.
            project.insert(list(project).index("title") + 1, "ended", _text(change.new))
        case "project resumed":
            project.pop("ended", None)
        case "title changed":
            project["title"] = _text(change.new)
        case "quota changed":
            whole = change.what in _WHOLE_NUMBERS
            project["quota"][change.what] = int(change.new) if whole else _text(change.new)
        case "member added":
            _free_the_end(project)
            _members(project).append(_flow({"name": _text(change.what), "role": change.new}))
        case "role changed":
            for one in _members(project):
                if one["name"] == change.what:
                    one["role"] = change.new
        case "member removed":
            _free_the_end(project)
            members = _members(project)
            for index in reversed(range(len(members))):
                if members[index]["name"] == change.what:
                    del members[index]
        case "project added" | "removal proposed":
            pass


def _members(project: CommentedMap) -> CommentedSeq:
    members = project.get("members")
    if not isinstance(members, CommentedSeq) or (not members and members.fa.flow_style()):
        members = project["members"] = CommentedSeq(members or ())
    return members


def _free_the_end(project: CommentedMap) -> None:
    """Comments below the last member belong to the key that follows; ruamel has them with the
    member, where they would go with it, or end up in the middle of the list."""
    members = project.get("members")
    keys = list(project)
    if not isinstance(members, CommentedSeq) or not members or keys[-1] == "members":
        return
    last = members[-1]
    at_item = members.ca.items.get(len(members) - 1) or [None]
    at_key = (last.ca.items.get(list(last)[-1]) if isinstance(last, CommentedMap) else None) or []
    token = at_item[0] or (at_key[2] if len(at_key) > 2 else None)
    if token is None:
        return
    same_line, newline, below = token.value.partition("\n")
    token.value = same_line + newline
    text = "\n".join(line.strip().removeprefix("#").removeprefix(" ") for line in below.split("\n"))
    if text.strip():
        following = keys[keys.index("members") + 1]
        project.yaml_set_comment_before_after_key(
            following, before=text.strip("\n"), indent=project.lc.col
        )
