"""What CI runs on a repository of model services: the check, and whether all runtimes agree."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File
from blueprints.parts import ci

if TYPE_CHECKING:
    from blueprints.kinds.inference.spec import Specification

_COMPARE = "tutela model compare ."


def files(spec: "Specification") -> Iterator[File]:
    """The CI of the site's choice, and a hook for who commits."""
    if spec.ci == "github":
        more = [{"name": "compare", "run": _COMPARE}]
        workflow = ci.check(spec.git.branch, more=more)
        yield ci.shared(".github/workflows/check.yaml", workflow, f"{ci.HEADER}\n{ci.PINS}")
    else:
        jobs = {"check": ci.gitlab_check([{"when": "on_success"}], more=[_COMPARE])}
        yield ci.shared(".gitlab-ci.yml", {"stages": ["check"], **jobs}, ci.HEADER)
    yield ci.shared(".pre-commit-config.yaml", ci.pre_commit(), ci.HEADER)
