"""Variants that the rule key-service finds, and others that it has nothing to say of."""

from tests.blueprints.check.rules.variants import Edit, accepts, finds

RULE = "key-service"
KMS = "k8s/storage/kms.yaml"
WRONG: dict[str, tuple[Edit, str]] = {
    "no TLS": (
        (KMS, "https://", "http://"),
        "http://bao.hospital.example.org:8200 is asked without TLS",
    ),
    "nobody checked": (
        (KMS, 'Verify": "true"', 'Verify": "false"'),
        "vaultCAVerify does not check who answers",
    ),
    "nothing said": (
        (KMS, '      "vaultCAVerify": "true",\n', ""),
        "without vaultCAVerify it does not check who answers",
    ),
    "keys that stay": (
        (KMS, 'Keys": "true"', 'Keys": "false"'),
        "vaultDestroyKeys keeps keys that were destroyed",
    ),
    "a store without TLS": (
        (
            KMS,
            "",
            (
                "---\n"
                "apiVersion: external-secrets.io/v1\n"
                "kind: SecretStore\n"
                "metadata: {name: bao, namespace: a}\n"
                "spec: {provider: {vault: {server: 'http://bao:8200'}}}\n"
            ),
        ),
        "SecretStore a/bao: http://bao:8200 is asked without TLS",
    ),
    "an issuer without TLS": (
        (
            KMS,
            "",
            (
                "---\n"
                "apiVersion: cert-manager.io/v1\n"
                "kind: Issuer\n"
                "metadata: {name: bao, namespace: a}\n"
                "spec: {vault: {server: 'http://bao:8200'}}\n"
            ),
        ),
        "Issuer a/bao: http://bao:8200",
    ),
}
RIGHT: dict[str, Edit] = {
    "no environment": ("spec.yaml", "blueprint: tce", "blueprint: cluster"),
    "settings of another kind": (KMS, '"encryptionKMSType": "vaulttenantsa"', '"kind": "none"'),
    "what is no JSON": (KMS, '{"tce"', '[{"tce"'),
}

test_says_what_is_wrong = finds(RULE, WRONG)
test_has_nothing_to_say_of_what_is_right = accepts(RULE, RIGHT)
