"""The OpenTofu module of one sandbox: repository, groups, part of the secret store, ArgoCD.

Arguments are those of the providers' own documentation: integrations/github 6, go-gitea/gitea
0.6 (Forgejo answers Gitea's API), keycloak/keycloak 5, hashicorp/vault 5 (OpenBao answers
Vault's API), hashicorp/kubernetes 2.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from blueprints.emit.hcl import Block, Body, Expr, Value, hcl_text
from blueprints.engine.blueprint import File

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Site

TOFU = ">= 1.10.0"
"""Locks beside the state in S3 need it (OpenTofu 1.10; Terraform 1.10 has them too)."""
_SOURCES = {
    "github": ("integrations/github", "~> 6.6"),
    "gitea": ("go-gitea/gitea", ">= 0.6.0, < 1.0.0"),
    "keycloak": ("keycloak/keycloak", "~> 5.0"),
    "kubernetes": ("hashicorp/kubernetes", "~> 2.36"),
    "vault": ("hashicorp/vault", "~> 5.0"),
}
_FOLDER = "tofu/modules/sandbox"


def files(site: "Site") -> Iterator[File]:
    """Everything under ``tofu/modules/sandbox/`` but the script."""
    parts: dict[str, Body] = {
        "versions": [Block("terraform", (), [("required_version", TOFU), required(site)])],
        "variables": list(variables(site)),
        "git": list(github() if site.git.type == "github" else gitea()),
        "groups": list(github_teams() if site.identity.connector == "github" else keycloak()),
        "secrets": list(secrets()),
        "argocd": list(argocd()),
        "seed": list(seed(site)),
        "outputs": list(outputs(site)),
    }
    for name, body in parts.items():
        yield File(f"{_FOLDER}/{name}.tf", hcl_text(body))


def providers(site: "Site") -> dict[str, Sequence[tuple[str, Value]]]:
    """The providers that the site needs, and what is no secret of their configuration."""
    used: dict[str, Sequence[tuple[str, Value]]] = {}
    if site.git.type != "github":
        used["gitea"] = [("base_url", site.git.url)]
    if site.identity.connector == "github":
        owner = [("owner", site.identity.organisation)]
        own = site.git.type == "github" and site.git.url != "https://github.com"
        used["github"] = [*owner, ("base_url", f"{site.git.url}/")] if own else owner
    else:
        used["keycloak"] = [("url", site.identity.url.rstrip("/"))]
    used["kubernetes"] = []
    used["vault"] = [("address", site.secrets.server)]
    return dict(sorted(used.items()))


def required(site: "Site") -> Block:
    """``required_providers``: where each comes from; ``tofu init`` writes down the hashes."""
    return Block(
        "required_providers",
        (),
        [
            (name, {"source": _SOURCES[name][0], "version": _SOURCES[name][1]})
            for name in providers(site)
        ],
    )


def variables(site: "Site") -> Iterator[Block]:
    """What a project's folder says."""
    roles = "object({ admin = string, member = string, viewer = string })"
    people = "object({ admin = set(string), member = set(string), viewer = set(string) })"
    place = "object({ mount = string, auth = string, prefix = string })"
    known = {
        "project": ("string", "Name of the project: its namespace and its repository."),
        "title": ("string", "What people call the project."),
        "branch": ("string", "The branch that ArgoCD reads."),
        "groups": (roles, "Group of each role at the identity provider."),
        "members": (people, "User names of each role."),
        "secrets": (place, "Where the project's secrets lie."),
        "manifests": ("string", "Folder of what ArgoCD is told about the project."),
        "seed": ("string", "Folder of the repository's first commit."),
    }
    if site.git.type != "github":
        known["organisation"] = ("string", "Holds the repository.")
    if site.identity.connector == "keycloak":
        known["realm"] = ("string", "Realm of the project's people.")
    for name, (kind, said) in known.items():
        body: list[tuple[str, Value] | Block] = [
            ("type", Expr(kind)),
            ("description", said),
            ("nullable", False),
        ]
        if name == "project":
            body.append(
                Block(
                    "validation",
                    (),
                    [
                        (
                            "condition",
                            Expr('can(regex("^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$", var.project))'),
                        ),
                        ("error_message", "A project is named by a DNS label of 40 characters."),
                    ],
                )
            )
        yield Block("variable", (name,), body)


_DESCRIPTION = Expr('substr(replace(var.title, "/[[:space:]]+/", " "), 0, 250)')
"""Titles may have several lines; descriptions of repositories have one."""


def github() -> Iterator[Block]:
    """The repository and its teams' rights; nobody of the project can delete or publish it."""
    yield Block(
        "resource",
        ("github_repository", "project"),
        [
            ("name", Expr("var.project")),
            ("description", _DESCRIPTION),
            ("visibility", "private"),
            ("has_issues", True),
            ("has_wiki", False),
            ("auto_init", False),
            ("delete_branch_on_merge", True),
            ("archive_on_destroy", True),
        ],
    )
    yield Block(
        "resource",
        ("github_team_repository", "project"),
        [
            ("for_each", {"admin": "maintain", "member": "push", "viewer": "pull"}),
            ("team_id", Expr("github_team.project[each.key].id")),
            ("repository", Expr("github_repository.project.name")),
            ("permission", Expr("each.value")),
        ],
    )


