"""Whatever is specified, the check finds nothing in what is rendered from it.

Rendering checks before it writes anything, so that it is enough to render.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.blueprints.kinds.sandbox.specifications import GITHUB, project, site, specification
from tests.program import run

SEEDS = range(6)
TITLES = ("T", "A: b # c", "Line\nTwo", '${x} {{ y }} "q" */', "漢字 é")


def _exception(rng: random.Random, number: int) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": f"e{number}",
        "why": rng.choice(TITLES),
        "ports": [rng.choice((80, 443, 8443))],
        "protocol": rng.choice(("TCP", "UDP")),
    }
    if rng.random() < 0.5:
        out["cidr"] = rng.choice(("198.51.100.0/24", "2001:db8::/48", "203.0.113.7/32"))
    if "cidr" not in out or rng.random() < 0.3:
        out["fqdn"] = rng.choice(("hub.example.com", "*.data.example.com"))
    return out


def _project(rng: random.Random, number: int) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if rng.random() < 0.6:
        data["s3"] = [{"name": f"b{k}", "bucket": f"bucket-{number}-{k}"} for k in range(2)]
    if rng.random() < 0.6:
        data["volumes"] = [
            {"name": f"v{k}", "size": rng.choice(("1Gi", "500M")), "type": kind}
            for k, kind in enumerate(("block", "filesystem"))
        ]
    if rng.random() < 0.4:
        data["scratch"] = {"sub_path": rng.choice(("a", "a/b.c/d_e"))}
    ingress = {"name": "i", "why": "metrics", "namespace": "monitoring", "ports": [8080]}
    more: dict[str, Any] = {"waldur": f"{number:032x}"} if rng.random() < 0.3 else {}
    more |= {"ended": "2026-11-01"} if rng.random() < 0.2 else {}
    more |= {"members": []} if rng.random() < 0.3 else {}
    return project(
        f"{rng.choice(('a', 'x-1', 'p' * 39))}{number}",
        title=rng.choice(TITLES),
        data=data,
        network={
            "within": rng.random() < 0.5,
            "egress": [_exception(rng, k) for k in range(rng.randint(0, 3))],
            "ingress": [ingress] if rng.random() < 0.5 else [],
        },
        quota={
            "cpu": rng.choice(("1", "500m", "64")),
            "memory": rng.choice(("1Gi", "512Mi")),
            "gpu": rng.choice((0, 8)),
            "storage": rng.choice(("4Ti", "1T")),
            "pods": rng.choice((1, 50)),
        },
        **more,
    )


def _site(rng: random.Random) -> dict[str, Any]:
    base = site()
    scratch = {"type": "nfs", "root": "/x/y", "server": "nfs.example.org"}
    gpu = {"resource": "amd.com/gpu", "selector": {"pool": "gpu"}, "taint": "gpu"}
    changes: tuple[dict[str, Any], ...] = (
        {"profile": "commercial"},
        {"network": {"cni": "other", "gateway_namespace": "gw"}},
        {"ci": "gitlab"},
        {"waldur": None},
        {"argocd": {**base["argocd"], "on_delete": "cascade", "namespace": "argo"}},
        {"gpu": gpu},
        {"kubernetes": ["1.31", "1.34"]},
        {"storage": {**base["storage"], "scratch": scratch}},
    )
    found = dict(rng.choice(({}, GITHUB, {"git": {**base["git"], "type": "gitea"}})))
    for change in changes:
        found |= change if rng.random() < 0.35 else {}
    identity = found.get("identity", base["identity"])
    client = {"id": "grafana", "name": "G", "redirect": ["https://g.example.org/x"]}
    if rng.random() < 0.3:
        found["identity"] = {
            **identity,
            "groups_prefix": "",
            "namespace": "in",
            "clients": [client],
        }
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_any_specification_renders_to_what_the_check_has_nothing_to_say_of(
    seed: int, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    projects = [_project(rng, number) for number in range(rng.randint(1, 3))]
    (tmp_path / "s.yaml").write_text(specification(*projects, **_site(rng)), encoding="utf-8")
    done = run("blueprint", "render", "s.yaml", "--out", "repo", cwd=tmp_path)
    assert done.code == 0, done.out + done.err
