from pathlib import Path

from blueprints.engine.blueprint import Owner
from blueprints.parts.ansible import tree


def test_settings_lie_in_the_top_and_are_shared_and_the_rest_is_generated(tmp_path: Path) -> None:
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles/one.yaml").write_bytes(b"one")
    (tmp_path / "ansible.cfg").write_bytes(b"[defaults]")
    found = {file.path: (file.content, file.owner) for file in tree(tmp_path, ("ansible.cfg",))}
    assert found == {
        "ansible.cfg": (b"[defaults]", Owner.SHARED),
        "ansible/roles/one.yaml": (b"one", Owner.GENERATED),
    }
