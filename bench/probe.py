"""Measures a probe: packets through the rendered perimeter in namespaces of this machine.

python bench/probe.py --packets 10000

The hospital's example. Set-up (gateway, a host for each zone, dual stack) is timed by itself; then
the control and the rendered file, each with answers and errors about every packet, and the packets
alone, as often as `--repeats` says: medians. How cost grows is told with a tenth and ten times the
packets. Needs nft and ip. Exit code 3 where the target is missed: 10,000 packets within 5 s after
set-up.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # not this folder

from blueprints.engine.catalogue import example  # noqa: E402
from blueprints.engine.spec import parse  # noqa: E402
from tce.intent.spec import Specification  # noqa: E402
from tce.probe import topology  # noqa: E402
from tce.probe.choose import Chooser, Probe  # noqa: E402
from tce.probe.lab import ACCEPT_ALL, Lab, Sent  # noqa: E402
from tce.probe.meaning import Meaning  # noqa: E402
from tce.probe.trial import Everything, Trial  # noqa: E402
from tce.prove.intent import read_intent  # noqa: E402
from tce.render.network.nftables import ruleset  # noqa: E402

MOST_SECONDS = 5


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packets", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    text = str(example("tce", "hospital"))
    loaded = parse(text.encode(), "tce.yaml")
    assert isinstance(loaded.model, Specification)
    nft = ruleset(loaded.model).encode()
    intent = read_intent(text, "tce.yaml", date(2026, 11, 22))
    meaning = Meaning(intent)
    places = topology.read(loaded.data)
    chooser = Chooser(intent, places, meaning.beginnings, 1)
    chosen = {
        count: chooser.choose(count).probes
        for count in (asked.packets // 10, asked.packets, asked.packets * 10)
    }
    began = time.perf_counter()
    with Lab(places) as lab:
        print(f"set-up: {time.perf_counter() - began:.2f} s")
        number = 1
        for count, probes in chosen.items():
            lab.load(ACCEPT_ALL)
            control = Trial(lab, Everything(), number)
            began = time.perf_counter()
            wrong = control.run(probes, logs=False).mismatches
            controlled = time.perf_counter() - began
            lab.load(nft)
            trial = Trial(lab, meaning, control.next)
            began = time.perf_counter()
            outcome = trial.run(probes)
            whole = time.perf_counter() - began
            number = trial.next
            alone = []
            for _ in range(asked.repeats if count <= asked.packets else 1):
                lab.load(nft)
                seconds, number = sent(lab, probes, number)
                alone.append(seconds)
            median = statistics.median(alone)
            print(
                f"{count:,} random packets and {len(probes) - count:+,} at boundaries or left out: "
                f"alone {median:.2f} s ({len(probes) / median:,.0f} each second); with "
                f"{sum(outcome.sent.values()) - len(probes):,} answers and errors {whole:.2f} s; "
                f"the control with all of theirs {controlled:.2f} s; "
                f"mismatches {len(wrong) + len(outcome.mismatches)}"
            )
            if wrong or outcome.mismatches:
                raise SystemExit("the rendered file does not do what the intent says")
            if count == asked.packets == 10_000 and median > MOST_SECONDS:
                print(f"missed: more than {MOST_SECONDS} s")
                raise SystemExit(3)


def sent(lab: Lab, probes: Sequence[Probe], first: int) -> tuple[float, int]:
    """Seconds for the packets alone, and the next number that is free."""
    packets = [Sent(first + n, probe.host, probe.packet) for n, probe in enumerate(probes)]
    began = time.perf_counter()
    seen = lab.send(packets)
    seconds = time.perf_counter() - began
    if len(seen.arrived) + len(seen.logged) != len(packets):
        raise SystemExit("packets were lost")
    return seconds, first + len(packets)


if __name__ == "__main__":
    main()
