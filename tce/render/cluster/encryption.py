"""What lies in etcd is encrypted by a key that only the institution's OpenBao has (KMS v2).

There is no second provider: with ``identity`` the API server would also read what was never
encrypted, and write it so once the order is changed. KMS v2 has no ``cachesize``. Source:
kubernetes.io/docs/tasks/administer-cluster/kms-provider.

The plugin is FalcoSuessgott/vault-kubernetes-kms (MIT), whose words these are (its page
"Configuration"). It takes its credential as an argument or from the environment. A static pod's are
copied into its mirror pod, which is in etcd in clear and readable for whoever may read pods; hence
it is a service of the system, with a file that root alone reads, before RKE2.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.emit.yaml import yaml_text
from blueprints.engine.blueprint import File
from tce.custody import names
from tce.render.cluster import paths

if TYPE_CHECKING:
    from tce.intent.spec import Specification

PROGRAM = "/usr/local/bin/vault-kubernetes-kms"
HEALTH = 18080
"""The plugin answers there on every address; who may ask is the host's firewall's to say."""
_HEADER = f"""\
{paths.ENCRYPTION} on servers. For a new key, and for a cluster that already has secrets: docs of
Kubernetes, "Using a KMS provider"; `identity` may stand here while that lasts, and no longer."""
_SERVICE = """\
# Between API servers and OpenBao. Its credential (an AppRole of this server alone) is
# {credential}: VAULT_KMS_APPROLE_ROLE_ID and VAULT_KMS_APPROLE_SECRET_ID.
[Unit]
Description=Keys of etcd, from the institution's OpenBao
Wants=network-online.target
After=network-online.target
Before=rke2-server.service
RequiresMountsFor={credential}

[Service]
EnvironmentFile={credential}
{trust}ExecStart={program} \\
  -vault-address={server} \\
  -auth-method=approle \\
  -approle-mount={servers} \\
  -transit-mount={transit} \\
  -transit-key={key} \\
  -socket=unix://{socket} \\
  -force-socket-overwrite=true \\
  -disable-v1=true \\
  -health-port={health}
Restart=always
RestartSec=5
UMask=0077
RuntimeDirectory=kms
RuntimeDirectoryMode=0700
RuntimeDirectoryPreserve=yes
CapabilityBoundingSet=
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true
PrivateDevices=true
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectControlGroups=true
MemoryDenyWriteExecute=true
MemorySwapMax=0
LimitCORE=0
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=true
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""


def files(spec: "Specification") -> Iterator[File]:
    """``rke2/enc.yaml`` and ``rke2/kms.service``."""
    yield File("rke2/enc.yaml", yaml_text([configuration(spec)], _HEADER))
    yield File("rke2/kms.service", service(spec).encode())


def configuration(spec: "Specification") -> dict[str, object]:
    """The API servers' EncryptionConfiguration."""
    plugin = {
        "apiVersion": "v2",
        "name": f"tce-{spec.name}",
        "endpoint": f"unix://{paths.SOCKET}",
        "timeout": "3s",
    }
    return {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [{"resources": ["secrets", "configmaps"], "providers": [{"kms": plugin}]}],
    }


def service(spec: "Specification") -> str:
    """The plugin's unit."""
    return _SERVICE.format(
        credential=paths.KMS_CREDENTIAL,
        trust=f"Environment=VAULT_CACERT={paths.CA}\n" if spec.keys.bao.ca else "",
        program=PROGRAM,
        server=spec.keys.bao.server.rstrip("/"),
        servers=names.servers(spec.keys.bao.mounts),
        transit=names.transit(spec.keys.bao.mounts),
        key=names.ETCD,
        socket=paths.SOCKET,
        health=HEALTH,
    )
