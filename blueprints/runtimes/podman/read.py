"""What a script with ``podman run`` says of its service."""

from collections.abc import Mapping

from blueprints.runtimes.reading import container, host
from blueprints.runtimes.reading.run import only, run
from blueprints.runtimes.reading.shell import parse
from blueprints.runtimes.reading.values import Values
from blueprints.service.facts import Facts

FIXED = ("--rm", "--network=host", "--http-proxy=false", "--security-opt=no-new-privileges")
GROUPS = ("--group-add=keep-groups",)


def read(files: Mapping[str, bytes]) -> Facts:
    """Its facts; see :data:`blueprints.runtimes.runtime.Reader`."""
    commands = parse(host.text(files), host.SCRIPT)
    values = Values.of(commands, host.SCRIPT)
    values.known["limits"] = host.gathered(commands, values, "limits")
    secrets = host.secrets(commands, values)
    command = host.always(only(commands, "podman", "run", host.SCRIPT), host.SCRIPT)
    found = run(command, values, container.SWITCHES, host.SCRIPT)
    said = container.run_facts(found, secrets, host.SCRIPT, FIXED, GROUPS)
    return dict([*host.facts(values), *said])
