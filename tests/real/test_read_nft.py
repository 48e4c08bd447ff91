"""The text of a ruleset and what the kernel holds of it are read alike (nft, unshare)."""

import os
import random
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tce.read import nft_json, nftables
from tce.space.filter import Filter, decide
from tce.space.header import FIELDS, Packet, top
from tests.prove import share

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        shutil.which("nft", path="/usr/sbin:/usr/bin") is None, reason="nft is not installed"
    ),
]
SAMPLES = Path(__file__).parent.parent / "tce" / "read" / "samples"
LEGS = ("tce0", "up0", "wg0")
BETWEEN = "# and as JSON:\n"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def loaded(text: str) -> tuple[str, str] | None:
    """What a kernel with nothing but this says that it holds, as text and JSON; None: refused."""
    command = "nft -f - && nft list ruleset && echo '# and as JSON:' && nft -j list ruleset"
    new = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-Urn"]
    found = subprocess.run(
        [*new, "sh", "-c", command],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=ENVIRONMENT,
    )
    if found.returncode:
        return None
    listed, _, said = found.stdout.partition(BETWEEN)
    return listed, said


def asked(filters: Sequence[Filter], dice: random.Random) -> Iterator[Packet]:
    """Packets at the edges of what any rule of them fits, and right beside."""
    family = filters[0].family
    edges = [set[int]() for _ in FIELDS]
    for one in filters:
        for box in (box for rule in one.rules for box in rule.boxes):
            for place, (field, (low, high)) in enumerate(zip(FIELDS, box.ranges, strict=True)):
                beside = (low - 1, low, high, high + 1)
                edges[place].update(v for v in beside if 0 <= v <= top(field, family))
    values = [sorted(one) or [0] for one in edges]
    boxes = [box for one in filters for rule in one.rules for box in rule.boxes]
    for _ in range(400):
        chosen = [dice.choice(some) for some in values]
        if boxes and dice.random() < 0.8:
            inside = dice.choice(boxes).ranges
            chosen = [
                other if dice.random() < 0.1 else dice.choice(both)
                for other, both in zip(chosen, inside, strict=True)
            ]
        yield Packet(family, tuple(chosen))


def agree(*found: tuple[Filter, ...]) -> bool:
    """Whether all decide alike, at each point and in each family."""
    dice = random.Random(0)
    for filters in zip(*found, strict=True):
        assert len({(one.family, one.point, one.default, one.logs) for one in filters}) == 1
        for one in asked(filters, dice):
            assert len({decide(each, one)[0] for each in filters}) == 1, str(one)
    return True


def same(text: str, legs: Sequence[str] = LEGS) -> bool:
    """Whether the kernel took it; then all three are read alike."""
    said = loaded(text)
    return said is not None and agree(
        nftables.read(text, "given.nft", legs),
        nftables.read(said[0], "listed.nft", legs),
        nft_json.read(said[1], "live.json", legs),
    )


@pytest.mark.parametrize("name", ["gateway.nft", "aerleon/mixed.nft", "aerleon/inet.nft"])
def test_samples_are_read_as_the_kernel_holds_them(name: str) -> None:
    assert same((SAMPLES / name).read_text())


@pytest.mark.parametrize("name", ["hospital", "alps"])
def test_a_rendered_perimeter_is_read_as_the_kernel_holds_it(name: str) -> None:
    from blueprints.engine.spec import load
    from tce.intent.spec import Specification
    from tce.render.network.nftables import ruleset

    folder = Path(__file__).parent.parent.parent / "tce" / "examples"
    spec = load(folder / f"{name}.yaml").model
    assert isinstance(spec, Specification)
    legs = tuple(dict.fromkeys(zone.leg for zone in spec.zones.values()))
    assert same(ruleset(spec), legs)


def test_a_line_end_of_another_system_is_refused_by_the_kernel_s_tool_too() -> None:
    assert loaded("table inet t {\r\n}\r\n") is None


