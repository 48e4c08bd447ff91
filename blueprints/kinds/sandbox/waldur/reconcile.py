"""`tutela blueprint reconcile`: a repository follows its portal, for somebody to review."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.display import count, table, visible
from blueprints.engine import render, spec
from blueprints.engine.blueprint import Asked
from blueprints.errors import ExpectedError
from blueprints.kinds.sandbox.waldur import api, edit, export
from blueprints.kinds.sandbox.waldur.follow import Change, Following, Problem, follow
from blueprints.kinds.sandbox.waldur.portal import Portal, PortalError
from blueprints.update.result import Updated
from blueprints.update.update import Options, update

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Specification, Waldur

SCHEMA = "tutela/blueprint-reconcile/v1"
_PARTLY = 4
_MAX_TOKEN = 4096
_LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Reconciled:
    """What changed, or would, and what to look at."""

    folder: Path
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    updated: Updated | None
    """What became of the repository; None where nothing had to change."""
    dry_run: bool

    @property
    def exit_code(self) -> int:
        """3 with conflicts in the repository, 4 with something that could not be followed."""
        if self.updated is not None and self.updated.exit_code:
            return self.updated.exit_code
        return _PARTLY if self.problems else 0

    def __str__(self) -> str:
        lines = [self._headline()]
        if self.changes:
            rows = [(visible(one.project), str(one)) for one in self.changes]
            lines += ["", table(("project", "change"), rows)]
        if self.problems:
            rows = [(visible(one.project), visible(one.why)) for one in self.problems]
            lines += ["", table(("project", "not followed"), rows)]
        if any(one.kind == "removal proposed" for one in self.changes):
            lines += [
                "",
                "A project whose removal is proposed stays. To remove one, read the plan of",
                "`tofu/reconcile.sh remove PROJECT`, approve it, then take the project out of",
                "spec.yaml. Its namespace and data stay until somebody deletes them by hand.",
            ]
        if self.updated is not None:
            lines += ["", str(self.updated)]
        return "\n".join(lines)

    def _headline(self) -> str:
        where = visible(str(self.folder))
        if not self.changes:
            return f"{where} says what the portal says"
        verb = "would have" if self.dry_run else "has"
        return f"{where} {verb} {count(len(self.changes))} changes from the portal"

    def as_json(self) -> dict[str, object]:
        """Schema ``tutela/blueprint-reconcile/v1``."""
        return {
            "schema": SCHEMA,
            "folder": str(self.folder),
            "dry_run": self.dry_run,
            "changes": [
                {
                    "project": one.project,
                    "kind": one.kind,
                    "what": one.what,
                    "old": one.old,
                    "new": one.new,
                }
                for one in self.changes
            ],
            "problems": [{"project": one.project, "why": one.why} for one in self.problems],
            "update": self.updated.as_json() if self.updated is not None else None,
        }


def reconcile(asked: Asked) -> Reconciled:
    """Read the portal, write what follows into the specification, and update the repository.

    Raises ExpectedError where the repository, the portal or the token is not usable; then nothing
    was changed.
    """
    file = asked.folder / render.SPEC
    loaded = spec.load(file)
    specification: Specification = loaded.model  # type: ignore[assignment] # by the caller
    rules = _rules(specification, asked)
    following = follow(specification, rules, _portal(asked, specification, rules), asked.now)
    text = loaded.text.decode("utf-8-sig")
    changed = edit.edited(text, following.changes, rules) if following.changes else text
    if changed == text:
        return _result(asked, following, None)
    spec.parse(changed.encode(), str(file))
    with tempfile.TemporaryDirectory(prefix="tutela-") as folder:
        to = Path(folder) / render.SPEC
        to.write_text(changed, encoding="utf-8", newline="")
        done = update(asked.folder, Options(to=to, dry_run=asked.dry_run, git=asked.git))
    return _result(asked, following, done)


def begin(example: str, source: Path, now: datetime) -> str:
    """The example's site with the projects of an export; raises as :func:`reconcile`."""
    shown: Specification = spec.parse(example.encode(), "example").model  # type: ignore[assignment]
    specification = shown.model_copy(update={"projects": []})
    rules = specification.site.waldur
    if rules is None:
        raise ExpectedError("the example says nothing about a portal")
    following = follow(specification, rules, export.read(source), now)
    if following.problems:
        first = following.problems[0]
        raise PortalError(
            f"{source}: project {visible(first.project)}: {visible(first.why)}",
            *(f"{visible(one.project)}: {visible(one.why)}" for one in following.problems[1:10]),
        )
    if not following.changes:
        raise PortalError(f"{source} has no project that is not over")
    text = edit.edited(edit.without_projects(example), following.changes, rules)
    spec.parse(text.encode(), str(source))
    return text


def _result(asked: Asked, following: Following, done: Updated | None) -> Reconciled:
    return Reconciled(asked.folder, following.changes, following.problems, done, asked.dry_run)


def _rules(specification: "Specification", asked: Asked) -> "Waldur":
    rules = specification.site.waldur
    if rules is None:
        raise ExpectedError(
            f"{asked.folder / render.SPEC} names no portal", "give it site.waldur.url"
        )
    return rules


def _portal(asked: Asked, specification: "Specification", rules: "Waldur") -> Portal:
    if asked.export is not None:
        return export.read(asked.export)
    url = asked.url or rules.url
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        raise PortalError(f"{visible(url)} is not https; a token would be read on its way")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise PortalError("the portal's address may not hold a user, a query or a fragment")
    known = {(one.waldur or "").replace("-", "") for one in specification.projects}
    return api.read(url, _token(asked), rules.offering, known)


def _token(asked: Asked) -> str:
    if asked.token_file is None:
        if not asked.token:
            raise PortalError(
                "there is no token for the portal",
                "--token-file FILE",
                "export WALDUR_TOKEN=..",
            )
        return asked.token
    try:
        with asked.token_file.open("rb") as stream:
            raw = stream.read(_MAX_TOKEN + 1)
        return raw.decode("ascii").strip()
    except OSError as error:
        raise PortalError(f"cannot read {asked.token_file}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise PortalError(f"{asked.token_file} holds no token") from None
