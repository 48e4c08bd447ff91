"""Configuration files of their own and in ConfigMaps."""

from pathlib import Path

from blueprints.check.finding import Finding
from blueprints.check.repository import Repository
from blueprints.check.rules.file_schema import check
from blueprints.check.settings import load_settings

LITELLM = """\
model_list:
  - model_name: small
    litellm_params:
      model: hosted_vllm/small
      api_base: http://model:8000/v1
      api_key: os.environ/MODEL_KEY
    model_info: {mode: chat}
litellm_settings: {drop_params: true, request_timeout: 600, telemetry: false}
general_settings: {master_key: os.environ/MASTER_KEY}
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
    assert told(tmp_path, "litellm.yaml", LITELLM) == []
    assert told(tmp_path, "map.yaml", in_config_map(LITELLM)) == []


def test_a_key_that_the_program_would_ignore(tmp_path: Path) -> None:
    text = LITELLM.replace("drop_params", "dropParams")
    missing, unknown = told(tmp_path, "litellm.yaml", text)
    assert missing == "8: configuration of LiteLLM: litellm_settings has no field dropParams"
    assert unknown == "8: configuration of LiteLLM: litellm_settings.drop_params is missing"


def test_in_a_config_map_the_key_of_the_text_is_told(tmp_path: Path) -> None:
    text = in_config_map(LITELLM.replace("telemetry: false", "telemetry: true"))
    (message,) = told(tmp_path, "map.yaml", text)
    words = "5: configuration of LiteLLM: litellm_settings.telemetry is true and has to be false"
    assert message == words


def test_a_file_is_known_by_its_path(tmp_path: Path) -> None:
    assert told(tmp_path, ".yamllint", "extends: nothing\n")[0].startswith("1: configuration of")
    assert told(tmp_path, ".pre-commit-config.yaml", "repoes: []\n") != []
