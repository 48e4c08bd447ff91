"""Variants that the rule object-name finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "object-name"
MAP = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a{0}{1}}}\n"
FOUR = "".join(MAP.format(number, ", namespace: other") for number in range(4))
KUSTOMIZATION = (
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [maps.yaml]\n"
)
WRONG: dict[str, tuple[Edit, str]] = {
    "a document without a name": (("maps.yaml", "  name: colours\n", ""), "ConfigMap has no name"),
    "no namespace where its neighbours have one": (
        ("more.yaml", "", MAP.format(0, "")),
        "has no namespace",
    ),
    "another namespace than four neighbours": (
        ("more.yaml", "", FOUR),
        "is in namespace paint; 4 objects beside it in other",
    ),
}
RIGHT: dict[str, Edit] = {
    "a kustomization": ("kustomization.yaml", "", KUSTOMIZATION),
    "a file that a program is started with": (
        "enc.yaml",
        "",
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources: []\n",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
