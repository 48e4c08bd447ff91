"""OpenTofu or Terraform code speaks of something that is not there, or never of something that is.

Looks at every folder with `.tf` or `.tofu` files, as a module: variables, locals, resources, data
sources and modules that are used without being declared or are declared twice; arguments of a
local module that it does not have, and inputs and outputs of it that are missing; folders of
modules that do not exist; functions that do not exist; `each` without `for_each`; defaults of
another type than the variable; values in `.tfvars` for no variable; resources whose provider is
not in `required_providers`. As warnings: variables and locals that nothing uses. Neither `tofu`
nor a provider is run, so attributes of resources are not judged.

`tofu validate` would stop at the errors. Correct the name, or declare what is missing.
"""

from collections.abc import Iterator

from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible

ID = "hcl-references"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what does not resolve, folder by folder; files that are no HCL are left to another."""
    if not any(path.endswith((".tf", ".tofu")) for path in repo.files):
        return
    lacking = missing(ID, "pygohcl")
    yield from lacking
    if lacking:
        return
    from blueprints.check.hcl_module import read_modules
    from blueprints.check.hcl_resolve import resolve

    modules = read_modules(repo)
    for folder in sorted(modules):
        for said in resolve(modules[folder], modules):
            level = LEVEL if said.error else Level.WARNING
            yield Finding(said.file, said.line, ID, visible(said.message), level, said.hint)
