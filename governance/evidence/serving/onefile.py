"""One file of a repository: which way it is read, and what it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from governance.evidence.serving.documents import (
    BadDocumentError,
    documents,
    parse_json,
    parse_yaml,
)
from governance.evidence.serving.manifests import of_document
from governance.evidence.serving.mentions import Gap, Said
from governance.evidence.serving.plain import of_program, of_template

MOST_BYTES = 16_000_000
"""Bytes of one file."""

_YAML = (".yaml", ".yml", ".json", ".tpl", ".gotmpl", ".tmpl", ".j2", ".jinja", ".jinja2")
_SCRIPTS = (".sh", ".bash", ".sbatch", ".slurm", ".flux", ".job", ".env", ".container", ".service")
_PROGRAMS = (
    *(".py", ".toml", ".tf", ".tfvars", ".hcl", ".jsonnet", ".libsonnet", ".cue", ".conf"),
    *(".ini", ".cfg", ".properties", ".pbtxt", ".nomad", ".star", ".k", ".dhall"),
)
_CRD = re.compile(r"^kind:[ \t]*CustomResourceDefinition", re.MULTILINE)
_HINT = re.compile(
    r"model|s3[an]?:|hf[:_]|hugging|vllm|serve|lora|adapter|weights|checkpoint|ckpt|tokenizer"
    r"|storage_?uri|runs:/|hostpath|engine_?dir|repourl",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OneFile:
    """What a file says."""

    said: tuple[Said, ...]
    script: bool
    """It is run by hand or by a job: a variable without a value comes from there."""


def is_read(name: str) -> bool:
    """Whether a file of this name can say what is deployed. Prose, pictures and locks do not."""
    lower = name.lower()
    return lower.endswith((*_YAML, *_SCRIPTS, *_PROGRAMS)) or "." not in lower.lstrip(".")


def read_file(name: str, data: bytes) -> OneFile:
    """Return what a file says; whatever its bytes are."""
    text = data.decode("utf-8-sig", "replace")
    lower = name.lower()
    if "\0" in text:
        return OneFile((), script=True)
    if lower.endswith(_YAML):
        found = tuple(_of_json(text) if lower.endswith(".json") else _of_yaml(text))
        return OneFile(found, script=False)
    script = not lower.endswith(_PROGRAMS)
    return OneFile(tuple(of_program(text, script=script)), script=True)


def _of_json(text: str) -> Iterator[Said]:
    try:
        value = parse_json(text)
    except BadDocumentError:
        # Comments, one value a line, a template.
        yield from _of_yaml(text)
        return
    try:
        yield from list(of_document(value))
    except BadDocumentError as error:
        yield Gap(str(error), error.line)


def _of_yaml(text: str) -> Iterator[Said]:
    for document in documents(text):
        if _CRD.search(document.text) or not _HINT.search(document.text):
            continue
        for one in _of_document(document.text):
            yield replace(one, line=one.line + document.line - 1)


def _of_document(text: str) -> Iterator[Said]:
    try:
        found = list(of_document(parse_yaml(text)))
    except BadDocumentError as error:
        yield from of_template(text)
        # Go and Jinja templates are no YAML before they are rendered; anything else has to be.
        if not re.search(r"\{\{|\{%", text):
            yield Gap(str(error), error.line)
        return
    yield from found
