"""Variants that the rule gpu-placement finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "gpu-placement"
WRONG: dict[str, tuple[Edit, str]] = {
    "no selector": (
        ("web/deployment.yaml", '      nodeSelector:\n        hpc: "true"\n', ""),
        "does not select nodes",
    ),
    "no GPU": (
        (
            "web/deployment.yaml",
            (
                ', nvidia.com/gpu: "1"}\n'
                "            limits: {cpu: 250m, memory: 256Mi, ephemeral-storage: "
                '128Mi, nvidia.com/gpu: "1"}'
            ),
            ("}\n            limits: {cpu: 250m, memory: 256Mi, ephemeral-storage: 128Mi}"),
        ),
        "asks for no GPU",
    ),
    "half a GPU": (
        (
            "web/deployment.yaml",
            'nvidia.com/gpu: "1"}\n          securityContext',
            "nvidia.com/gpu: 500m}\n          securityContext",
        ),
        "must be a whole number",
    ),
    "another value": (
        ("web/deployment.yaml", 'hpc: "true"\n', 'hpc: "yes"\n'),
        "selects nodes with hpc='yes'",
    ),
    "every taint": (
        (
            "web/deployment.yaml",
            '{key: hpc, operator: Equal, value: "true", effect: NoSchedule}',
            "{operator: Exists}",
        ),
        "tolerates every taint",
    ),
    "another effect": (
        ("web/deployment.yaml", "effect: NoSchedule", "effect: NoExecute"),
        "does not tolerate the taint",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a toleration of any value": (
        ("web/deployment.yaml", 'operator: Equal, value: "true"', "operator: Exists"),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
