"""Renders one chart from its files in memory; runs in a process of its own (see `worker`)."""

import io
import tarfile
from typing import Any

from blueprints.check import events


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """`{"manifests": {template: text}, "values": ...}`, or `{"error": Helm's words}`."""
    import helm_python as helm

    try:
        values: dict[str, Any] = {}
        for one in question["values"]:
            values = merged(values, _values(one))
        for name, value, as_text in question["parameters"]:
            parse = helm.parse_set_string_values if as_text else helm.parse_set_string
            values = merged(values, parse(f"{name}={value}"))
        with helm.Chart.load_archive(_archive(question["files"])) as chart:
            together = chart.merge_values(values)
            manifests = chart.render(values, name=question["name"], namespace=question["namespace"])
    except helm.HelmError as error:
        return {"error": " ".join(str(error).split())[:500]}
    except ValueError as error:
        return {"error": str(error)[:500]}
    return {"manifests": manifests, "values": together}


def _archive(files: dict[str, str]) -> bytes:
    """The chart as Helm wants it packed: everything in one folder."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        for path, content in files.items():
            data = content.encode("latin-1")
            info = tarfile.TarInfo(f"chart/{path}")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def _values(one: Any) -> dict[str, Any]:
    if isinstance(one, str):
        documents, problems = events.read(one)
        if any(problem.kind in ("syntax", "depth", "size") for problem in problems):
            raise ValueError("the values are not YAML")
        one = documents[0].data if documents else {}
    if one is None:
        return {}
    if not isinstance(one, dict):
        raise ValueError("the values are no mapping")
    return one


def merged(under: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Both, mappings joined key by key, the second winning; as Helm joins its files of values."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            value = merged(below, value)
        result[key] = value
    return result
