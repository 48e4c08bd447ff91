"""A policy of OpenBao that reaches further than its login's task.

Looks at `keys/policies/*.hcl`, with what `keys/custody.yaml` says which engines are this
environment's: a path in no engine of its own, one that covers every key or every engine, `sudo`,
the seal and the policies of OpenBao itself, keys taken out of it, certificates for any name, and
text that is not understood.

What a login may, whoever steals its token may: a policy that is one star too wide gives one
bucket's opener all buckets, and one that may write policies gives itself everything.

Name each path, `<engine>/decrypt/<key>` and not `<engine>/decrypt/*`.
"""

from collections.abc import Iterator

import yaml
from pydantic import ValidationError

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment
from tce.custody.custody import FILE, POLICIES, Custody
from tce.custody.width import judge

ID = "policy-width"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every path of every policy."""
    files = [one for one in repo.under(POLICIES) if one.endswith(".hcl")]
    if environment(repo) is None or not files:
        return
    custody = _custody(repo)
    if custody is None:
        yield NotChecked(ID, f"{FILE} does not say which engines are this environment's", FILE)
        return
    for file in files:
        for one in judge(repo.read(file), custody):
            yield Finding(file, one.line, ID, one.message, LEVEL)


def _custody(repo: Repository) -> Custody | None:
    if not repo.exists(FILE):
        return None
    try:
        return Custody.model_validate(yaml.safe_load(repo.read(FILE)))
    except (yaml.YAMLError, ValidationError, RecursionError):
        return None
