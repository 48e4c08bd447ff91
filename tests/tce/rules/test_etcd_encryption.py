"""Variants that the rule etcd-encryption finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "etcd-encryption"
ENC = "rke2/enc.yaml"
RKE = "rke2/config.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "identity": (
        (ENC, "          timeout: 3s\n", "          timeout: 3s\n      - identity: {}\n"),
        "identity stores secrets in the clear",
    ),
    "a key on the disk": (
        (ENC, "          timeout: 3s\n", "          timeout: 3s\n      - secretbox: {keys: []}\n"),
        "the key of secretbox lies on the server's disk",
    ),
    "version 1": ((ENC, "apiVersion: v2", "apiVersion: v1"), "kms of version 1"),
    "RKE2's own": (
        (RKE, "profile: cis\n", "profile: cis\nsecrets-encryption-provider: aescbc\n"),
        "secrets-encryption-provider keeps its key on the server's disk",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "another file": ("other/config.yaml", "", "secrets-encryption-provider: aescbc\n"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
