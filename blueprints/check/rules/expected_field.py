"""A field is missing that nothing asks for and that every object of its kind should have.

Looks at the kinds in `policies/checks/kinds` (fields marked `+`) and at Kubernetes' own kinds
(`$expected` in `policies/checks/core.yaml`): the revision of a source, the sync policy of an
Application, the defaults of an ExternalSecret (which ArgoCD otherwise shows as a difference for
ever), the storage class of a claim, and others.

What happens without the field depends on the cluster or on the version of an operator. Write it.
"""

from collections.abc import Iterator

from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "expected-field"
LEVEL = Level.WARNING


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield the missing fields of objects that are right otherwise."""
    lacking = missing(ID, "jsonschema_rs", "kubernetes_validate")
    yield from lacking
    if lacking:
        return
    from blueprints.check.schemas import core
    from blueprints.check.schemas.models import Models, models_with
    from blueprints.check.schemas.values import as_served
    from blueprints.check.schemas.versions import installed
    from blueprints.check.schemas.words import said

    chosen, _ = installed(settings.kubernetes)
    version = chosen[-1] if chosen else core.versions()[-1]
    strict, plain = core.load(version, practice=True), core.load(version)
    models, plain_models = models_with(version, practice=True), models_with(version)
    for obj in repo.objects:
        kind = (obj.group, obj.version, obj.kind)
        value = as_served(obj)
        judges: tuple[tuple[core.Core, core.Core] | tuple[Models, Models], ...]
        judges = ((strict, plain), (models, plain_models))
        for judge, usual_judge in judges:
            validator, usual = judge.validator(kind), usual_judge.validator(kind)
            if validator is None or usual is None or validator.is_valid(value):
                continue
            if not usual.is_valid(value):
                continue  # told by another rule; what is missing may follow from it
            documents = [strict.document]
            if isinstance(judge, Models):
                documents.append(models.document(obj.group))
            for one in said(validator, value, *documents):
                line = obj.line_of(*one.path)
                message = visible(f"{obj}: {one.message}")
                yield Finding(obj.file, line, ID, message, LEVEL, one.hint)
