import yaml

from blueprints.kinds.sandbox.stacks.component import Component
from blueprints.kinds.sandbox.stacks.folder import folder
from tests.blueprints.kinds.sandbox.stacks.made import place


def test_each_role_is_one_file_and_all_are_named() -> None:
    roles = [Component("b", "x", [{"kind": "B"}]), Component("a", "x", [{"kind": "A"}, {"k": 1}])]
    made = {file.path: file.content for file in folder(place("papers"), roles, {"c": [{"k": 2}]})}
    assert set(made) == {f"stacks/papers/{name}.yaml" for name in ("a", "b", "c", "kustomization")}
    kustomization = yaml.safe_load(made["stacks/papers/kustomization.yaml"])
    assert kustomization["resources"] == ["a.yaml", "b.yaml", "c.yaml"]
    assert list(yaml.safe_load_all(made["stacks/papers/a.yaml"])) == [{"kind": "A"}, {"k": 1}]
