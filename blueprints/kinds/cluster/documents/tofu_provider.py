"""Providers of OpenTofu: where each comes from, which versions are tried, how each is reached.

Sources: rancher/rancher2 13 (Rancher 2.13), hashicorp/kubernetes 2, canonical/maas 2, each by its
own documentation. Tokens come from the environment of the job: ``RANCHER_TOKEN_KEY``,
``MAAS_API_KEY``.
"""

from collections.abc import Iterator, Mapping, Sequence

from blueprints.emit.hcl import Block, Body, Expr, Value

TOFU = ">= 1.10.0"
"""OpenTofu 1.10 has locks beside the state in S3, and keys of the state in OpenBao."""
SOURCES = {
    "kubernetes": ("hashicorp/kubernetes", "= 2.38.0"),
    "maas": ("canonical/maas", "= 2.6.0"),
    "rancher2": ("rancher/rancher2", "= 13.1.4"),
}
"""Where each comes from and exactly which one it is; the lock file adds checksums."""


def versions(*names: str) -> Body:
    """``versions.tf``: what a module needs; ``.terraform.lock.hcl`` beside it says it exactly."""
    required = Block(
        "required_providers",
        (),
        [
            (name, {"source": SOURCES[name][0], "version": SOURCES[name][1]})
            for name in sorted(names)
        ],
    )
    return [Block("terraform", (), [("required_version", TOFU), required])]


def provider(name: str, *arguments: tuple[str, Value]) -> Block:
    """A provider's configuration without its secrets."""
    return Block("provider", (name,), list(arguments))


def variables(
    known: Mapping[str, tuple[str, str]],
    *,
    optional: Sequence[str] = (),
    sensitive: Sequence[str] = (),
) -> Iterator[Block]:
    """Inputs of a module: name -> (type, what it is); ``optional`` ones may be null."""
    for name, (kind, said) in known.items():
        body: list[tuple[str, Value] | Block] = [
            ("type", Expr(kind)),
            ("description", said),
            ("nullable", name in optional),
        ]
        if name in sensitive:
            body.append(("sensitive", True))
        yield Block("variable", (name,), body)
