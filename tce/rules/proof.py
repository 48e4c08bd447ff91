"""A device or a policy that does something else than the specification says.

Looks at repositories of trusted environments whose `spec.yaml` has zones: reads the gateway's
ruleset, the switches' lists, the cluster's policies, VLANs and tunnels back and proves them against
the specification, as `tutela tce prove` does. Without a `tutela.lock` the repository was not
rendered, and only its devices are proved.

One bit in a prefix opens an environment to somebody else and no test with packets meets just that
one: what devices are given is text that people edit. What is found has a packet that shows it.

Render again, or change the specification: `tutela tce prove DIR` says all that it knows.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.errors import ExpectedError
from tce.check.environment import FILE, environment
from tce.prove import extra

if TYPE_CHECKING:
    from tce.prove.report import Finding as Proved

ID = "proof"
LEVEL = Level.ERROR
LOCK = "tutela.lock"
FORMATS = ("nftables", "eos", "ios", "junos")


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """What speaks against the proof; or that the packages it needs are not there."""
    said = environment(repo)
    if said is None or not isinstance(said.data, dict) or "zones" not in said.data:
        return
    if extra.missing():
        yield NotChecked(ID, f"not installed: {', '.join(extra.missing())}: {extra.INSTALL}")
        return
    from tce.prove.prove import prove_repository
    from tce.prove.sources import Options

    try:
        proof = prove_repository(repo, str(repo.folder), Options(), settings.today, lambda _: None)
    except ExpectedError as error:
        yield Finding(FILE, 0, ID, str(error), LEVEL, "tutela tce prove DIR")
        return
    devices = {one.name for one in proof.targets if one.format in FORMATS} | {"intent"}
    for one in proof.findings:
        if one.target not in devices and not repo.exists(LOCK):
            continue
        yield Finding(one.file, one.line, ID, _message(one), LEVEL, "tutela tce prove DIR")


def _message(one: "Proved") -> str:
    family = f", IPv{one.family}" if one.family else ""
    packet = f"; packet: {one.packet}" if one.packet else ""
    flow = f"; flow: {one.flow}" if one.flow else ""
    return f"{one.property} ({one.target}{family}): {one.message}{packet}{flow}"
