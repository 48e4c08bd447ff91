"""Packages of the extra `check`: without one, its rule says that it was not run."""

from collections.abc import Iterator
from importlib.util import find_spec

from blueprints.check.finding import NotChecked

_PACKAGES = {
    "cel": "common-expression-language",
    "helm_python": "helm-python-sdk",
    "jsonschema_rs": "jsonschema-rs",
    "kubernetes_validate": "kubernetes-validate",
    "pygohcl": "pygohcl",
}


def missing(rule: str, *modules: str) -> tuple[NotChecked, ...]:
    """What ``rule`` has to say about the modules that are not installed; nothing is imported."""
    return tuple(_missing(rule, modules))


def _missing(rule: str, modules: tuple[str, ...]) -> Iterator[NotChecked]:
    for module in modules:
        if find_spec(module) is None:
            yield _left(rule, module)


def without(rule: str, module: str) -> NotChecked | None:
    """What ``rule`` says when it stopped for a module; None for one that is not of the extra."""
    return _left(rule, module) if module in _PACKAGES else None


def _left(rule: str, module: str) -> NotChecked:
    return NotChecked(rule, f"{_PACKAGES[module]} is not installed: pip install 'tutela[check]'")
