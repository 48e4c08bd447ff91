"""One index over a repository's documents for all rules about meaning, built once."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from blueprints.check.cluster.project import Destinations, repository, sources, target
from blueprints.check.cluster.references import Provided, Reference, of_object, of_pod, provided
from blueprints.check.cluster.shape import at, mapping, mappings, sequence, text, texts
from blueprints.check.cluster.workload import Workload, workloads
from blueprints.check.documents import Object
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

CLUSTER_SCOPED = frozenset(
    [
        "Namespace",
        "Node",
        "PersistentVolume",
        "StorageClass",
        "ClusterRole",
        "ClusterRoleBinding",
        "IngressClass",
        "CustomResourceDefinition",
        "PriorityClass",
        "RuntimeClass",
        "ClusterSecretStore",
        "ClusterExternalSecret",
        "ClusterIssuer",
        "GatewayClass",
        "CiliumClusterwideNetworkPolicy",
        "CiliumL2AnnouncementPolicy",
        "CiliumLoadBalancerIPPool",
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "APIService",
        "CSIDriver",
        "VolumeSnapshotClass",
        "ClusterQueue",
        "ResourceFlavor",
        "IPAddressPoolList",
        "CertificateSigningRequest",
        "FlowSchema",
        "PriorityLevelConfiguration",
        "VolumeAttributesClass",
    ]
)
"""Kinds that belong to no namespace."""

REPOSITORY = "argocd.argoproj.io/secret-type"
"""Label of Secrets that tell ArgoCD about repositories."""
_NOT_DEPLOYED = ("Kustomization", "Component")


class Cluster:
    """What would be in the cluster once everything in a repository is applied."""

    def __init__(self, repo: Repository, settings: Settings) -> None:
        self.repo = repo
        self.settings = settings
        self._destinations: dict[int, Destinations] = {}

    @cached_property
    def _kustomizations(self) -> dict[str, str]:
        """Namespace that a kustomization gives, by its folder."""
        found = {}
        for item in self.repo.of_kind("Kustomization"):
            space = text(item.data, "namespace")
            if space and item.group == "kustomize.config.k8s.io":
                found[posixpath.dirname(item.file)] = space
        return found

    def namespace(self, item: Object) -> str:
        """Where a document ends up; empty for a kind without namespace or where none is said."""
        if item.kind in CLUSTER_SCOPED:
            return ""
        if self._kustomizations:
            folder = posixpath.dirname(item.file)
            while True:
                if folder in self._kustomizations:
                    return self._kustomizations[folder]
                if not folder:
                    break
                folder = posixpath.dirname(folder)
        return item.namespace or ""

    @cached_property
    def objects(self) -> tuple[Object, ...]:
        """Every document that a cluster would get."""
        return tuple(item for item in self.repo.objects if item.kind not in _NOT_DEPLOYED)

    @cached_property
    def by_key(self) -> dict[tuple[str, str, str], Object]:
        """Documents by kind, namespace and name; the first where there are several."""
        found: dict[tuple[str, str, str], Object] = {}
        for item in self.objects:
            found.setdefault((item.kind, self.namespace(item), item.name), item)
        return found

    @cached_property
    def by_namespace(self) -> dict[str, list[Object]]:
        """Documents of each namespace."""
        found: dict[str, list[Object]] = defaultdict(list)
        for item in self.objects:
            found[self.namespace(item)].append(item)
        return found

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """A document by what identifies it."""
        return self.by_key.get((kind, namespace, name))

    def of_kind(self, *kinds: str) -> Iterator[Object]:
        """Documents of some kinds."""
        for kind in kinds:
            yield from self.repo.of_kind(kind)

    def within(self, namespace: str, *kinds: str) -> list[Object]:
        """Documents of some kinds in a namespace."""
        return [item for item in self.by_namespace.get(namespace, ()) if item.kind in kinds]

    @cached_property
    def workloads(self) -> tuple[Workload, ...]:
        """Every pod template."""
        return tuple(found for item in self.objects for found in workloads(item))

    @cached_property
    def workloads_in(self) -> dict[str, list[Workload]]:
        """Pod templates of each namespace."""
        found: dict[str, list[Workload]] = defaultdict(list)
        for workload in self.workloads:
            found[self.namespace(workload.object)].append(workload)
        return found

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Every place where a document names another."""
        found: list[Reference] = []
        for item in self.objects:
            found.extend(of_object(item, self.namespace(item)))
        for workload in self.workloads:
            found.extend(self._by_workload[id(workload)])
        return tuple(found)

    @cached_property
    def _by_workload(self) -> dict[int, list[Reference]]:
        return {
            id(workload): [*of_pod(workload, self.namespace(workload.object))]
            for workload in self.workloads
        }

    def references_of(self, workload: Workload) -> list[Reference]:
        """What a pod names."""
        return self._by_workload[id(workload)]

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """Every namespace that there is, or that something is said to be in."""
        return frozenset([item.name for item in self.of_kind("Namespace")] + [*self.by_namespace])

    @cached_property
    def provided(self) -> dict[tuple[str, str, str], Provided]:
        """Secrets and ConfigMaps that will be there, by kind, namespace and name."""
        found: dict[tuple[str, str, str], Provided] = {}
        for item in self.objects:
            for given in provided(item, self.namespace(item)):
                found.setdefault((given.kind, given.namespace, given.name), given)
        for item in self.repo.of_kind("Kustomization"):
            for given in _generated(item, self._kustomizations):
                found.setdefault((given.kind, given.namespace, given.name), given)
        return found

    @cached_property
    def applications(self) -> tuple[Object, ...]:
        """Every ArgoCD Application."""
        return tuple(
            item for item in self.repo.of_kind("Application") if item.group == "argoproj.io"
        )

    @cached_property
    def application_sets(self) -> tuple[Object, ...]:
        """Every ArgoCD ApplicationSet."""
        return tuple(
            item for item in self.repo.of_kind("ApplicationSet") if item.group == "argoproj.io"
        )

    @cached_property
    def projects(self) -> dict[str, Object]:
        """AppProjects by name; the first where there are several."""
        found: dict[str, Object] = {}
        for item in self.repo.of_kind("AppProject"):
            found.setdefault(item.name, item)
        return found

    @cached_property
    def argocd_namespace(self) -> str:
        """Where ArgoCD itself runs: where the AppProjects are."""
        spaces = [self.namespace(item) for item in self.repo.of_kind("AppProject")]
        return max(sorted(set(spaces)), key=spaces.count) if spaces else "argocd"

    @cached_property
    def folders(self) -> dict[str, str]:
        """Folder of this repository for each known repository address (normal form)."""
        return {
            repository(url): posixpath.normpath(folder) if folder else "."
            for url, folder in self.settings.repositories.items()
        }

    def folder_of(self, url: str, path: str) -> str | None:
        """The folder of this repository that a source names; None for a foreign repository."""
        top = self.folders.get(repository(url))
        if top is None:
            return None
        return posixpath.normpath(posixpath.join(top, path))

    @cached_property
    def deployed(self) -> dict[str, list[Object]]:
        """Documents by the Application (file and name) that deploys them."""
        found: dict[str, list[Object]] = {}
        folders: dict[str, list[Object]] = defaultdict(list)
        for item in self.objects:
            chart = item.rendered_from
            folders[_plain(chart) if chart else posixpath.dirname(item.file)].append(item)
        below: dict[str, list[str]] = defaultdict(list)
        for folder in folders:
            above = folder
            while True:
                below[above or "."].append(folder)
                if not above:
                    break
                above = posixpath.dirname(above)
        for application in self.applications:
            items = found.setdefault(application_id(application), [])
            for _, source in sources(application.data):
                top = self.folder_of(text(source, "repoURL"), text(source, "path"))
                if top is None or "path" not in source:
                    continue
                deep = at(source, "directory", "recurse") is True or self._renders(top)
                places = below.get(top, []) if deep else [_plain(top)]
                items.extend(item for place in places for item in folders.get(place, ()))
        return found

    def _renders(self, folder: str) -> bool:
        """Whether a folder is a chart or a kustomization, whose files lie deeper."""
        names = ("Chart.yaml", "kustomization.yaml", "kustomization.yml", "Kustomization")
        return any(self.repo.exists(posixpath.join(_plain(folder), name)) for name in names)

    @cached_property
    def tenants(self) -> dict[str, tuple[str, ...]]:
        """Namespaces of each tenant's AppProject, by its name.

        A tenant's project takes documents from a repository other than this one (or, where the
        settings do not say which one this is, does not deploy into ArgoCD's namespace). Charts
        that somebody published are nobody's repository, and what a project takes beside this one
        is no tenant's if every commit of both has to be signed by the same people.
        """
        own = {url for url, folder in self.folders.items() if folder == "."}
        if own:
            own |= self.charts
        found = {}
        for name, project in self.projects.items():
            spaces = tuple(
                space
                for _, entry in mappings(project.data, "spec", "destinations")
                if (space := text(entry, "namespace"))
            )
            sources = {repository(url) for url in texts(project.data, "spec", "sourceRepos")}
            if sources & own:
                sources -= _signed(project)
            administers = self.argocd_namespace in spaces or "*" in spaces
            if (sources - own) if own else (not administers and sources):
                found[name] = spaces
        return found

    @cached_property
    def charts(self) -> frozenset[str]:
        """Repositories that hold charts: of Secrets that say so, and of sources with a chart."""
        found = {
            repository(text(source, "repoURL"))
            for item in (*self.applications, *self.application_sets)
            for _, source in sources(item.data)
            if text(source, "chart")
        }
        for item in self.of_kind("Secret"):
            data = mapping(item.data, "stringData")
            if data.get("type") == "helm" and REPOSITORY in item.labels:
                found.add(repository(text(data, "url")))
        for item in self.of_kind("ExternalSecret"):
            template = mapping(item.data, "spec", "target", "template")
            marks, data = mapping(template, "metadata", "labels"), mapping(template, "data")
            if data.get("type") == "helm" and REPOSITORY in marks:
                found.add(repository(text(data, "url")))
        return frozenset(found)

    @cached_property
    def tenant_namespaces(self) -> dict[str, str]:
        """The AppProject that each tenant's namespace belongs to: the one that takes
        Applications from it, where there is one."""
        found: dict[str, str] = {}
        for name, spaces in self.tenants.items():
            homes = texts(self.projects[name].data, "spec", "sourceNamespaces")
            for space in spaces:
                if "*" in space or space.startswith("!") or space == self.argocd_namespace:
                    continue
                if space in homes:
                    found[space] = name
                else:
                    found.setdefault(space, name)
        return found

    def takes(self, project: Object, server: str, namespace: str) -> bool:
        """Whether a project deploys to a cluster and namespace; its destinations are read once."""
        found = self._destinations.get(id(project))
        if found is None:
            found = self._destinations[id(project)] = Destinations(project.data)
        return found.permit(server, namespace)

    def destination(self, application: Object) -> dict[str, object]:
        """Where an Application deploys to."""
        return mapping(application.data, *target(application.data), "destination")


