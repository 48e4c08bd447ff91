"""What people read in a rendered repository: its README, and its few words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import Owner, Prose
from blueprints.kinds.cluster.drawing import drawing
from blueprints.show import mermaid

if TYPE_CHECKING:
    from blueprints.kinds.cluster.spec import Specification


def prose(spec: "Specification") -> Iterator[Prose]:
    """The repository's own README and small files.

    Titles and other free text stay out, and so do versions: a promotion changes no word of it.
    """
    site = spec.site
    flavours = {
        pool.flavour for _, _, one in spec.deployments() for pool in (one.masters, *one.workers)
    }
    environment, cluster, _ = list(spec.deployments())[-1]
    context = {
        "site": site.name,
        "repository": site.git.repository,
        "branch": site.git.branch,
        "argocd": site.argocd.url,
        "namespace": site.argocd.namespace,
        "argocd_store": site.argocd.store,
        "rancher": site.rancher.url,
        "secrets": site.secrets.server,
        "mount": site.secrets.mount,
        "prefix": site.secrets.prefix,
        "git_key": site.git.credentials,
        "ssh_key": site.automation.ssh_key if site.automation else "",
        "transit": f"{site.state.transit}/keys/{site.state.key}",
        "bucket": site.state.bucket,
        "snapshots": site.snapshots.bucket if site.snapshots else "",
        "mirror": site.mirror.credentials or "" if site.mirror else "",
        "ci": site.ci,
        "git": site.git.type,
        "metal": "yes" if "metal" in flavours else "",
        "hpc": "yes" if "hpc" in flavours else "",
        "maas": "yes" if site.maas else "",
        "dns": "yes" if site.dns else "",
        "ceph": "yes" if site.ceph else "",
        # The last one, which is production's where there is one, for commands to copy.
        "environment": environment,
        "cluster": cluster.name,
    }
    blocks = {"drawing": mermaid.blocks(drawing(spec))}
    yield Prose("repository", "", context, Owner.SHARED, blocks)
