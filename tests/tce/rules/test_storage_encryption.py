"""Variants that the rule storage-encryption finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "storage-encryption"
CLASS = "k8s/storage/class.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "no encryption": (
        (CLASS, 'encrypted: "true"', 'encrypted: "false"'),
        "StorageClass tce-encrypted encrypts nothing",
    ),
    "nothing said": ((CLASS, '  encrypted: "true"\n', ""), "encrypts nothing"),
    "the provider's driver": (
        (CLASS, "driver.longhorn.io", "driver.harvesterhci.io"),
        "is of driver.harvesterhci.io: the provider holds its keys",
    ),
    "no default": (
        (CLASS, 'class: "true"', 'class: "false"'),
        "is no default: claims that name no class get another",
    ),
    "two defaults": (
        (
            CLASS,
            "",
            (
                "---\n"
                "apiVersion: storage.k8s.io/v1\n"
                "kind: StorageClass\n"
                "metadata:\n"
                "  name: second\n"
                "  annotations: {storageclass.kubernetes.io/is-default-class: "
                '"true"}\n'
                "provisioner: driver.longhorn.io\n"
                'parameters: {encrypted: "true"}\n'
            ),
        ),
        "StorageClass second is a default beside tce-encrypted",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "a class beside the default": (
        CLASS,
        "",
        (
            "---\n"
            "apiVersion: storage.k8s.io/v1\n"
            "kind: StorageClass\n"
            "metadata:\n"
            "  name: second\n"
            "  annotations: {storageclass.kubernetes.io/is-default-class: "
            '"false"}\n'
            "provisioner: driver.longhorn.io\n"
            'parameters: {encrypted: "true"}\n'
        ),
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
