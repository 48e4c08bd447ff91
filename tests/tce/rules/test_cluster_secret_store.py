"""Variants that the rule cluster-secret-store finds, and others that it has nothing to say of."""

from pathlib import Path

from tests.blueprints.check.rules.variants import Edit, accepts, finds, said

RULE = "cluster-secret-store"
STORE, KEYS = "k8s/secrets/store.yaml", "k8s/secrets/keys.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "a store": (
        (STORE, "kind: SecretStore", "kind: ClusterSecretStore"),
        "ClusterSecretStore inference/bao serves every namespace with one identity",
    ),
    "who asks it": (
        (KEYS, "kind: SecretStore", "kind: ClusterSecretStore"),
        "ExternalSecret inference/litellm asks a store that serves every namespace",
    ),
    "one entry that asks it": (
        (
            KEYS,
            "    - secretKey: key",
            "    - sourceRef: {storeRef: {kind: ClusterSecretStore, name: bao}}\n"
            "      secretKey: key",
        ),
        "asks a store that serves every namespace",
    ),
    "what is fetched for many": (
        (KEYS, "kind: ExternalSecret", "kind: ClusterExternalSecret"),
        "ClusterExternalSecret inference/litellm serves every namespace",
    ),
}
RIGHT: dict[str, Edit] = {
    "a cluster that is no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "another store": (KEYS, "name: bao", "name: other"),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)


def test_elsewhere_a_store_for_all_is_the_platforms_own(tmp_path: Path) -> None:
    edits = (
        ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
        (STORE, "kind: SecretStore", "kind: ClusterSecretStore"),
    )
    assert said(tmp_path, RULE, *edits) == []