def application_id(application: Object) -> str:
    """What tells Applications of one repository apart."""
    return f"{application.file}:{application.namespace}/{application.name}"


def _plain(folder: str) -> str:
    return "" if folder == "." else folder


def _generated(item: Object, spaces: dict[str, str]) -> Iterable[Provided]:
    """What the generators of a kustomization make."""
    space = spaces.get(posixpath.dirname(item.file), "")
    for field, kind in (("secretGenerator", "Secret"), ("configMapGenerator", "ConfigMap")):
        for _, entry in mappings(item.data, field):
            keys: set[str] | None = {
                name.partition("=")[0] if "=" in name else posixpath.basename(name)
                for name in texts(entry, "files")
            } | {literal.partition("=")[0] for literal in texts(entry, "literals")}
            if texts(entry, "envs") or entry.get("env"):
                keys = None
            where = text(entry, "namespace") or space
            known = None if keys is None else frozenset(keys)
            yield Provided(item, kind, where, text(entry, "name"), known)


def of(repo: Repository, settings: Settings) -> Cluster:
    """The index over a repository; the same one each time."""
    found = repo.indexes.get(__name__)
    if not isinstance(found, Cluster) or found.settings is not settings:
        found = repo.indexes[__name__] = Cluster(repo, settings)
    return found


def _signed(project: Object) -> set[str]:
    """Repositories whose every commit an AppProject wants signed, all by the same keys."""
    policies = [
        policy
        for _, policy in mappings(project.data, "spec", "sourceIntegrity", "git", "policies")
        if text(policy, "gpg", "mode") == "strict" and sequence(policy, "gpg", "keys")
    ]
    if len(policies) != 1:
        return set()
    return {repository(text(one, "url")) for _, one in mappings(policies[0], "repos")}
