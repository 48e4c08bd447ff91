"""Variants that the rule volume-secret finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "volume-secret"
CLASS = "k8s/storage/class.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "one passphrase for all": (
        (CLASS, "node-publish-secret-name: ${pvc.name}", "node-publish-secret-name: crypto"),
        "node-publish-secret-name is crypto for every volume",
    ),
    "one namespace": (
        (
            CLASS,
            "provisioner-secret-namespace: ${pvc.namespace}",
            "provisioner-secret-namespace: longhorn-system",
        ),
        "provisioner-secret-namespace is longhorn-system for every volume",
    ),
    "a step that is missing": (
        (CLASS, "  csi.storage.k8s.io/node-expand-secret-name: ${pvc.name}\n", ""),
        "says no node-expand-secret-name",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "a class with a key service": (
        CLASS,
        'encrypted: "true"',
        'encrypted: "true"\n  encryptionKMSID: tce',
    ),
    "a name with more in it": (
        CLASS,
        "node-stage-secret-name: ${pvc.name}",
        "node-stage-secret-name: key-${pvc.name}",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
