"""Variants that the rule volume-mount finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "volume-mount"
WRONG: dict[str, tuple[Edit, str]] = {
    "no volume": (
        (
            "web/deployment.yaml",
            "            - name: tmp\n              mountPath",
            "            - name: temp\n              mountPath",
        ),
        "mounts 'temp', which is no volume",
    ),
    "one path twice": (
        ("web/deployment.yaml", "mountPath: /etc/web", "mountPath: /tmp"),
        "mounts two volumes at /tmp",
    ),
    "no such entry": (
        (
            "web/deployment.yaml",
            "              mountPath: /etc/web\n",
            "              mountPath: /etc/web\n              subPath: mood\n",
        ),
        "subPath 'mood' is no entry of ConfigMap web",
    ),
    "a claim that is only read": (
        (
            "web/deployment.yaml",
            "          configMap:\n            name: web\n",
            "          persistentVolumeClaim:\n            claimName: web\n",
        ),
        "is only read, and its claim is not readOnly",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "an entry": (
        (
            "web/deployment.yaml",
            "              mountPath: /etc/web\n",
            "              mountPath: /etc/web\n              subPath: mode\n",
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
