"""The hospital, rendered as far as a probe needs it."""

import os
import shutil
from datetime import date
from functools import lru_cache

import pytest

from blueprints.emit.yaml import yaml_text
from tce.probe.meaning import Meaning
from tce.probe.namespaces import PROGRAMS
from tce.probe.topology import Topology
from tce.probe.topology import read as topology
from tce.prove.intent import Intent, read_intent
from tce.render.network.nftables import ruleset
from tests.tce.intent.specifications import data, typed

TODAY = date(2026, 11, 22)
needs_nft = pytest.mark.skipif(
    not all(shutil.which(one, path=PROGRAMS) for one in ("nft", "ip")),
    reason="there is no nft on this machine",
)
needs_switch = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("ovs-vswitchd", path=PROGRAMS) is None,
    reason="switches are made by root only, with Open vSwitch",
)


@lru_cache
def specification() -> bytes:
    """``spec.yaml``."""
    return yaml_text([data()])


@lru_cache
def perimeter() -> bytes:
    """``network/perimeter/tce.nft``."""
    return ruleset(typed()).encode()


@lru_cache
def intent() -> Intent:
    """As the proof reads it."""
    return read_intent(specification().decode(), "spec.yaml", TODAY)


@lru_cache
def meaning() -> Meaning:
    """What of it may pass."""
    return Meaning(intent())


@lru_cache
def places() -> Topology:
    """Who is where."""
    return topology(data())
