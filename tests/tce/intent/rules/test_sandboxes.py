"""Projects and what runs in them: names that meet, who may call whom, and what there is of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tce.intent.specifications import tells

NOTEBOOK = "sandboxes/0/workloads/0"
VLLM = "sandboxes/1/workloads/0"


@pytest.mark.parametrize(
    ("changes", "place", "text"),
    [
        ({"sandboxes/1/name": "genomics"}, "sandboxes/1/name", "two sandboxes of the name"),
        ({"sandboxes/1/name": "argocd"}, "sandboxes/1/name", "a namespace of the platform"),
        ({"sandboxes/1/name": "kube-public"}, "sandboxes/1/name", "a namespace of the platform"),
        (
            {"sandboxes/1/workloads/1/name": "vllm"},
            "sandboxes/1/workloads/1/name",
            "two workloads of the name vllm",
        ),
        (
            {f"{NOTEBOOK}/image": "docker.io/library/x@sha256:" + "0" * 64},
            f"{NOTEBOOK}/image",
            "is not of the institution's mirror (registry.hospital.example.org/tce)",
        ),
        (
            {f"{NOTEBOOK}/image": "registry.hospital.example.org/tce/x:latest"},
            f"{NOTEBOOK}/image",
            "@sha256:digest",
        ),
        (
            {f"{NOTEBOOK}/host": "genomics.example.org"},
            f"{NOTEBOOK}/host",
            "is not below tce.hospital.example.org",
        ),
        (
            {f"{NOTEBOOK}/host": "dex.tce.hospital.example.org"},
            f"{NOTEBOOK}/host",
            "is that of Dex already",
        ),
        ({f"{NOTEBOOK}/accepts": []}, f"{NOTEBOOK}/accepts", "add ingress, or leave host out"),
        (
            {f"{VLLM}/accepts/0": "inference/litelm"},
            f"{VLLM}/accepts/0",
            "did you mean inference/litellm?",
        ),
        ({f"{VLLM}/accepts/0": "inference/vllm"}, f"{VLLM}/accepts/0", "is the workload itself"),
        ({f"{VLLM}/accepts/+": "inference/litellm"}, f"{VLLM}/accepts/1", "stands here twice"),
        ({f"{NOTEBOOK}/reaches/0": "reference"}, f"{NOTEBOOK}/reaches/0", "there is no flow"),
        (
            {f"{NOTEBOOK}/reaches/0": "kubectl"},
            f"{NOTEBOOK}/reaches/0",
            "kubectl begins in hospital, not in the environment",
        ),
        ({"sandboxes/1/quota/gpu": 3}, "sandboxes/1/quota/gpu", "3 is less than"),
        ({"sandboxes/1/quota/cpu": "16"}, "sandboxes/1/quota/cpu", "16 is less than"),
        ({"sandboxes/1/quota/storage": "1Gi"}, "sandboxes/1/quota/storage", "1Gi is less"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], place: str, text: str) -> None:
    tells(changes, place, text)
