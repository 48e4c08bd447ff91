"""An argument in OpenTofu code that its provider does not know, or that opens what is to be closed.

Looks at blocks of `.tf` and `.tofu` files and of what Terragrunt's `generate` writes: variables,
outputs, `terraform` with its backend and OpenTofu's `encryption`, providers, lifecycles, and
resources of the providers for GitHub, Gitea, Keycloak, Vault, Kubernetes, Rancher and MAAS, by the
tables in `policies/checks/tofu*.yaml`; of other providers nothing is known, and they are listed
under `not_checked`. Missing, unknown and ill-typed arguments, and blocks within what Rancher, MAAS
and Kubernetes have; public repositories, teams that may delete them, tokens for every service
account; roles of readers that do more than read, verbs by `*`; Secrets that ArgoCD would not take
for a cluster; secrets in variables that are not sensitive; state that may be written as plain
text; references to a resource of another type than is meant.

Only `tofu validate` with the providers at hand tells the first, and nothing tells the second.

Write the argument as the message says.
"""

import re
from collections.abc import Iterator

from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.check.tofu.generated import generated
from blueprints.check.tofu.modules import folders
from blueprints.check.tofu.reader import Block

ID = "tofu-argument"
LEVEL = Level.ERROR

_GROUPS = {
    "resource": "resources",
    "data": "data",
    "provider": "providers",
    "backend": "backends",
}
_READERS = ("viewer", "viewers", "reader", "readers", "guest", "guests")
_READING = ("read", "pull", "none", "view", "viewer", "reader")
_LOOKING = ("get", "list", "watch")
_SECRET = re.compile(r"(^|[ _])(token|password|secret|passphrase|private_key|api_key|access_key)$")
_OWNING = ("admin", "owner", "delete")
_MOST_RIGHTS = ("permission", "permissions", "for_each", "role", "roles")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every argument that is not as it should be."""
    lacking = missing(ID, "jsonschema_rs")
    yield from lacking
    if lacking:
        return
    from blueprints.check.tofu.arguments import unknown_types

    for folder in folders(repo).values():
        for file, top in folder.files.items():
            for line, words in unknown_types(top, "top"):
                yield Finding(file, line, ID, words, LEVEL)
            for block in top.blocks:
                for line, words in _judged(block):
                    yield Finding(file, line, ID, words, LEVEL)
                for kind in _unknown(block):
                    yield NotChecked(ID, f"no arguments of {kind} are known", file)
    for one in generated(repo):
        for block in (one.block, *one.code.blocks):
            # What a module needs stands in the module.
            parts = block.blocks if block.type == "terraform" else [block]
            for part in parts:
                for line, words in _judged(part):
                    yield Finding(one.file, line, ID, words, LEVEL)


def _unknown(block: Block) -> Iterator[str]:
    from blueprints.check.tofu.arguments import table

    group = _GROUPS.get(block.type, "")
    if group and block.labels and block.labels[0] not in table(group):
        yield f"{block.type} {block.labels[0]}"


def _judged(block: Block) -> Iterator[tuple[int, str]]:
    from blueprints.check.tofu import cluster_secret
    from blueprints.check.tofu.arguments import content, problems, table, unknown_types
    from blueprints.check.tofu.encryption import wrong

    what = " ".join((block.type, *block.labels))
    group = _GROUPS.get(block.type, "")
    if group and block.labels and block.labels[0] in table(group):
        found = problems(block, group, block.labels[0])
        yield from ((line, f"{what}: {words}") for line, words in found)
    elif block.type in table("top"):
        found = problems(block, "top", block.type)
        yield from ((line, f"{what}: {words}") for line, words in found)
    else:
        name = block.labels[0] if block.type == "provisioner" and block.labels else block.type
        if name in table("blocks"):
            found = problems(block, "blocks", name)
            yield from ((line, f"{what}: {words}") for line, words in found)
    if block.type == "encryption":
        yield from ((line, f"{what}: {words}") for line, words in wrong(block))
    if block.type == "terraform":
        yield from ((line, f"{what}: {words}") for line, words in unknown_types(block, what))
    if block.type == "resource" and block.labels[:1] and block.labels[0] in cluster_secret.KINDS:
        found = cluster_secret.problems(block)
        yield from ((line, f"{what}: {words}") for line, words in found)
    if block.type == "variable" and _SECRET.search(what) and block.value("sensitive") is not True:
        yield block.line, f"{what} holds a secret: it has to be sensitive"
    yield from _readers(block, what)
    yield from _rights(block, what)
    yield from _attributes(block, what)
    if group and block.labels and "blocks" in table(group).get(block.labels[0], {}):
        for inner in block.of("lifecycle", "provisioner"):
            yield from _judged(inner)
        return
    for inner in block.blocks:
        yield from _judged(content(inner))


def _attributes(block: Block, what: str) -> Iterator[tuple[int, str]]:
    """Attributes of known resources that they do not have."""
    from blueprints.check.tofu.arguments import attributes, table

    loop = block.attributes.get("for_each")
    of = loop.references[0] if loop and len(loop.references) == 1 else ()
    for attribute in block.attributes.values():
        for reference in attribute.references:
            kind, rest = reference[0], reference[2:]
            if kind == "data" and len(reference) > 3:
                group, kind, rest = "data", reference[1], reference[3:]
            elif reference[:2] == ("each", "value") and of and len(of) == 2:
                group, kind, rest = "resources", of[0], reference[2:]
            else:
                group = "resources"
            if rest and kind in table(group) and rest[0] not in attributes(group, kind):
                yield attribute.line, f"{what}: {kind} has no attribute {rest[0]}"


def _readers(block: Block, what: str) -> Iterator[tuple[int, str]]:
    """Roles that are called readers, and do more than read, or read secrets."""
    if block.type != "resource" or not {*_READERS} & {*block.labels[1:2]}:
        return
    for rule in block.of("rules", "rule"):
        verbs, resources = rule.value("verbs"), rule.value("resources")
        more = sorted({*verbs} - {*_LOOKING}) if isinstance(verbs, list) else []
        if more:
            yield rule.line, f"{what} may {', '.join(map(str, more))}"
        if isinstance(resources, list) and {"secrets", "*"} & {*resources}:
            yield rule.line, f"{what} reads secrets"


def _rights(block: Block, what: str) -> Iterator[tuple[int, str]]:
    """Maps from roles to rights in which readers write, or somebody owns."""
    for attribute in block.attributes.values():
        value = attribute.value
        if attribute.name not in _MOST_RIGHTS or not isinstance(value, dict):
            continue
        for role, right in value.items():
            if role in _READERS and isinstance(right, str) and right not in _READING:
                yield attribute.line, f"{what}: {attribute.name} lets {role} {right}"
            elif right in _OWNING:
                yield attribute.line, f"{what}: {attribute.name} makes {role} {right}"
