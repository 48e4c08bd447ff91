"""A kustomization speaks of something that is not there, or forgets something that is.

Looks at every `kustomization.yaml`: files and folders that it names exist and lie in the
repository, patches have a target among its objects, `images` and `replicas` name something that an
object has, and every manifest in its folder is listed; the file says that it is one. Resources
that would be fetched from elsewhere are listed under `not_checked`.

`kubectl kustomize` stops at what is missing; a patch that meets nothing may be dropped, and a
manifest that is not listed is never applied, without a word. Correct the name, or list the file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from blueprints.check import images, kustomize
from blueprints.check.documents import Object, Path, items, mapping, text
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.workloads import containers, pods
from blueprints.display import visible

ID = "kustomization"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what does not fit, folder by folder."""
    folders = kustomize.read(repo)
    named = {path for folder in folders.values() for path in folder.named}
    for path in sorted(folders):
        folder = folders[path]
        for where, entry in folder.missing:
            yield _finding(folder, where, f"there is no {entry} here")
        for _, entry in folder.remote:
            reason = f"{entry} lies elsewhere and is not fetched"
            yield NotChecked(ID, visible(reason), folder.document.file)
        taken = kustomize.objects(repo, folders, folder)
        if taken is not None:
            yield from _patches(repo, folder, taken)
            yield from _changes(folder, taken)
    yield from _forgotten(repo, folders, named)
    yield from _other_kinds(repo, folders)


def _finding(folder: kustomize.Folder, where: Path, message: str, hint: str = "") -> Finding:
    document = folder.document
    return Finding(
        document.file, document.line_of(*where), ID, visible(message), LEVEL, visible(hint)
    )


def _patches(
    repo: Repository, folder: kustomize.Folder, taken: Sequence[Object]
) -> Iterator[Finding]:
    for number, entry in enumerate(items(folder.document.data, "patches")):
        where: Path = ("patches", number)
        target = mapping(entry, "target")
        if target:
            if not any(_meets(target, obj) for obj in taken):
                shown = " ".join(str(value) for value in target.values())
                yield _finding(folder, (*where, "target"), f"no object is meant by {shown}")
            continue
        path = kustomize_path(folder, text(entry, "path"))
        for patch in repo.yaml(path) if path in repo.files else ():
            yield from _merge(folder, where, patch.data, taken)


def kustomize_path(folder: kustomize.Folder, entry: str) -> str:
    """The patch file of a folder that ``entry`` names; "" where it is none."""
    return next((path for path in folder.patches if path.endswith(entry.lstrip("./"))), "")


def _merge(
    folder: kustomize.Folder, where: Path, patch: Any, taken: Sequence[Object]
) -> Iterator[Finding]:
    kind, name = text(patch, "kind"), text(patch, "metadata", "name")
    if kind and not any(obj.kind == kind and obj.name == name for obj in taken):
        yield _finding(folder, where, f"the patch is for {kind} {name}, which is not here")


def _meets(target: Mapping[str, Any], obj: Object) -> bool:
    """Fields of a target are regular expressions on the whole value; selectors are let through."""
    values = {
        "group": obj.group,
        "version": obj.version,
        "kind": obj.kind,
        "name": obj.name,
        "namespace": obj.namespace,
    }
    for key, value in values.items():
        pattern = text(target, key)
        if key == "namespace" and not value:
            continue
        if pattern and not _fits(pattern, value):
            return False
    return True


def _fits(pattern: str, value: str) -> bool:
    """Whether a regular expression means a value; one that could take long to tell is let through.

    Python's expressions go back and forth where RE2's do not, and the pattern is not ours.
    """
    if len(pattern) > 200 or "(" in pattern or len(re.findall(r"[*+{?]", pattern)) > 2:
        return True
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return False


def _changes(folder: kustomize.Folder, taken: Sequence[Object]) -> Iterator[Finding]:
    data = folder.document.data
    found = set()
    for obj in taken:
        for _, _, spec in pods(obj):
            for _, container in containers(spec):
                image = text(container, "image")
                reference = images.read(image)
                found |= {reference.name, image.partition("@")[0].partition(":")[0]}
                found.add(re.split(r"[:@]", image)[0] if "/" not in image else image)
                found.add(re.sub(r"(:[^/:@]+)?(@.*)?$", "", image))
    for number, entry in enumerate(items(data, "images")):
        name = text(entry, "name")
        if name and name not in found:
            yield _finding(folder, ("images", number), f"no object has the image {name}")
    names = {obj.name for obj in taken}
    for number, entry in enumerate(items(data, "replicas")):
        name = text(entry, "name")
        if name and name not in names:
            yield _finding(folder, ("replicas", number), f"no object is called {name}")


def _other_kinds(repo: Repository, folders: Mapping[str, kustomize.Folder]) -> Iterator[Finding]:
    """Files that Kustomize would read and that do not say so."""
    for path in repo.yaml_files:
        folder, _, name = path.rpartition("/")
        if name in kustomize.NAMES and folder not in folders and not repo.problems(path):
            hint = "write apiVersion: kustomize.config.k8s.io/v1beta1 and kind: Kustomization"
            yield Finding(path, 1, ID, "is no Kustomization by its kind", LEVEL, hint)


def _forgotten(
    repo: Repository, folders: Mapping[str, kustomize.Folder], named: set[str]
) -> Iterator[Finding]:
    """Manifests beside a kustomization, or below it, that no kustomization names."""
    told = set()
    for obj in repo.objects:
        path = obj.file
        if obj.rendered_from or path in named or path in told:
            continue
        holder, name = path.rpartition("/")[0], path.rpartition("/")[2]
        if name in kustomize.NAMES:
            continue
        while holder not in folders and holder:
            holder = holder.rpartition("/")[0]
        if holder in folders and (holder or "/" not in path):
            told.add(path)
            yield Finding(
                path,
                obj.line,
                ID,
                visible(f"{obj} is not applied: {folders[holder].document.file} does not list it"),
                LEVEL,
                visible(f"add {path.removeprefix(holder).lstrip('/')} to resources"),
            )
