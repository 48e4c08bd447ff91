"""What people read in a rendered repository: its README and the sheet for the institution."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.engine.blueprint import Owner, Prose

if TYPE_CHECKING:
    from tce.intent.spec import Specification


def prose(spec: "Specification") -> Iterator[Prose]:
    """The repository's own README and small files; titles and other free text stay out."""
    context = {
        "name": spec.name,
        "site": spec.site.name,
        "domain": spec.domain,
        "repository": spec.git.repository,
        "charts": spec.git.charts,
        "branch": spec.git.branch,
        "git_key": spec.git.credentials,
        "ci": spec.git.ci,
        "bao": spec.keys.bao.server,
        "mounts": spec.keys.bao.mounts,
        "auth": spec.keys.bao.auth,
        "pki": spec.keys.bao.pki,
        "keycloak": spec.identity.keycloak,
        "realm": spec.identity.realm,
        "dex": spec.identity.dex,
        "administrators": spec.identity.administrators,
        "registry": spec.registry,
        "api": spec.cluster.environments["production"].api,
        "vlan": str(spec.vlan.id),
        "uplink": str(spec.vlan.uplink),
        "tunnel": spec.vpn.leg,
        "harvester": spec.harvester.namespace,
        "kubernetes": spec.versions.kubernetes,
        "threshold": str(spec.keys.threshold),
        "tangs": str(len(spec.keys.tang)),
        "hpc": "yes" if spec.vcluster else "",
        "ceph": "yes" if spec.ceph else "",
        "ipv6": "yes" if spec.ipv6 else "",
    }
    yield Prose("repository", "", context, Owner.SHARED)
