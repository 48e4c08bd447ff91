"""A source that Argo CD deploys without having checked who signed it.

Looks at AppProjects and Applications: `signatureKeys` beside `sourceIntegrity` (the older one is
then not read), a policy of integrity that is not `strict`, a project whose name is a template, and
sources that are charts of a registry (Helm or OCI) in a project that claims signed sources.

Signatures are checked of Git commits only. A chart that comes from a registry is deployed as it is,
and a project that a generator fills in can be one without keys.

Keep charts in signed Git, name the project, and use one of the two fields.
"""

from collections.abc import Iterator

from blueprints.check.cluster.project import sources
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import at, mapping, text
from blueprints.check.documents import walk
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment

ID = "signed-sources"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every project, and every source of one that has keys."""
    if environment(repo) is None:
        return
    signed = set()
    for item in repo.of_kind("AppProject"):
        integrity = mapping(item.data, "spec", "sourceIntegrity")
        keys = at(item.data, "spec", "signatureKeys")
        if integrity or keys:
            signed.add(item.name)
        if integrity and keys:
            message = f"{item}: signatureKeys are not read beside sourceIntegrity"
            yield found(ID, LEVEL, item, ("spec", "signatureKeys"), message)
        for path, value in walk(integrity):
            if path[-1:] == ("mode",) and value != "strict":
                where = ("spec", "sourceIntegrity", *path)
                message = f"{item}: the mode {value} lets unsigned commits through"
                yield found(ID, LEVEL, item, where, message, "write strict")
    for item in repo.of_kind("Application", "ApplicationSet"):
        if item.group != "argoproj.io":
            continue
        place = ("spec",) if item.kind == "Application" else ("spec", "template", "spec")
        project = text(item.data, *place, "project")
        if "{{" in project:
            message = f"{item}: which project it is in is a template's"
            yield found(ID, LEVEL, item, (*place, "project"), message)
        for path, source in sources(item.data):
            url = text(source, "repoURL")
            if project in signed and ("chart" in source or url.startswith("oci://")):
                message = f"{item}: signatures of charts from {url} are not checked"
                yield found(ID, LEVEL, item, (*path, "repoURL"), message, "put it into signed Git")
