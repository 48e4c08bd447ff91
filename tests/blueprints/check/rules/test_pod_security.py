"""Variants that the rule pod-security finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "pod-security"
WRONG: dict[str, tuple[Edit, str]] = {
    "privileged": (
        ("web/deployment.yaml", "privileged: false", "privileged: true"),
        "is privileged",
    ),
    "escalation not said": (
        ("web/deployment.yaml", "            allowPrivilegeEscalation: false\n", ""),
        "must set allowPrivilegeEscalation: false",
    ),
    "capabilities kept": (
        ("web/deployment.yaml", "drop: [ALL]", "drop: [NET_RAW]"),
        "must drop the capabilities ALL",
    ),
    "capabilities added": (
        ("web/deployment.yaml", "drop: [ALL]", "drop: [ALL]\n              add: [SYS_ADMIN]"),
        "adds the capability SYS_ADMIN",
    ),
    "root": (("web/deployment.yaml", "runAsUser: 10001", "runAsUser: 0"), "runs as root"),
    "no profile": (
        ("web/deployment.yaml", "        seccompProfile:\n          type: RuntimeDefault\n", ""),
        "must have the seccompProfile",
    ),
    "a path of the node": (
        (
            "web/deployment.yaml",
            "          emptyDir:\n            sizeLimit: 64Mi\n",
            "          hostPath: {path: /tmp}\n",
        ),
        "is of the kind hostPath",
    ),
    "a port of the node": (
        (
            "web/deployment.yaml",
            "containerPort: 8080",
            "containerPort: 8080\n              hostPort: 80",
        ),
        "takes a port of the node",
    ),
    "the group of root": (
        ("web/deployment.yaml", "fsGroup: 10001", "fsGroup: 0"),
        "has the group of root",
    ),
}
RIGHT: dict[str, tuple[Edit, ...]] = {
    "a profile of its own": (("web/deployment.yaml", "type: RuntimeDefault", "type: Localhost"),),
    "a low port": (
        (
            "web/deployment.yaml",
            "drop: [ALL]",
            "drop: [ALL]\n              add: [NET_BIND_SERVICE]",
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
