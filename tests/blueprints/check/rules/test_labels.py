"""Variants that the rule labels finds, and others that it has nothing to say of."""

from __future__ import annotations

from pathlib import Path

from tests.blueprints.check.rules.variants import Edit, finds, said

RULE = "labels"
WRONG: dict[str, tuple[Edit, str]] = {
    "another owner": (
        ("two.yaml", "managed-by: tutela", "managed-by: hand"),
        "has app.kubernetes.io/managed-by: hand",
    ),
}

test_says_what_is_wrong = finds(RULE, WRONG)


def test_each_folder_of_sandboxes_belongs_to_its_own_project(tmp_path: Path) -> None:
    written = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {0}, namespace: {1}, labels: {2}}}\n"
    )
    carried = "{{app.kubernetes.io/part-of: {0}, app.kubernetes.io/managed-by: tutela}}"
    edits = [
        (
            f"k8s/sandboxes/{space}/{name}.yaml",
            "",
            written.format(f"{space}-{name}", "web", carried.format(space)),
        )
        for space, names in {"one": "abc", "two": "de"}.items()
        for name in names
    ]
    assert said(tmp_path, RULE, *edits) == []