ADDRESS = st.builds(
    "10.{}.{}.{}".format, st.integers(0, 3), st.integers(0, 3), st.sampled_from((0, 1, 128))
)
NETWORK = st.one_of(
    ADDRESS,
    st.sampled_from(("10.0.0.0/8", "10.1.0.0/16", "10.2.2.128/25", "10.1.0.0-10.1.0.99")),
)
NETWORK6 = st.sampled_from(
    ("2001:db8::/32", "2001:db8:1::9", "fe80::/10", "2001:db8::1-2001:db8::9")
)
PORT = st.sampled_from(("22", "53", "80-90", "1024-65535", "https"))
LEG = st.sampled_from(LEGS)


def listed(values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """One, or several in braces; equal ones once, as the kernel refuses overlaps."""
    many = st.lists(values, min_size=1, max_size=3, unique=True)
    return st.one_of(values, many.map(lambda some: f"{{ {', '.join(some)} }}"))


NOT = st.sampled_from(("", "!= "))
MATCH = st.one_of(
    st.builds("iifname {}{}".format, NOT, listed(LEG)),
    st.builds("oifname {}{}".format, NOT, listed(LEG)),
    st.builds("ip saddr {}{}".format, NOT, listed(NETWORK)),
    st.builds("ip daddr {}{}".format, NOT, listed(NETWORK)),
    st.builds("ip6 saddr {}{}".format, NOT, listed(NETWORK6)),
    st.builds("tcp dport {}{}".format, NOT, listed(PORT)),
    st.builds("udp sport {}{}".format, NOT, listed(PORT)),
    st.builds("meta l4proto {{ tcp, udp }} th dport {}".format, listed(PORT)),
    st.builds("ip saddr . ip daddr . tcp dport {{ {} . {} . {} }}".format, NETWORK, NETWORK, PORT),
    st.builds("iifname . oifname {{ {} . {} }}".format, LEG, LEG),
    st.sampled_from(
        (
            "ct state new",
            "ct state established,related",
            "ct state != invalid",
            "tcp flags syn",
            "tcp flags & (fin | syn | rst | ack) == syn",
            "tcp flags & (syn | ack) != syn | ack",
            "tcp flags ! syn,rst",
            "icmp type echo-request",
            "icmp type { 3, 11-12 }",
            "icmp type destination-unreachable icmp code 4",
            "icmpv6 type != { nd-neighbor-solicit, 128 }",
            "meta nfproto ipv6",
            "meta protocol ip",
            "ip protocol icmp",
            "meta l4proto != tcp",
            "ip frag-off & 0x1fff != 0",
        )
    ),
)
ENDS = {"accept", "drop", "counter accept", "log group 1 drop", "jump more", "goto more", "return"}
MAP = "ct state vmap { established : accept, invalid : drop, new : jump more }"
END = st.sampled_from(sorted({*ENDS, "reject", "counter", MAP}))
RULE = st.builds(lambda matches, end: " ".join((*matches, end)), st.lists(MATCH, max_size=3), END)
MORE = st.builds(
    lambda matches, end: " ".join((*matches, end)),
    st.lists(MATCH, max_size=2),
    st.sampled_from(("accept", "drop", "return", "counter")),
)


@settings(max_examples=share(4000))
@given(
    st.sampled_from(("inet", "ip", "ip6")),
    st.lists(RULE, max_size=5),
    st.lists(MORE, max_size=3),
    st.sampled_from(("accept", "drop")),
)
def test_rulesets_of_all_kinds_are_read_as_the_kernel_holds_them(
    family: str, rules: list[str], more: list[str], policy: str
) -> None:
    lines = "\n".join(rules)
    text = f"table {family} t {{\nchain more {{\n" + "\n".join(more) + "\n}\nchain f {\n"
    text += f"type filter hook forward priority 0; policy {policy};\n{lines}\n}}\n}}\n"
    same(text)
