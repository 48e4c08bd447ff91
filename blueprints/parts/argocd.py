"""ArgoCD as several blueprints use it: what projects allow, when an Application is healthy."""

from collections.abc import Iterable, Mapping

from blueprints.parts.manifests import Document, manifest

API = "argoproj.io/v1alpha1"
IN_CLUSTER = "https://kubernetes.default.svc"
"""The cluster that ArgoCD itself runs in."""
HEALTH = "resource.customizations.health.argoproj.io_Application"
# From the manual's chapter on health: without it an Application of Applications is never
# "progressing", and waves between them mean nothing (argo-cd#6708).
HEALTH_SCRIPT = """\
hs = {}
hs.status = "Progressing"
hs.message = ""
if obj.status ~= nil then
  if obj.status.health ~= nil then
    hs.status = obj.status.health.status
    if obj.status.health.message ~= nil then
      hs.message = obj.status.health.message
    end
  end
end
return hs
"""
"""Lua, for the key :data:`HEALTH` of ``argocd-cm``."""

Kind = tuple[str, str]
"""Group and kind."""


def app_project(
    name: str,
    namespace: str,
    *,
    part_of: str,
    description: str,
    sources: Iterable[str] = (),
    destinations: Iterable[Mapping[str, str]] = (),
    kinds: Iterable[Kind] = (),
    cluster_kinds: Iterable[Kind] = (),
    source_namespaces: Iterable[str] = (),
    roles: Iterable[Mapping[str, object]] = (),
    integrity: Mapping[str, object] | None = None,
) -> Document:
    """An AppProject that allows what is named and nothing else.

    `integrity`: whose signatures sources need (``sourceIntegrity``, from Argo CD 3.5 on).
    """
    spec: Document = {"description": description, "sourceRepos": list(sources)}
    allowed = list(source_namespaces)
    if allowed:
        spec["sourceNamespaces"] = allowed
    spec |= {
        "destinations": [dict(one) for one in destinations],
        "clusterResourceWhitelist": [
            {"group": group, "kind": kind} for group, kind in cluster_kinds
        ],
        "namespaceResourceWhitelist": [{"group": group, "kind": kind} for group, kind in kinds],
    }
    granted = list(roles)
    if granted:
        spec["roles"] = granted
    if integrity is not None:
        spec["sourceIntegrity"] = dict(integrity)
    return manifest(
        API,
        "AppProject",
        name,
        namespace=namespace,
        part_of=part_of,
        component="argocd",
        spec=spec,
    )
