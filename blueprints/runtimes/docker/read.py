"""What a script with ``docker run`` says of its service."""

from collections.abc import Mapping

from blueprints.runtimes.reading import container, host
from blueprints.runtimes.reading.run import only, run
from blueprints.runtimes.reading.shell import parse
from blueprints.runtimes.reading.values import Values
from blueprints.service.facts import Facts

FIXED = ("--rm", "--network=host", "--security-opt=no-new-privileges")
GROUPS: tuple[str, ...] = ()


def read(files: Mapping[str, bytes]) -> Facts:
    """Its facts; see :data:`blueprints.runtimes.runtime.Reader`."""
    commands = parse(host.text(files), host.SCRIPT)
    values = Values.of(commands, host.SCRIPT)
    secrets = host.secrets(commands, values)
    command = host.always(only(commands, "docker", "run", host.SCRIPT), host.SCRIPT)
    found = run(command, values, container.SWITCHES, host.SCRIPT)
    said = container.run_facts(found, secrets, host.SCRIPT, FIXED, GROUPS)
    return dict([*host.facts(values), *said])
