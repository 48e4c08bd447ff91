"""A document says something else than the specification that it was made from.

Looks at repositories of sandboxes (`spec.yaml` with `blueprint: sandbox`), fact by fact, not byte
by byte: quotas, groups, titles, buckets, volumes, network exceptions, members and stacks of each
project; images, branch, repositories, storage classes, networks, domain names and addresses of the
site. Looks too for the name of one project in the documents of another.

The specification is what people read and review; what else runs was decided by nobody.

Change the specification and update the repository, or take the edit back.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from blueprints.check.cluster import cluster
from blueprints.check.cluster.addresses import addresses
from blueprints.check.cluster.cluster import Cluster
from blueprints.check.cluster.components import command_line
from blueprints.check.cluster.project import repository, roles, sources
from blueprints.check.cluster.quantity import quantity
from blueprints.check.cluster.report import found
from blueprints.check.cluster.shape import Path, mapping, mappings, scalars, sequence, text, texts
from blueprints.check.cluster.specification import FILE, Sandboxes, specification
from blueprints.check.documents import Object, walk
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings

ID = "specification"
LEVEL = Level.ERROR

Problem = tuple[Object, Path, str]
_FREE = ("0.0.0.0/0", "::/0")
_LOCAL = ("localhost", "127.0.0.1", "0.0.0.0")  # noqa: S104 - a text that is looked for


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every document that says something of its own."""
    said = specification(repo)
    if said is None:
        return
    known = cluster.of(repo, settings)
    for item, path, words in _site(known, said):
        yield found(ID, LEVEL, item, path, f"{item} {words}")
    folders: dict[str, list[Object]] = defaultdict(list)
    for item in known.objects:
        folders[_project_of(said, item)].append(item)
    for name in said.projects:
        for item, path, words in _project(known, said, name, folders[name]):
            yield found(ID, LEVEL, item, path, f"{item} {words}")
    yield from _missing(known, said, folders)


def _site(known: Cluster, said: Sandboxes) -> Iterator[Problem]:
    """Values that only the site decides, wherever they stand."""
    for workload in known.workloads:
        for container in workload.containers:
            image = text(container.data, "image")
            if said.images and image not in said.images:
                yield (
                    workload.object,
                    (*container.path, "image"),
                    f"runs {image}, which is not in site.images",
                )
    for item in known.of_kind("PersistentVolumeClaim", "PersistentVolume"):
        name = mapping(item.data, "spec").get("storageClassName")
        if name not in said.storage_classes:
            yield (
                item,
                ("spec", "storageClassName"),
                f"has a storage class that the site does not name: {name}",
            )
    login = text(said.site, "git", "credentials")
    for item in known.of_kind("ExternalSecret"):
        made = mapping(item.data, "spec", "target", "template", "data")
        for index, entry in mappings(item.data, "spec", "data"):
            key = text(entry, "remoteRef", "key")
            if {"url", "project", "type"} <= set(made) and login and key != login:
                where: Path = ("spec", "data", index, "remoteRef", "key")
                yield item, where, f"reads {key}; Git's login lies at {login}"
    own = repository(text(said.site, "git", "repository"))
    known_here = {own, *(repository(said.repository(name)) for name in said.projects)}
    for item in known.applications:
        for where, source in sources(item.data):
            if text(source, "targetRevision") != said.branch:
                yield item, (*where, "targetRevision"), f"does not deploy the branch {said.branch}"
            if repository(text(source, "repoURL")) not in known_here:
                yield (
                    item,
                    (*where, "repoURL"),
                    f"deploys a repository that the site does not have: {text(source, 'repoURL')}",
                )
    for item in known.of_kind("Ingress"):
        network = mapping(said.site, "network")
        wanted = text(network, "ingress_class") or "nginx"
        if text(item.data, "spec", "ingressClassName") != wanted:
            yield item, ("spec", "ingressClassName"), f"is not of the class {wanted}"
        issuer = text(network, "cluster_issuer") or "letsencrypt"
        if item.annotations.get("cert-manager.io/cluster-issuer") != issuer:
            yield (
                item,
                ("metadata", "annotations"),
                f"gets its certificate from somebody else than {issuer}",
            )
    for item in known.of_kind("NetworkPolicy"):
        for path, value in scalars(item.data):
            if path[-1] == "cidr" and value not in said.networks and value not in _FREE:
                yield item, path, f"opens {value}, which the specification does not name"
    for item in known.of_kind("CiliumNetworkPolicy"):
        for path, value in scalars(item.data):
            if "toFQDNs" in path and value not in said.hosts:
                yield item, path, f"opens {value}, which the specification does not name"
    for item in known.objects:
        yield from _hosts(said, item)


def _hosts(said: Sandboxes, item: Object) -> Iterator[Problem]:
    """Hosts outside of the cluster that nobody named."""
    project = _project_of(said, item)
    for path, value in scalars(item.data):
        if not isinstance(value, str) or "." not in value or path[-1] == "apiVersion":
            continue
        if "://" in value:
            for address in addresses(item, path, value):
                host = address.host
                if "." not in host or ".svc" in host or host in said.hosts or host in _LOCAL:
                    continue
                if not _is_own(said, host, project):
                    yield item, path, f"names {host}, which the specification does not"
        elif (
            said.domain
            and value.endswith(f".{said.domain}")
            and " " not in value
            and value not in said.hosts
            and not _is_own(said, value, project)
        ):
            where = f"{project or 'a project'}.{said.domain}"
            yield item, path, f"names {value}, which is not below {where}"


