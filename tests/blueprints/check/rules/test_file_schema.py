"""Configuration files of their own and in ConfigMaps."""

from pathlib import Path

from blueprints.check.finding import Finding
from blueprints.check.repository import Repository
from blueprints.check.rules.file_schema import check
from blueprints.check.settings import load_settings

DEX = """\
issuer: https://dex.example.org
storage: {type: kubernetes, config: {inCluster: true}}
web: {http: "0.0.0.0:5556"}
telemetry: {http: "0.0.0.0:5558"}
oauth2: {skipApprovalScreen: true, responseTypes: [code]}
expiry: {idTokens: 1h, signingKeys: 6h}
enablePasswordDB: false
connectors:
  - type: github
    id: github
    name: GitHub
    config:
      clientID: $ID
      clientSecret: $SECRET
      redirectURI: https://dex.example.org/callback
      orgs: [{name: institute}]
staticClients:
  - {id: git, name: Git, redirectURIs: ["https://git.example.org/callback"], secretEnv: GIT}
"""


def told(folder: Path, name: str, text: str) -> list[str]:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    repo = Repository(folder)
    found = [one for one in check(repo, load_settings(repo)) if isinstance(one, Finding)]
    return [f"{one.line}: {one.message}" for one in found]


def in_config_map(text: str) -> str:
    lines = "".join(f"    {line}\n" for line in text.splitlines())
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  c.yaml: |\n{lines}"


def test_what_fits_is_not_told(tmp_path: Path) -> None:
    assert told(tmp_path, "dex.yaml", DEX) == []
    assert told(tmp_path, "map.yaml", in_config_map(DEX)) == []


def test_a_key_that_the_program_would_ignore(tmp_path: Path) -> None:
    text = DEX.replace("redirectURIs", "redirectUris")
    (message,) = told(tmp_path, "dex.yaml", text)
    assert message.startswith("18: configuration of Dex: staticClients[0]")


def test_in_a_config_map_the_key_of_the_text_is_told(tmp_path: Path) -> None:
    text = in_config_map(DEX.replace("enablePasswordDB: false", "enablePasswordDB: true"))
    (message,) = told(tmp_path, "map.yaml", text)
    assert message == "5: configuration of Dex: enablePasswordDB is true and has to be false"


def test_a_text_in_a_config_map_that_is_no_yaml(tmp_path: Path) -> None:
    text = in_config_map("a: [\nb: 1\n")
    assert told(tmp_path, "map.yaml", text)[0].startswith("5: ConfigMap a: c.yaml, line ")


def test_a_file_is_known_by_its_path(tmp_path: Path) -> None:
    assert told(tmp_path, ".yamllint", "extends: nothing\n")[0].startswith("1: configuration of")
    assert told(tmp_path, "chart/Chart.yaml", "apiVersion: v1\n") != []
