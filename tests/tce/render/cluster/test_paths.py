from __future__ import annotations

from tce.render.cluster import paths, playbooks
from tests.tce.intent.specifications import typed


def test_roles_install_files_where_settings_say_that_they_lie() -> None:
    ansible = b"\n".join(one.content for one in playbooks.files(typed())).decode()
    for path in (paths.TOKEN, paths.AGENT_TOKEN):
        folder, _, name = path.rpartition("/")
        assert f"{folder}/{{{{ item.name }}}}" in ansible
        assert f"name: {name}," in ansible
    for path in (paths.CA, paths.KMS_CREDENTIAL):
        assert path in ansible
    for path in (paths.ENCRYPTION, paths.AUDIT, paths.ADMISSION):
        assert path.rpartition("/")[2] in ansible


def test_secrets_lie_in_folders_of_the_encrypted_disk() -> None:
    ansible = {one.path: one.content.decode() for one in playbooks.files(typed())}
    folders = ansible["ansible/roles/luks_clevis/defaults/main.yaml"]
    for path in (paths.TOKEN, paths.AGENT_TOKEN, paths.KMS_CREDENTIAL, paths.MANIFESTS):
        assert any(
            path.startswith(line.partition("path: ")[2].partition(",")[0] + "/")
            for line in folders.splitlines()
            if "path: " in line
        ), path
