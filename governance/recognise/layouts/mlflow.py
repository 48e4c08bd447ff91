"""MLflow: logged models, models among a run's artifacts, and the runs themselves.

Sources: mlflow `models/model.py` (`MLmodel`, written last), `pyfunc` and the flavors (keys that
name files), `store/tracking/file_store.py` (`<experiment>/<run>/artifacts/`,
`<experiment>/models/m-<32 hex>/artifacts/`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from blueprints.yamlfile import InvalidFileError, load
from governance.artifact import Kind, Role
from governance.recognise.contents import bytes_of
from governance.recognise.find import Contents, Find, Judgement, Named
from governance.recognise.folder import Folder
from governance.recognise.reading import Read, Unreadable

NAME = "mlflow"
_MODEL = "MLmodel"
_BINARY = (
    r"(?:python_)?model\.(?:pkl|pth|pt2?|xgb|ubj|lgb|cb|onnx|bin|skops|keras|h5|statsmodels|fastai)"
)
FILES = rf"MLmodel|meta\.yaml|{_BINARY}"
ROLES = (
    (
        r"(^|/)(python_)?model\.(pkl|pth|pt#?|xgb|ubj|lgb|cb|onnx|bin|skops|keras|h#|statsmodels"
        r"|fastai)$",
        Role.WEIGHTS,
    ),
)

MAX_MODEL = 1024 * 1024
"""Bytes of an MLmodel file that are read; a signature of thousands of columns fits."""

_LOGGED = re.compile(r"m-[0-9a-f]{32}")
_RUN = re.compile(r"[0-9a-f]{32}")
_KEYS = frozenset(
    {
        *("artifact_path", "code", "data", "model_binary", "model_data", "pickled_model"),
        *("peft_adaptor", "python_model", "serving_input_path"),
    }
)
"""Keys of flavors and examples whose values are files or folders beside MLmodel."""


def match(folder: Folder) -> Sequence[Find]:
    """Match a logged model, a folder with an MLmodel file, or a run's folder."""
    name = folder.name
    if len(name) == 34 and _is_logged(folder):
        artifacts = folder.folders.get("artifacts")
        return (_model(folder, artifacts),)
    if _MODEL in folder.files:
        if folder.parent is not None and name == "artifacts" and _is_logged(folder.parent):
            return ()
        return (_model(folder, folder),)
    if len(name) != 32 or not _RUN.fullmatch(name):
        return ()
    if "artifacts" not in folder.folders and "meta.yaml" not in folder.files:
        return ()
    none: frozenset[str] = frozenset()
    return (Find(NAME, Kind.RUN, folder, none, rest=True, root=folder.path),)


def _is_logged(folder: Folder) -> bool:
    above = folder.parent
    return above is not None and above.name == "models" and bool(_LOGGED.fullmatch(folder.name))


def _model(folder: Folder, artifacts: Folder | None) -> Find:
    """`folder` is the artifact, `artifacts` where its MLmodel file should be."""
    if artifacts is None or _MODEL not in artifacts.files:
        missing = f"{folder.path}artifacts/{_MODEL}"
        return Find(NAME, Kind.MODEL, folder, missing=(missing,))
    look = _Described(artifacts)
    size = artifacts.files[_MODEL]
    if size > MAX_MODEL:
        return Find(NAME, Kind.MODEL, folder, unsure=f"{look.key} of {size} bytes is too long")
    return Find(NAME, Kind.MODEL, folder, reads=(Read(look.key, 0, size),), judge=look.judge)


@dataclass(frozen=True)
class _Described:
    folder: Folder

    @property
    def key(self) -> str:
        return self.folder.path + _MODEL

    def judge(self, contents: Contents) -> Judgement:
        """What the flavors name must be there, as a file or as a folder."""
        text = bytes_of(contents, self.key).decode("utf-8", "replace")
        try:
            described = load(text, _MODEL).data
        except InvalidFileError as error:
            raise Unreadable(f"{self.key} cannot be understood: {error}") from error
        flavors = described.get("flavors")
        if not isinstance(flavors, dict):
            raise Unreadable(f"{self.key} has no flavors")
        paths = {path for flavor in flavors.values() for path in _paths(flavor)}
        paths.update(_paths(described.get("saved_input_example_info")))
        here = [path.rstrip("/") for path in sorted(paths) if "://" not in path]
        named = [path for path in here if not self._is_folder(path)]
        return Judgement(named=[Named(self.folder.path + path, least=0) for path in named])

    def _is_folder(self, path: str) -> bool:
        folder: Folder | None = self.folder
        for part in path.split("/"):
            folder = folder.folders.get(part) if folder is not None else None
        return folder is not None


def _paths(stated: object) -> Iterator[str]:
    if not isinstance(stated, Mapping):
        return
    for key, value in stated.items():
        if key in _KEYS and isinstance(value, str) and value:
            yield value
    env = stated.get("env")
    files = [env] if isinstance(env, str) else list(env.values()) if isinstance(env, dict) else []
    yield from (one for one in files if isinstance(one, str) and one)
    artifacts = stated.get("artifacts")
    for one in artifacts.values() if isinstance(artifacts, dict) else ():
        path = one.get("path") if isinstance(one, dict) else None
        if isinstance(path, str) and path:
            yield path