def _is_own(said: Sandboxes, host: str, project: str) -> bool:
    names = [project] if project else [*said.projects]
    return bool(said.domain) and any(host.endswith(f".{name}.{said.domain}") for name in names)


def _project_of(said: Sandboxes, item: Object) -> str:
    """The project whose folder a document lies in."""
    parts = item.file.split("/")
    return (
        parts[1] if parts[0] == "projects" and len(parts) > 2 and parts[1] in said.projects else ""
    )


def _project(known: Cluster, said: Sandboxes, name: str, folder: list[Object]) -> Iterator[Problem]:
    entry = said.projects[name]
    yield from _amounts(known, said, name)
    groups = said.groups(name)
    project = known.projects.get(name)
    if project is not None:
        for place, role in roles(project.data):
            wanted = groups.get(text(role, "name"))
            if sequence(role, "groups") != [wanted]:
                yield (
                    project,
                    ("spec", "roles", place, "groups"),
                    f"does not give {text(role, 'name')} to {wanted}",
                )
        if text(project.data, "spec", "description") != text(entry, "title"):
            yield project, ("spec", "description"), "is not described by the project's title"
    for item in known.within(name, "RoleBinding"):
        step = text(item.data, "roleRef", "name").rpartition("-")[2]
        if step in groups:
            subjects = [text(one, "name") for _, one in mappings(item.data, "subjects")]
            if subjects != [said.prefix + groups[step]]:
                yield item, ("subjects",), f"does not give {step} to {said.prefix}{groups[step]}"
    namespace = known.get("Namespace", "", name)
    if namespace is not None:
        for key in ("title", "waldur", "ended"):
            value = namespace.annotations.get(f"tutela/{key}")
            if value != (text(entry, key) or None):
                yield (
                    namespace,
                    ("metadata", "annotations", f"tutela/{key}"),
                    f"has another {key} than the project",
                )
    yield from _data(known, said, name)
    yield from _places(said, name, folder)
    yield from _models(said, known, name)
    for item in folder:
        yield from _strangers(item, name, said.projects)


def _places(said: Sandboxes, name: str, items: list[Object]) -> Iterator[Problem]:
    """Where a project's secrets lie: below its own prefix, after the part that reads them."""
    top = f"{text(said.site, 'secrets', 'prefix') or 'sandboxes'}/{name}"
    for item in items:
        store = text(item.data, "spec", "secretStoreRef", "kind")
        if item.kind != "ExternalSecret" or store != "SecretStore":
            continue
        instance = item.labels.get("app.kubernetes.io/instance")
        component = item.labels.get("app.kubernetes.io/component")
        wanted = {f"{top}/stacks/{instance}/{component}", f"{top}/doors/{instance}"}
        for index, entry in mappings(item.data, "spec", "data"):
            key = text(entry, "remoteRef", "key")
            if instance is None:
                wanted = {f"{top}/s3/{item.name.removeprefix('s3-')}"}
            if key not in wanted and not key.startswith(f"{top}/s3/"):
                where: Path = ("spec", "data", index, "remoteRef", "key")
                yield item, where, f"reads {key}, which is not its place below {top}"


def _models(said: Sandboxes, known: Cluster, name: str) -> Iterator[Problem]:
    """Models of stacks: the weights that a vLLM loads, and the name that it serves them by."""
    told = {
        text(one, "name"): text(one, "path")
        for _, stack in mappings(said.projects[name], "stacks")
        for _, one in walk(stack)
        if isinstance(one, dict) and {"name", "path", "volume", "gpus"} <= set(one)
    }
    for workload in known.workloads_in.get(name, ()):
        for container in workload.containers:
            words = command_line(container.data)
            for served, path in told.items():
                if f"--served-model-name={served}" in words and not any(
                    word.startswith("/") and word.endswith(f"/{path}") for word in words
                ):
                    yield (
                        workload.object,
                        (*container.path, "args"),
                        (f"loads {served} from elsewhere than {path}"),
                    )


def _amounts(known: Cluster, said: Sandboxes, name: str) -> Iterator[Problem]:
    quota = mapping(said.projects[name], "quota")
    wanted = {
        "requests.cpu": quota.get("cpu"),
        "limits.cpu": quota.get("cpu"),
        "requests.memory": quota.get("memory"),
        "limits.memory": quota.get("memory"),
        "requests.storage": quota.get("storage"),
        f"requests.{said.gpu_resource}": quota.get("gpu", 0),
        "pods": quota.get("pods", 50),
        "persistentvolumeclaims": quota.get("claims", 20),
    }
    for item in known.within(name, "ResourceQuota"):
        for key, amount in mapping(item.data, "spec", "hard").items():
            if key in wanted and quantity(amount) != quantity(wanted[key]):
                yield (
                    item,
                    ("spec", "hard", key),
                    f"grants {amount} of {key}; the project has {wanted[key]}",
                )
    for item in known.within(name, "LimitRange"):
        for index, limit in mappings(item.data, "spec", "limits"):
            for key, amount in mapping(limit, "max").items():
                if key in quota and quantity(amount) != quantity(quota[key]):
                    yield (
                        item,
                        ("spec", "limits", index, "max", key),
                        f"permits {amount} of {key}; the project has {quota[key]}",
                    )


