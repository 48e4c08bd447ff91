"""What CI runs on each push: the check and the proof, with no right but to read; who reviews."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import File, Owner
from blueprints.parts import ci

if TYPE_CHECKING:
    from tce.intent.spec import Specification

PROVE = "tutela tce prove ."
_SOLVER = ci.tool("prove")


def files(spec: "Specification") -> Iterator[File]:
    """The CI that the specification names, a hook for who commits, who is asked to review."""
    if spec.git.ci == "github":
        workflow = ci.check(spec.git.branch, [_SOLVER], more=[{"name": "prove", "run": PROVE}])
        yield ci.shared(".github/workflows/check.yaml", workflow, f"{ci.HEADER}\n{ci.PINS}")
    else:
        yield ci.shared(".gitlab-ci.yml", _gitlab(), ci.HEADER)
    yield ci.shared(".pre-commit-config.yaml", ci.pre_commit(), ci.HEADER)
    text = (
        "# Who is asked to review: a flow is a hole that somebody answers for.\n"
        "# Yours to add to: `tutela blueprint update` merges.\n"
        f"* @{spec.identity.administrators}\n"
    )
    yield File("CODEOWNERS", text.encode(), Owner.SHARED)


def _gitlab() -> ci.Object:
    job = ci.gitlab_check([{"when": "on_success"}], [_SOLVER], more=[PROVE])
    return {"stages": ["check"], "check": job}
