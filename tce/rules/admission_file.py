"""Pod security that a second file of admission settings takes away.

Looks at RKE2's settings (`rke2/**`): `admission-control-config-file` among the arguments of the API
server beside or instead of `pod-security-admission-config-file`, and a `profile` that is not `cis`.

RKE2 gives the API server one file, and the argument wins: the levels of pod security that the CIS
profile sets are gone, without a word.

Write what both need into the file that `pod-security-admission-config-file` names.
"""

from collections.abc import Iterator

from blueprints.check.cluster.shape import texts
from blueprints.check.documents import Yaml
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "admission-file"
LEVEL = Level.ERROR

_ARGUMENT = "admission-control-config-file"


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every file of settings that holds arguments of the API server."""
    if environment(repo) is None:
        return
    for file in repo.yaml_files:
        if file.startswith("rke2/"):
            for document in repo.yaml(file):
                yield from _judge(file, document)


def _judge(file: str, document: Yaml) -> Iterator[Finding]:
    data = document.data
    if not isinstance(data, dict):
        return
    for n, one in enumerate(texts(data, "kube-apiserver-arg")):
        if one.partition("=")[0] == _ARGUMENT:
            message = f"{_ARGUMENT} takes the place of RKE2's own file: no pod security is left"
            line = document.line_of("kube-apiserver-arg", n)
            yield Finding(file, line, ID, message, LEVEL, "use pod-security-admission-config-file")
    if "profile" in data and data["profile"] != "cis":
        message = f"the profile {data['profile']} sets none of CIS"
        yield Finding(file, document.line_of("profile"), ID, message, LEVEL, "write profile: cis")