def github_teams() -> Iterator[Block]:
    """GitHub's teams are the groups; who is in them follows the specification."""
    yield Block(
        "resource",
        ("github_team", "project"),
        [
            ("for_each", Expr("var.groups")),
            ("name", Expr("each.value")),
            ("description", Expr('"${each.key} of the project ${var.project}"')),
            ("privacy", "closed"),
        ],
    )
    yield Block(
        "resource",
        ("github_team_members", "project"),
        [
            (
                "for_each",
                Expr("{ for role, names in var.members : role => names if length(names) > 0 }"),
            ),
            ("team_id", Expr("github_team.project[each.key].id")),
            Block(
                "dynamic",
                ("members",),
                [
                    ("for_each", Expr("each.value")),
                    Block(
                        "content",
                        (),
                        [
                            ("username", Expr("members.value")),
                            ("role", Expr('each.key == "admin" ? "maintainer" : "member"')),
                        ],
                    ),
                ],
            ),
        ],
    )


def gitea() -> Iterator[Block]:
    """The repository and its teams; who is in them, Git learns from the groups at each login."""
    yield Block(
        "resource",
        ("gitea_repository", "project"),
        [
            ("username", Expr("var.organisation")),
            ("name", Expr("var.project")),
            ("description", _DESCRIPTION),
            ("private", True),
            ("auto_init", False),
            ("default_branch", Expr("var.branch")),
            ("has_issues", True),
            ("has_pull_requests", True),
            ("has_wiki", False),
            ("archive_on_destroy", True),
        ],
    )
    yield Block(
        "locals",
        (),
        [("permissions", {"admin": "write", "member": "write", "viewer": "read"})],
    )
    yield Block(
        "resource",
        ("gitea_team", "project"),
        [
            ("for_each", Expr("var.groups")),
            ("organisation", Expr("var.organisation")),
            ("name", Expr("each.value")),
            ("description", Expr('"${each.key} of the project ${var.project}"')),
            ("permission", Expr("local.permissions[each.key]")),
            ("can_create_repos", False),
            ("include_all_repositories", False),
            ("repositories", Expr("[gitea_repository.project.name]")),
        ],
    )
    yield Block(
        "resource",
        ("gitea_repository_branch_protection", "project"),
        [
            ("username", Expr("var.organisation")),
            ("name", Expr("gitea_repository.project.name")),
            ("rule_name", Expr("var.branch")),
            ("enable_push", True),
            (
                "push_whitelist_teams",
                Expr('[for role in ["admin", "member"] : gitea_team.project[role].name]'),
            ),
        ],
    )


def keycloak() -> Iterator[Block]:
    """Keycloak's groups; who is in them follows the specification."""
    yield Block("data", ("keycloak_realm", "project"), [("realm", Expr("var.realm"))])
    yield Block(
        "resource",
        ("keycloak_group", "project"),
        [
            ("for_each", Expr("var.groups")),
            ("realm_id", Expr("data.keycloak_realm.project.id")),
            ("name", Expr("each.value")),
        ],
    )
    yield Block(
        "resource",
        ("keycloak_group_memberships", "project"),
        [
            ("for_each", Expr("keycloak_group.project")),
            ("realm_id", Expr("each.value.realm_id")),
            ("group_id", Expr("each.value.id")),
            ("members", Expr("var.members[each.key]")),
        ],
    )


def secrets() -> Iterator[Block]:
    """The project's store may read what lies below the project's prefix."""
    path = '"${var.secrets.mount}/data/${var.secrets.prefix}/${var.project}/*"'
    yield Block(
        "resource",
        ("vault_policy", "project"),
        [
            ("name", Expr('"sandbox-${var.project}"')),
            (
                "policy",
                Expr(f'jsonencode({{ path = {{ {path} = {{ capabilities = ["read"] }} }} }})'),
            ),
        ],
    )
    yield Block(
        "resource",
        ("vault_kubernetes_auth_backend_role", "project"),
        [
            ("backend", Expr("var.secrets.auth")),
            ("role_name", Expr('"sandbox-${var.project}"')),
            ("bound_service_account_names", ["secret-reader"]),
            ("bound_service_account_namespaces", Expr("[var.project]")),
            ("token_policies", Expr("[vault_policy.project.name]")),
            ("token_ttl", 900),
        ],
    )


def argocd() -> Iterator[Block]:
    """AppProjects, credentials and Applications, as they lie in the repository."""
    yield Block(
        "resource",
        ("kubernetes_manifest", "argocd"),
        [
            ("for_each", Expr('fileset(var.manifests, "*.yaml")')),
            ("manifest", Expr('yamldecode(file("${var.manifests}/${each.value}"))')),
            Block("field_manager", (), [("name", "tofu"), ("force_conflicts", True)]),
            ("depends_on", Expr("[terraform_data.seed]")),
        ],
    )


def seed(site: "Site") -> Iterator[Block]:
    """Once, when the repository is made; ``seed.sh`` leaves a repository with commits alone."""
    github = site.git.type == "github"
    resource = "github_repository" if github else "gitea_repository"
    address = "http_clone_url" if github else "clone_url"
    yield Block(
        "resource",
        ("terraform_data", "seed"),
        [
            ("triggers_replace", Expr(f"[{resource}.project.id]")),
            Block(
                "provisioner",
                ("local-exec",),
                [
                    ("command", Expr('"\\"$SEED_SCRIPT\\""')),
                    (
                        "environment",
                        {
                            "SEED_SCRIPT": Expr('"${abspath(path.module)}/seed.sh"'),
                            "SEED_URL": Expr(f"{resource}.project.{address}"),
                            "SEED_FOLDER": Expr("abspath(var.seed)"),
                            "SEED_BRANCH": Expr("var.branch"),
                            "SEED_SERVER": "github" if github else "gitea",
                        },
                    ),
                ],
            ),
        ],
    )


def outputs(site: "Site") -> Iterator[Block]:
    """Where the repository lies."""
    address = (
        "github_repository.project.http_clone_url"
        if site.git.type == "github"
        else "gitea_repository.project.clone_url"
    )
    yield Block(
        "output",
        ("repository",),
        [("value", Expr(address)), ("description", "Address of the project's repository.")],
    )
