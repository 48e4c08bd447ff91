"""An option or annotation of ArgoCD is misspelt, and ArgoCD ignores it without a word.

Looks at `syncOptions`, at the annotations `argocd.argoproj.io/*` of every document, at their
values (sync options, compare options, hooks and their delete policies) and at finalizers.

Options are compared letter by letter: `serverSideApply=true` or `Prune = false` do nothing.

Write the option as the message says.
"""

import difflib
from collections.abc import Iterator

from blueprints.check.cluster import cluster
from blueprints.check.cluster.project import target
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, mapping, sequence
from blueprints.check.documents import Object
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "argocd-option-spelling"
LEVEL = Level.ERROR

_BOOL = ("true", "false")
# https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/ (3.x)
APPLICATION_OPTIONS = {
    "Validate": _BOOL,
    "ApplyOutOfSyncOnly": _BOOL,
    "CreateNamespace": _BOOL,
    "PrunePropagationPolicy": ("foreground", "background", "orphan"),
    "PruneLast": _BOOL,
    "Replace": _BOOL,
    "Force": _BOOL,
    "ServerSideApply": _BOOL,
    "FailOnSharedResource": _BOOL,
    "RespectIgnoreDifferences": _BOOL,
    "SkipDryRunOnMissingResource": _BOOL,
    "ClientSideApplyMigration": _BOOL,
}
OBJECT_OPTIONS = {
    "Prune": ("true", "false", "confirm"),
    "Delete": ("true", "false", "confirm"),
    "Validate": _BOOL,
    "SkipDryRunOnMissingResource": _BOOL,
    "Replace": _BOOL,
    "Force": _BOOL,
    "ServerSideApply": _BOOL,
    "PruneLast": _BOOL,
    "ClientSideApplyMigration": _BOOL,
}
_PREFIX = "argocd.argoproj.io"
_ALIKE = 0.85
_HOOKS = ("PreSync", "Sync", "PostSync", "SyncFail", "PostDelete", "PreDelete", "Skip")
_HOOK_DELETES = ("HookSucceeded", "HookFailed", "BeforeHookCreation")
ANNOTATIONS = (
    "sync-options",
    "sync-wave",
    "compare-options",
    "hook",
    "hook-delete-policy",
    "refresh",
    "hydrate",
    "managed-by",
    "managed-by-url",
    "manifest-generate-paths",
    "tracking-id",
    "installation-id",
    "ignore-healthcheck",
    "ignore-resource-updates",
    "skip-reconcile",
    "ignore-default-links",
    "application-set-refresh",
    "webhook-secret",
)
_COMPARE = {
    "IgnoreExtraneous": ("",),
    "IgnoreResourceStatusField": ("",),
    "ServerSideDiff": _BOOL,
    "IncludeMutationWebhook": _BOOL,
}
FINALIZERS = (
    "resources-finalizer.argocd.argoproj.io",
    "resources-finalizer.argocd.argoproj.io/background",
    "resources-finalizer.argocd.argoproj.io/foreground",
    "post-delete-finalizer.argocd.argoproj.io",
    "post-delete-finalizer.argocd.argoproj.io/cleanup",
    "pre-delete-finalizer.argocd.argoproj.io",
    "pre-delete-finalizer.argocd.argoproj.io/cleanup",
)


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every spelling that ArgoCD does not know."""
    known = cluster.of(repo, settings)
    for item in (*known.applications, *known.application_sets):
        place = (*target(item.data), "syncPolicy", "syncOptions")
        options = sequence(item.data, *place)
        for index, option in enumerate(options):
            yield from _option(item, (*place, index), option, APPLICATION_OPTIONS)
        names = [str(option).partition("=")[0] for option in options]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield found(ID, LEVEL, item, place, f"{item} has the sync option {name} more than once")
        yield from _finalizers(item)
    for item in repo.objects:
        if any("argocd" in key.lower() for key in item.annotations):
            yield from _annotations(item)


def _finalizers(item: Object) -> Iterator[Finding]:
    for index, name in enumerate(sequence(item.data, "metadata", "finalizers")):
        if "argocd" in str(name).lower().replace("-", "") and name not in FINALIZERS:
            message = (
                f"{item} has the finalizer {name!r}, which ArgoCD does "
                f"not know{_near(str(name), FINALIZERS)}"
            )
            yield found(ID, LEVEL, item, ("metadata", "finalizers", index), message)


def _annotations(item: Object) -> Iterator[Finding]:
    for key, value in mapping(item.data, "metadata", "annotations").items():
        if "argocd" not in key.lower():
            continue
        where: Path = ("metadata", "annotations", key)
        prefix, _, name = key.partition("/")
        known = prefix == _PREFIX
        meant = known or difflib.SequenceMatcher(None, prefix, _PREFIX).ratio() > _ALIKE
        if known and name in ANNOTATIONS:
            if isinstance(value, str):
                yield from _value(item, where, name, value)
        elif meant:
            near = _near(name, ANNOTATIONS)
            message = f"annotation {key!r} of {item} is not one of ArgoCD's{near}"
            yield found(ID, LEVEL, item, where, message)


def _value(item: Object, where: Path, name: str, value: str) -> Iterator[Finding]:
    parts = [part.strip() for part in value.split(",")]
    if name == "sync-options":
        for part in parts:
            yield from _option(item, where, part, OBJECT_OPTIONS)
    elif name == "compare-options":
        for part in parts:
            yield from _option(item, where, part, _COMPARE)
    elif name in ("hook", "hook-delete-policy"):
        allowed = _HOOKS if name == "hook" else _HOOK_DELETES
        for part in parts:
            if part not in allowed:
                message = f"{name} {part!r} of {item} is not one of ArgoCD's{_near(part, allowed)}"
                yield found(ID, LEVEL, item, where, message)


def _option(
    item: Object, where: Path, option: object, known: dict[str, tuple[str, ...]]
) -> Iterator[Finding]:
    if not isinstance(option, str):
        return
    name, _, value = option.partition("=")
    if name not in known:
        message = f"option {option!r} of {item} is not one of ArgoCD's{_near(name, known)}"
        yield found(ID, LEVEL, item, where, message)
    elif value not in known[name]:
        choice = " or ".join(f"{name}={word}" if word else name for word in known[name])
        yield found(ID, LEVEL, item, where, f"option {option!r} of {item} should be {choice}")


def _near(word: str, known: object) -> str:
    names = {name.lower(): name for name in known}  # type: ignore[attr-defined]
    close = difflib.get_close_matches(word.lower(), names, 1, 0.6)
    return f"; did you mean {names[close[0]]}?" if close else ""
