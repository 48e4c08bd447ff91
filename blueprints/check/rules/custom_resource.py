"""A custom resource does not fit the model of its kind.

Looks at the kinds that blueprints write (ArgoCD, External Secrets, cert-manager, Cilium, Gateway
API, KubeRay, Kueue, Prometheus Operator, Kustomize and others in `policies/checks/kinds`), against
strict models of our own: unknown fields, missing ones, values that the operator would refuse or
ignore (a sync option in the wrong case), API versions that are served no more, and API groups that
are one slip away from a known one. A kind without a model is listed under `not_checked`, unless
`--crds DIR` has its definition or `external.kinds` of the settings names it.

An operator often ignores what it does not understand, and nobody is told. Write the field as the
message says.
"""

from collections.abc import Iterator

from blueprints.check.documents import Object
from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "custom-resource"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what does not fit, and the kinds that nothing here knows."""
    lacking = missing(ID, "jsonschema_rs", "kubernetes_validate")
    yield from lacking
    if lacking:
        return
    from blueprints.check.schemas import core, crds
    from blueprints.check.schemas.models import groups, models, models_with
    from blueprints.check.schemas.values import as_served
    from blueprints.check.schemas.versions import installed, is_core
    from blueprints.check.schemas.words import said

    chosen, _ = installed(settings.kubernetes)
    known = models_with(chosen[-1] if chosen else core.versions()[-1])
    given = crds.definitions(settings.crds, repo)
    unknown: dict[str, Object] = {}
    for obj in repo.objects:
        kind = (obj.group, obj.version, obj.kind)
        validator = known.validator(kind)
        if validator is not None:
            value = as_served(obj)
            if not validator.is_valid(value):
                documents = (known.document(obj.group), known.core.document)
                for one in said(validator, value, *documents):
                    yield _finding(obj, obj.line_of(*one.path), one.message, one.hint)
        elif obj.group in groups():
            model = models().get((obj.group, obj.kind))
            if model is not None and obj.version not in model.versions:
                if kind not in given and obj.version not in model.told:
                    yield _other_version(obj, model.versions, model.gone)
            elif kind not in given:
                yield from _unknown_kind(obj, settings, unknown)
        elif not is_core(obj.group) and kind not in given:
            yield from _unknown_kind(obj, settings, unknown)
    for name, obj in unknown.items():
        yield NotChecked(
            ID, f"{visible(name)} is not known: give its definition with --crds DIR", obj.file
        )


def _finding(obj: Object, line: int, message: str, hint: str) -> Finding:
    return Finding(obj.file, line, ID, f"{visible(str(obj))}: {message}", LEVEL, hint)


def _other_version(obj: Object, versions: tuple[str, ...], gone: dict[str, str]) -> Finding:
    now = " or ".join(f"{obj.group}/{version}" for version in versions)
    what = "is served no more" if obj.version in gone else "is not a version that is known"
    return _finding(
        obj, obj.line_of("apiVersion"), f"{visible(obj.api_version)} {what}", f"write {now}"
    )


def _unknown_kind(obj: Object, settings: Settings, unknown: dict[str, Object]) -> Iterator[Finding]:
    from blueprints.check.schemas.models import groups, models, nearest_group

    name = f"{obj.group}/{obj.kind}"
    if settings.is_external("kinds", name):
        return
    group = nearest_group(obj.group)
    if obj.group in groups():
        import difflib

        there = [kind for of, kind in models() if of == obj.group]
        near = difflib.get_close_matches(obj.kind, there, n=1, cutoff=0.7)
        if near:
            yield _finding(
                obj,
                obj.line_of("kind"),
                f"{obj.group} has no kind {visible(obj.kind)} that is known",
                f"did you mean {near[0]}?",
            )
            return
    elif group:
        yield _finding(
            obj,
            obj.line_of("apiVersion"),
            f"no API group {visible(obj.group)} is known",
            f"did you mean {group}?",
        )
        return
    unknown.setdefault(f"{obj.api_version} {obj.kind}", obj)
