"""Variants that the rule dex-configuration finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "dex-configuration"
WRONG: dict[str, tuple[Edit, str]] = {
    "everybody with an account": (
        ("dex.yaml", "          orgs:\n            - name: example\n", ""),
        "lets everybody in",
    ),
    "a secret in Git": (
        ("dex.yaml", "secretEnv: SECRET_ARGOCD", "secret: abc"),
        "has its secret in Git",
    ),
    "no TLS": (("dex.yaml", "issuer: https://", "issuer: http://"), "no https:// address"),
    "passwords": (
        ("dex.yaml", "enablePasswordDB: false", "enablePasswordDB: true"),
        "knows passwords of its own",
    ),
    "tokens in addresses": (
        ("dex.yaml", "responseTypes: [code]", "responseTypes: [code, token]"),
        "hands tokens out in addresses",
    ),
    "another way back": (
        (
            "dex.yaml",
            "redirectURI: https://dex.example.org/callback",
            "redirectURI: https://dex.example.org/back",
        ),
        "instead of https://dex.example.org/callback",
    ),
    "a public client elsewhere": (
        ("dex.yaml", "        secretEnv: SECRET_ARGOCD\n", "        public: true\n"),
        "keeps no secret and sends people to",
    ),
    "half of the ways back of a command line": (
        (
            "dex.yaml",
            (
                "        secretEnv: SECRET_ARGOCD\n"
                "        redirectURIs:\n"
                "          - https://argocd.example.org/auth/callback\n"
            ),
            ('        public: true\n        redirectURIs: ["http://localhost:8000"]\n'),
        ),
        "back to http://localhost:18000",
    ),
    "an unknown setting": (
        (
            "dex.yaml",
            "    enablePasswordDB: false\n",
            "    enablePasswordDB: false\n    colour: green\n",
        ),
        "has colour, which Dex does not know",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
