"""Variants that the rule admission-file finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "admission-file"
RKE = "rke2/config.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "an argument of the API server": (
        (RKE, "enc.yaml\n", ("enc.yaml\n  - admission-control-config-file=/etc/tce/a.yaml\n")),
        "takes the place of RKE2's own file",
    ),
    "another profile": (
        (RKE, "profile: cis", "profile: etcd"),
        "the profile etcd sets none of CIS",
    ),
    "on agents": (("rke2/agent/config.yaml", "", "profile: none\n"), "the profile none"),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "other arguments": (RKE, "enc.yaml\n", "enc.yaml\n  - audit-log-maxage=30\n"),
    "data of another shape": ("rke2/list.yaml", "", "- profile\n"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
