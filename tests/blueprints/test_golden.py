"""What the examples render to, file by file.

`golden/<example>.txt` holds the digest of every file; a few files are kept whole, so that a
change can be read. After a change that is meant: --update-golden.
"""

from __future__ import annotations

import pytest

from tests.blueprints.conftest import Rendered
from tests.blueprints.repositories import Example, examples, tree
from tests.golden import Golden

WHOLE = (
    "tenancy/rbac.yaml",
    "tenancy/quota.yaml",
    "argocd/project.yaml",
    "argocd/root.yaml",
    "clusters/production/versions.yaml",
    "clusters/production/inference/cluster.yaml",
    "argocd/environments/production.yaml",
    "tofu/root.hcl",
    "k8s/policy/clusterwide.yaml",
    "policies/litellm.yaml",
    "gitops/projects.yaml",
    "handover/institution.md",
    "evidence/assumptions.yaml",
    "argocd/production/root.yaml",
    "protection/branch.json",
    "models/llama-405b/weights.yaml",
)
"""Ends of paths of files that are kept whole: what a tenant may do, and how much of it; what an
environment runs, a cluster's data, how it comes to ArgoCD, where its state lies; of a trusted
environment who may speak to whom, what is deployed, what people do and take for true; of model
services what protects them, what makes all others, where weights lie."""


@pytest.mark.parametrize("example", examples(), ids=str)
def test_an_example_renders_to_its_golden_tree(
    example: Example, rendered: Rendered, golden: Golden
) -> None:
    folder = rendered(example)
    for name in tree(folder):
        if name.endswith(WHOLE) and not name.startswith(".tutela-base"):
            golden.check(f"{example}/{name}", (folder / name).read_text(encoding="utf-8"))
    lines = [f"{digest}  {name}" for name, digest in tree(folder).items()]
    golden.check(f"{example}/tree.txt", "\n".join(lines) + "\n")
