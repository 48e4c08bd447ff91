"""Models of configuration files."""

from blueprints.check.schemas.files import file_models


def test_every_model_knows_its_files_by_path_or_by_keys() -> None:
    assert all(model.globs or model.keys for model in file_models())
    titles = [model.title for model in file_models()]
    assert len(set(titles)) == len(titles) >= 5


def test_a_model_is_strict() -> None:
    for model in file_models():
        assert not model.validator.is_valid({"surely": "unknown"}), model.title
        assert not model.validator.is_valid([]), model.title


def test_files_are_told_apart_by_their_paths() -> None:
    paths = (".pre-commit-config.yaml", ".yamllint")
    for path in paths:
        assert len([model for model in file_models() if model.means(path)]) == 1
    assert not any(model.means("projects/a/app.yaml") for model in file_models())
    assert not any(model.fits({"issuer": "x"}) for model in file_models())
