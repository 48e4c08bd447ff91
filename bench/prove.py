"""Measures a proof, with peers beside it.

python bench/prove.py --rules 1000 10000

For each number: the hospital's environment with so many flows, IPv4 and IPv6, nearly all through
the switches, is rendered whole (not measured) and proved in a process of its own: five targets
(gateway, EOS, IOS, Junos, policies of the cluster), every property, both families. Processor time
is that of both processes: on a busy machine it says more than the clock.

Then peers, at the first number, on one list (EOS, in, IPv4) against what is expected of it: this
proof's engine alone; plain z3, one formula for the whole list; intervals without an index or z3,
each box from all others; and Aerleon's check, which answers for one packet at a time. Exit code 3
where a target is missed: 10 s for 1,000 rules, 120 s for 10,000.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import reduce
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder: its html.py would stand before Python's own

MOST_SECONDS = {1_000: 10, 10_000: 120}
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PACKETS = 100
"""That Aerleon's check is asked about."""
_PROVE = """
import json, resource, sys
from datetime import datetime, UTC
from pathlib import Path
from bench.peak import peak_mb
from tce.prove.prove import Options, prove
proof = prove(Path(sys.argv[1]), Options(), datetime(2026, 11, 22, tzinfo=UTC), lambda _: None)
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps({
    "holds": proof.holds, **proof.figures, "rules": sum(one.rules for one in proof.targets),
    "cpu": sum(one.ru_utime + one.ru_stime for one in used),
    "mb": sum(one.ru_maxrss for one in used) / 1024,
}))
"""


def specification(rules: int, seed: int = 1) -> dict[str, Any]:
    """The hospital's with so many flows."""
    from tce.prove.plain import read_plain

    said, _ = read_plain((ROOT / "tce/examples/hospital.yaml").read_text())
    draw = random.Random(seed)
    used = {
        name
        for sandbox in said["sandboxes"]
        for workload in sandbox["workloads"]
        for name in workload.get("reaches", ())
    }
    flows = [one for one in said["flows"] if one["name"] in used]
    said["flows"] = [*flows, *(_flow(number, draw) for number in range(rules - len(flows)))]
    return said


def _flow(number: int, draw: random.Random) -> dict[str, Any]:
    inside, outside = draw.randrange(16, 240), draw.randrange(1 << 16)
    ends = [
        {"zone": "tce", "networks": [f"10.90.12.{inside}/32", f"2001:db8:90:12::{inside:x}/128"]},
        {
            "zone": "provider",
            "networks": [
                f"10.1.{outside >> 8}.{outside & 255}/32",
                f"2001:db8:1::{outside:x}/128",
            ],
        },
    ]
    if draw.random() < 0.5:
        ends.reverse()
    first = draw.randrange(1, 60_000)
    last = first + draw.choice((0, 0, 0, 3, 100))
    return {
        "name": f"flow-{number}",
        "from": ends[0],
        "to": ends[1],
        "protocol": draw.choice(("tcp", "tcp", "tcp", "udp")),
        "ports": [first if first == last else f"{first}-{last}"],
        "why": "measured",
        "owner": "nobody in particular",
        "expires": "2027-11-30",
    }


def rendered(said: dict[str, Any], folder: Path) -> None:
    """The whole repository."""
    from blueprints.emit.yaml import yaml_text
    from tce.intent.spec import Specification
    from tce.render import documents

    folder.mkdir(parents=True)
    (folder / "spec.yaml").write_bytes(yaml_text([said]))
    for one in documents(Specification.model_validate(said)):
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)


