"""Variants that the rule retention-policy finds, and others that it has nothing to say of."""

from __future__ import annotations

from tests.blueprints.check.rules.variants import Edit, finds

RULE = "retention-policy"
WRONG: dict[str, tuple[Edit, str]] = {
    "no title": (("policy.yaml", "title: saves of the web team\n", ""), "has no title"),
    "a key that no policy has": (
        ("policy.yaml", "scope:\n", "scopes: {}\nscope:\n"),
        "has scopes, which no policy has",
    ),
    "a tier that does not say when": (
        ("policy.yaml", "{after: 30d, action: delete}", "{action: delete}"),
        "does not say when and what",
    ),
    "an artifact without a verdict": (
        ("policy.yaml", ", verdict: keep", ""),
        "without a place or a verdict",
    ),
    "the title of another": (
        (
            "policy.yaml",
            "saves of the web team",
            ('"pre-training: the newest saves to resume from, one of every 10,000 steps for good"'),
        ),
        "says something else than that one",
    ),
    "in a ConfigMap": (
        (
            "config.yaml",
            "",
            (
                "apiVersion: v1\n"
                "kind: ConfigMap\n"
                "metadata: {name: p, namespace: web}\n"
                "data:\n"
                "  policy.yaml: |\n"
                "    rules: [{id: a}]\n"
            ),
        ),
        "matches nothing: a",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)
