"""Something that the provider is given and that is made of a secret, or put together later.

Looks at every field of what is handed to the provider or lies with him: Harvester's objects in any
file, switches, the gateway's files, the sheets that are handed over. A field that is called after a
secret and has a value, that names an engine of OpenBao, a private key or a Secret of Kubernetes, or
that holds a variable which somebody fills in later.

Whatever the provider can read he keeps, in backups too; a secret that passes through a file of his
is his. `tutela tce visibility` shows the same for every field, with what is edited by hand.

Keep the value in the environment: Ansible and OpenBao bring it to machines after they started.
"""

from collections.abc import Iterator

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from tce.check.environment import environment
from tce.visibility import secrets
from tce.visibility.exempt import exemption
from tce.visibility.fields import Field, fields
from tce.visibility.planes import of_file
from tce.visibility.visibility import assumptions, known

ID = "provider-secret"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Every field of the provider's plane."""
    if environment(repo) is None:
        return
    names, register = known(repo), assumptions(repo)
    for file in repo.files:
        if of_file(file).name != "provider" and not file.endswith((".yaml", ".yml", ".json")):
            continue
        for one in fields(file, repo.read(file)):
            if one.plane.name == "provider" and exemption(one, register) is None:
                message = _message(one, names)
                if message:
                    yield Finding(file, one.line, ID, message, LEVEL, "keep it inside")


def _message(one: Field, names: secrets.Known) -> str:
    named = secrets.stands_for(one, names)
    if named:
        return f"{one.name} is made of {named}"
    if secrets.computed(one) and not one.file.endswith(".md"):
        return f"{one.name} is put together later, from what this repository does not say"
    return ""
