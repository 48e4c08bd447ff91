"""``keys/bao/``: the configuration of OpenBao's own server, at the institution.

Audit devices are declared here, since OpenBao 2.7 takes them from nowhere else: without one that
can be written to it answers nothing. Sources: openbao.org/docs, "Configuration", "Raft storage",
"TCP listener", "Audit", "pkcs11 seal".
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from blueprints.emit.hcl import Block, hcl_text
from blueprints.engine.blueprint import File

if TYPE_CHECKING:
    from tce.intent.spec import Root, Specification

PATH, SEAL = "keys/bao/server.hcl", "keys/bao/seal.hcl"
DATA = "/var/lib/openbao"
AUDIT = "/var/log/openbao/audit.log"
SETTINGS = "/etc/openbao"
_PORT = 8200
_CLUSTER = 8201
_HEADER = f"""\
{SETTINGS}/server.hcl on the institution's machine. Further machines of the same OpenBao have a
node_id of their own. The private key beside the certificate is made there and never leaves it."""
_SEAL = """\
Another way to keep the root, not run by the tests of tutela: the pkcs11 seal is a plugin of OpenBao
2.7 (openbao-plugins), to be declared with its sha256 in a `plugin` block of this file. With it
OpenBao unseals itself and `bao operator init` gives recovery keys, which unseal nothing: what is
lost with the module is lost. `tutela tce keys init` needs none of it: there the module's key wraps
the unseal key. The PIN comes from the environment of the service, BAO_HSM_PIN."""


def files(spec: "Specification") -> Iterator[File]:
    """The server's file, and the seal of a hardware module where the root is in one."""
    yield File(PATH, server(spec))
    if spec.keys.root.kind == "pkcs11":
        yield File(SEAL, seal(spec.keys.root))


def server(spec: "Specification") -> bytes:
    """Storage, listener, audit; nothing in it is secret."""
    address = urlsplit(spec.keys.bao.server)
    host, port = address.hostname or "", address.port or 443
    shown = "[::]" if spec.ipv6 else "0.0.0.0"  # noqa: S104 - behind the institution's filters
    return hcl_text(
        [
            ("ui", False),
            ("api_addr", f"https://{host}:{port}"),
            ("cluster_addr", f"https://{host}:{_CLUSTER}"),
            Block("storage", ("raft",), [("path", DATA), ("node_id", "one")]),
            Block(
                "listener",
                ("tcp",),
                [
                    ("address", f"{shown}:{address.port or _PORT}"),
                    ("cluster_address", f"{shown}:{_CLUSTER}"),
                    ("tls_cert_file", f"{SETTINGS}/server.crt"),
                    ("tls_key_file", f"{SETTINGS}/server.key"),
                    ("tls_min_version", "tls13"),
                ],
            ),
            Block("audit", ("file", "main"), [Block("options", (), [("file_path", AUDIT)])]),
        ],
        _HEADER,
    )


def seal(root: "Root") -> bytes:
    """The stanza of a hardware module."""
    body = [("lib", root.module), ("token_label", root.token), ("key_label", root.label)]
    return hcl_text([Block("seal", ("pkcs11",), body)], _SEAL)
