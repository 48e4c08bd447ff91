"""``tutela tce probe``: the perimeter's file, byte for byte, in a kernel, with packets."""

import hashlib
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from blueprints.errors import ExpectedError
from tce.probe import vlan
from tce.probe.errors import ProbeError
from tce.probe.prober import Options, Prober, Tried
from tce.probe.report import Probed, Probing

PERIMETER = "network/perimeter/tce.nft"
SPECIFICATION = "spec.yaml"
LIMITS = (
    "a kernel in namespaces, not the gateway: tutela tce prove --live reads back what runs there",
    "tunnels are plain links here: what WireGuard itself lets in is not probed",
    "connection tracking puts fragments together before the rules: no fragment is sent",
    "what the gateway itself sends is not filtered, and not probed",
)
SWITCHES = "VLANs of a switch in software: how the provider's own are set up is for him to confirm"


def probe(
    folder: Path,
    options: Options,
    today: date,
    progress: Callable[[str], None],
    *,
    vlans: bool | None = None,
) -> Probing:
    """Send packets through a rendered environment's perimeter, and frames through its VLANs.

    ``vlans``: whether frames are sent; None: where Open vSwitch runs, and else it is told. Raises
    ProbeError where this machine cannot; ExpectedError for a folder that is no rendered
    environment.
    """
    specification, ruleset = _read(folder, SPECIFICATION), _read(folder, PERIMETER)
    with Prober(specification, SPECIFICATION, options, today) as prober:
        progress("sending packets")
        tried = prober.attempt(ruleset, PERIMETER)
    limits = [*LIMITS, *tried.limits]
    parts = [_perimeter(ruleset, tried)]
    seconds = dict(tried.seconds)
    if vlans is not False:
        progress("sending frames")
        began = time.monotonic()
        try:
            parts.append(vlan.probe(folder, prober.raw, options.seed, options.path))
        except ProbeError as error:
            if vlans:
                raise
            hints = "".join(f" ({hint})" for hint in getattr(error, "__notes__", ()))
            limits.append(f"VLANs were not probed: {error}{hints}")
        else:
            seconds["frames"] = time.monotonic() - began
            limits.append(SWITCHES)
    else:
        limits.append("VLANs were not probed: --no-vlans")
    return Probing(str(folder), options.seed, tuple(parts), tuple(limits), seconds)


def _perimeter(ruleset: bytes, tried: Tried) -> Probed:
    outcome = tried.outcome
    return Probed(
        name="perimeter",
        file=PERIMETER,
        sha256=hashlib.sha256(ruleset).hexdigest(),
        sent=dict(outcome.sent),
        control=tried.control,
        wire=outcome.wire,
        logged=outcome.logged,
        counted=outcome.counted,
        left_out=tried.chosen.left_out,
        mismatches=tuple(outcome.mismatches),
    )


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ExpectedError(
            f"{folder} is no rendered environment: {name}: {error.strerror}",
            f"tutela tce render tce.yaml --out {folder}",
        ) from error
