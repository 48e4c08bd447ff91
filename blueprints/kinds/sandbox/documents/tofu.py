"""OpenTofu: one module, one folder for each project, and the script that runs them.

What ArgoCD is told lies as YAML in ``projects/<project>/argocd/``, where it is checked; the
module puts those very bytes into the cluster. Credentials come from the environment of the job.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from blueprints.emit.hcl import Block, Expr, Value, hcl_text
from blueprints.engine.blueprint import File
from blueprints.kinds.sandbox.documents import tofu_module

if TYPE_CHECKING:
    from blueprints.kinds.sandbox.spec import Project, Site, Specification

_SCRIPTS = Path(__file__).parent.parent / "scripts"
ROLES = ("admin", "member", "viewer")


def files(spec: "Specification") -> Iterator[File]:
    """Everything under ``tofu/``."""
    yield from tofu_module.files(spec.site)
    yield script("seed.sh", "tofu/modules/sandbox/seed.sh")
    yield script("reconcile.sh", "tofu/reconcile.sh")
    for project in spec.projects:
        folder = f"tofu/projects/{project.name}"
        yield File(f"{folder}/main.tf", hcl_text([call(spec.site, project)]))
        yield File(f"{folder}/terraform.tf", hcl_text(list(setup(spec.site, project))))


@cache
def _read(name: str) -> bytes:
    return (_SCRIPTS / name).read_bytes()


def script(name: str, path: str) -> File:
    """A shell script that is the same everywhere; what it works on comes from its environment."""
    return File(path, _read(name), executable=True)


def call(site: "Site", project: "Project") -> Block:
    """The module with the project's values."""
    groups = (project.groups.admins, project.groups.members, project.groups.viewers)
    members: dict[str, Value] = {
        role: sorted({one.name for one in project.members if one.role == role}) for role in ROLES
    }
    values: list[tuple[str, Value] | Block] = [
        ("source", "../../modules/sandbox"),
        ("project", project.name),
        ("title", project.title),
        ("branch", site.git.branch),
        ("groups", dict(zip(ROLES, groups, strict=True))),
        ("members", members),
        (
            "secrets",
            {
                "mount": site.secrets.mount,
                "auth": site.secrets.auth,
                "prefix": site.secrets.prefix,
            },
        ),
        ("manifests", Expr(f'"${{path.root}}/../../../projects/{project.name}/argocd"')),
        ("seed", Expr(f'"${{path.root}}/../../../projects/{project.name}/repository"')),
    ]
    if site.git.type != "github":
        values.append(("organisation", site.git.organisation))
    if site.identity.connector == "keycloak":
        values.append(("realm", site.identity.realm))
    return Block("module", ("sandbox",), values)


def setup(site: "Site", project: "Project") -> Iterator[Block]:
    """State and providers; the state's key is the project's name and never changes."""
    state: list[tuple[str, Value] | Block] = [
        ("bucket", site.state.bucket),
        ("key", f"projects/{project.name}.tfstate"),
        ("region", site.state.region),
        ("endpoints", {"s3": site.state.endpoint}),
        ("use_path_style", True),
        ("use_lockfile", True),
        ("skip_credentials_validation", True),
        ("skip_metadata_api_check", True),
        ("skip_region_validation", True),
        ("skip_requesting_account_id", True),
        ("skip_s3_checksum", True),
    ]
    yield Block(
        "terraform",
        (),
        [
            ("required_version", tofu_module.TOFU),
            Block("backend", ("s3",), state),
            tofu_module.required(site),
        ],
    )
    for name, arguments in tofu_module.providers(site).items():
        yield Block("provider", (name,), list(arguments))
