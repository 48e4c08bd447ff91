"""An object does not fit the schema of its kind in Kubernetes.

Looks at every object of Kubernetes' own API groups, for each version in `kubernetes` of the
settings, with the schemas of the package `kubernetes-validate`, made strict: unknown fields are
refused (the API server drops them without a word where validation is off), and so are values that
the API server would refuse later (ports, quantities, names, enumerations, exclusive fields).
Documents that have only one of `apiVersion` and `kind` are found too.

An object that does not fit is refused by the cluster when it is too late, or loses a field. Write
the field as the message says, or remove it.
"""

from collections.abc import Iterator

from blueprints.check.documents import text
from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "kubernetes-schema"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what does not fit, once for each place even where several versions say it."""
    yield from _half_objects(repo)
    lacking = missing(ID, "jsonschema_rs", "kubernetes_validate")
    yield from lacking
    if lacking:
        return
    from blueprints.check.schemas import core
    from blueprints.check.schemas.values import as_served
    from blueprints.check.schemas.versions import installed
    from blueprints.check.schemas.words import said

    chosen, without = installed(settings.kubernetes)
    for version in without:
        known = f"{core.versions()[0]} to {core.versions()[-1]}"
        yield NotChecked(ID, f"there are no schemas for Kubernetes {version} (there are {known})")
    schemas = [core.load(version) for version in reversed(chosen)]
    for obj in repo.objects:
        kind = (obj.group, obj.version, obj.kind)
        value = as_served(obj)
        told: set[tuple[str | int, ...]] = set()
        for schema in schemas:
            validator = schema.validator(kind)
            if validator is None or validator.is_valid(value):
                continue
            for one in said(validator, value, schema.document):
                if one.path not in told:
                    told.add(one.path)
                    yield Finding(
                        obj.file,
                        obj.line_of(*one.path),
                        ID,
                        f"{visible(str(obj))}: {one.message} (Kubernetes {schema.version})",
                        LEVEL,
                        one.hint,
                    )


def _half_objects(repo: Repository) -> Iterator[Finding]:
    """Documents that look like objects and that nothing would take for one."""
    for path in repo.yaml_files:
        for document in repo.yaml(path):
            data = document.data
            if not isinstance(data, dict) or not isinstance(data.get("metadata"), dict):
                continue
            has = [key for key in ("apiVersion", "kind") if text(data, key)]
            if len(has) == 2 or (not has and "spec" not in data):
                continue
            missing = [key for key in ("apiVersion", "kind") if key not in has]
            name = text(data, "metadata", "name") or text(data, "kind") or "a document"
            yield Finding(
                path,
                document.line_of("metadata"),
                ID,
                f"{visible(name)}: {' and '.join(missing)} missing, so it is no Kubernetes object",
                LEVEL,
                f"add {missing[0]}: to the top",
            )