def _data(known: Cluster, said: Sandboxes, name: str) -> Iterator[Problem]:
    entry = said.projects[name]
    store = mapping(said.site, "storage")
    for _, one in mappings(entry, "data", "s3"):
        item = known.get("ConfigMap", name, f"s3-{text(one, 'name')}")
        wanted = {
            "AWS_ENDPOINT_URL": text(store, "object", "endpoint"),
            "AWS_REGION": text(store, "object", "region") or "us-east-1",
            "S3_BUCKET": text(one, "bucket"),
        }
        if item is not None and mapping(item.data, "data") != wanted:
            yield item, ("data",), f"does not lead to bucket {text(one, 'bucket')}"
    for _, one in mappings(entry, "data", "volumes"):
        item = known.get("PersistentVolumeClaim", name, text(one, "name"))
        if item is None:
            continue
        size = mapping(item.data, "spec", "resources", "requests").get("storage")
        if quantity(size) != quantity(one.get("size")):
            yield item, ("spec", "resources"), f"is {size} and not {one.get('size')}"
        shared = (text(one, "type") or "filesystem") == "filesystem"
        if sequence(item.data, "spec", "accessModes") != [
            "ReadWriteMany" if shared else "ReadWriteOnce"
        ]:
            yield item, ("spec", "accessModes"), f"is not {'shared' if shared else 'for one node'}"
        if text(item.data, "spec", "storageClassName") != text(
            store, "filesystem" if shared else "block"
        ):
            yield (
                item,
                ("spec", "storageClassName"),
                "has the storage class of the other sort of volume",
            )
    folder = text(entry, "data", "scratch", "sub_path")
    for item in known.of_kind("PersistentVolume"):
        if text(item.data, "spec", "claimRef", "namespace") == name and folder:
            path = text(item.data, "spec", "local", "path") or text(
                item.data, "spec", "nfs", "path"
            )
            if path != f"{text(store, 'scratch', 'root')}/{folder}":
                yield item, ("spec",), f"shows {path}, which is not the project's folder"
            if sequence(item.data, "spec", "accessModes") != ["ReadOnlyMany"]:
                yield item, ("spec", "accessModes"), "can be written to"


def _strangers(item: Object, name: str, projects: Collection[str]) -> Iterator[Problem]:
    for path, value in scalars(item.data):
        if not isinstance(value, str) or len(value) > 300 or name in value:
            continue
        for other in _words(value):
            if other in projects:
                yield item, path, f"names project {other} in the folder of {name}"


def _words(value: str) -> Iterable[str]:
    """What may be a name that stands for itself: the whole, and parts of an address or a path."""
    parts = value.replace(":", "/").replace(".", "/").replace(",", "/").split("/")
    return dict.fromkeys(parts)


def _missing(
    known: Cluster, said: Sandboxes, folders: Mapping[str, list[Object]]
) -> Iterator[Finding]:
    """Facts of a project that none of its documents says."""
    document = known.repo.yaml(FILE)[0]
    for index, (name, _) in enumerate(said.projects.items()):
        values = set()
        names = set()
        for item in folders.get(name, ()):
            names.add(item.name)
            values |= {value for _, value in scalars(item.data) if isinstance(value, str)}
        for path, fact in said.facts(name):
            if fact not in values and not any(one.startswith(f"{fact}-") for one in names):
                line = document.line_of("projects", index, *path)
                message = f"nothing in projects/{name} says {fact!r}, which the specification does"
                yield Finding(FILE, line, ID, message, LEVEL)
        for step, group in said.groups(name).items():
            project = known.projects.get(name)
            given = [text(role, "name") for _, role in roles(project.data)] if project else []
            if step not in given or not known.get("RoleBinding", name, f"sandbox-{step}"):
                message = f"nobody gives {step} of {name} to {group}"
                line = document.line_of("projects", index, "groups")
                yield Finding(FILE, line, ID, message, LEVEL)
        if not any(
            repository(text(source, "repoURL")) == repository(said.repository(name))
            for item in known.applications
            if known.namespace(item) == known.argocd_namespace
            for _, source in sources(item.data)
        ):
            line = document.line_of("projects", index, "name")
            message = f"no Application in ArgoCD's namespace deploys {said.repository(name)}"
            yield Finding(FILE, line, ID, message, LEVEL)
        repos = (
            texts(known.projects[name].data, "spec", "sourceRepos")
            if name in known.projects
            else ()
        )
        if said.repository(name) not in repos:
            line = document.line_of("projects", index, "name")
            message = f"no AppProject {name} takes {said.repository(name)}"
            yield Finding(FILE, line, ID, message, LEVEL)