def proved(folder: Path) -> dict[str, float]:
    """Figures of a proof in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", _PROVE, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(run.stdout)
    return found


def peers(folder: Path, said: dict[str, Any]) -> dict[str, float]:
    """Processor seconds of each for one list, both directions."""
    from tce.prove.compare import difference
    from tce.prove.device import Subjects
    from tce.prove.intent import read_intent
    from tce.prove.smt import Solver
    from tce.prove.table import Pool, Table
    from tce.read import formats

    intent = read_intent((folder / "spec.yaml").read_text(), "spec.yaml", date(2026, 11, 22))
    name = "network/switches/leaf1.eos"
    filters = formats.read("eos", (folder / name).read_text(), name, intent.legs)
    one = next(each for each in filters if (each.family, each.point) == (4, "in"))
    pool = Pool()
    subject = Subjects(intent, pool).subject(one)
    pairs: tuple[tuple[Table, Table], ...] = (
        (subject.table, subject.may),
        (subject.wide, subject.table),
    )
    solver = Solver(4, pool)

    def ours() -> bool:
        return not any(difference(*pair, solver) for pair in pairs)

    found = {}
    for who, run in (
        ("this engine, and box algebra", ours),
        ("plain z3", lambda: not any(_plain_z3(*pair) for pair in pairs)),
        ("intervals, every pair", lambda: not any(_naive(*pair) for pair in pairs)),
    ):
        found[who] = _cpu(run)
    check = _aerleon(said)
    found[f"Aerleon's check, {PACKETS} packets"] = _cpu(check)
    return found


def _cpu(run: Callable[[], bool]) -> float:
    began = time.process_time()
    if not run():
        raise SystemExit("a peer found a difference where there is none")
    return time.process_time() - began


def _plain_z3(one: Any, other: Any) -> bool:
    """Whether anything is accepted by the one and not by the other: one formula."""
    import z3

    from tce.prove.table import Space
    from tce.space.header import FIELDS, Field, width

    fields = [z3.BitVec(field.value, width(field, 4)) for field in FIELDS]

    def box(row: Any) -> Any:
        return z3.And(
            *(
                part
                for value, (low, high) in zip(fields, row, strict=True)
                for part in (z3.ULE(low, value), z3.ULE(value, high))
            )
        )

    def accepted(table: Any) -> Any:
        rows = reversed(list(table.rows()))
        return reduce(
            lambda rest, row: z3.If(box(row[0]), z3.BoolVal(row[2]), rest), rows, z3.BoolVal(False)
        )

    space = Space(4, "switch")
    solver = z3.SolverFor("QF_BV")
    solver.add(z3.Or(*(box(kind) for _, kind in space.kinds())))
    solver.add(z3.ULE(fields[FIELDS.index(Field.STATE)], 4))
    solver.add(accepted(one), z3.Not(accepted(other)))
    return bool(solver.check() == z3.sat)


def _naive(one: Any, other: Any) -> bool:
    """The same by subtraction, each box from all others in order."""
    from tce.prove.algebra import leftover
    from tce.prove.sides import Question

    then = tuple(zip(other.numbers, other.accepts, strict=True))
    for place, row in enumerate(one.numbers):
        if one.accepts[place]:
            before = [n for n in range(place) if not one.accepts[n]]
            but = tuple(one.numbers[n] for n in before)
            if leftover(Question(row, but, then), one.pool.rows) is not None:
                return True
    return False


def _aerleon(said: dict[str, Any]) -> Callable[[], bool]:
    """Its check of one packet of each of some flows; making the policy is not measured."""
    from aerleon.lib import aclcheck, naming, policy, policy_builder

    definitions = naming.Naming()
    networks, services, terms, packets = {}, {}, [], []
    for number, flow in enumerate(said["flows"]):
        ends = [str(flow[end]["networks"][0]) for end in ("from", "to")]
        for end, address in zip("SD", ends, strict=True):
            networks[f"{end}{number}"] = {"values": [{"address": address}]}
        ports = str(flow["ports"][0])
        services[f"P{number}"] = [{"protocol": flow["protocol"], "port": ports}]
        terms.append(
            {
                "name": f"t{number}",
                "source-address": f"S{number}",
                "destination-address": f"D{number}",
                "destination-port": f"P{number}",
                "protocol": flow["protocol"],
                "action": "accept",
            }
        )
        packets.append((*ends, ports.partition("-")[0], flow["protocol"]))
    definitions.ParseDefinitionsObject({"networks": networks, "services": services}, "bench")
    header = {"targets": {"arista": "bench extended"}}
    its = {"filename": "bench", "filters": [{"header": header, "terms": terms}]}
    made = policy.FromBuilder(policy_builder.PolicyBuilder(its, definitions))

    def run() -> bool:
        return all(
            aclcheck.AclCheck(made, source, end, "40000", port, protocol).ExactMatches()
            for source, end, port, protocol in packets[:PACKETS]
        )

    return run


def main() -> int:
    """Prints what docs/benchmarks.md has; 3 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--folder", type=Path, help="Where to render, or where it was.")
    asked = parser.parse_args()
    missed = False
    with tempfile.TemporaryDirectory() as temporary:
        for rules in asked.rules:
            folder = (asked.folder or Path(temporary)) / str(rules)
            said = specification(rules)
            if not folder.exists():
                rendered(said, folder)
            figures = proved(folder)
            missed |= figures["seconds"] > MOST_SECONDS.get(rules, float("inf"))
            missed |= not figures["holds"]
            print(f"{rules:,} flows: {json.dumps(figures)}", flush=True)
            if rules == asked.rules[0]:
                for who, seconds in peers(folder, said).items():
                    print(f"  {who}: {seconds:.2f} s", flush=True)
    return 3 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
