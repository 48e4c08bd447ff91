"""A configuration file holds something that its program does not understand.

Looks at workflows of GitHub, pipelines of GitLab, `Chart.yaml` of Helm, configurations of LiteLLM,
Continue, pre-commit, yamllint and tutela, and at `oidc.config` of ArgoCD, in files of their own and
in ConfigMaps; the models are in `policies/checks/files`. Unknown keys, missing ones, values of
another type or that are not allowed; actions that are not pinned to a commit.

Most of these programs ignore what they do not know, so that a slip of the pen turns a setting off.

Write the key as the message says.
"""

from collections.abc import Iterator
from typing import Any

from blueprints.check import events
from blueprints.check.documents import Yaml, mapping
from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "file-schema"
LEVEL = Level.ERROR

_HOLDERS = (("ConfigMap", ("data",)), ("Secret", ("stringData",)))


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """What does not fit, file by file."""
    lacking = missing(ID, "jsonschema_rs")
    yield from lacking
    if lacking:
        return
    for path in repo.yaml_files:
        for document in repo.yaml(path):
            yield from _judged(document, path, document.data, ())
    for path in repo.files:
        if path.endswith(".yamllint"):
            for problem in repo.problems(path):
                yield Finding(path, problem.line, ID, visible(problem.message), LEVEL)
            for document in repo.yaml(path):
                yield from _judged(document, path, document.data, ())
    for kind, place in _HOLDERS:
        for item in repo.of_kind(kind):
            for key, text in mapping(item.data, *place).items():
                if isinstance(text, str) and "\n" in text:
                    for inner in events.read(text)[0]:
                        yield from _judged(item, "", inner.data, (*place, key))


def _judged(
    document: Yaml, path: str, data: Any, place: tuple[str | int, ...]
) -> Iterator[Finding]:
    from blueprints.check.schemas.files import file_models
    from blueprints.check.schemas.words import said

    for model in file_models():
        if not (path and model.means(path)) and not model.fits(data):
            continue
        if not model.validator.is_valid(data):
            for one in said(model.validator, data, model.document):
                line = document.line_of(*place, *(() if place else one.path))
                message = f"{model.title}: {visible(one.message)}"
                yield Finding(document.file, line, ID, message, LEVEL, one.hint)
        return
