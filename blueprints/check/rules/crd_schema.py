"""A custom resource does not fit its real definition.

Looks at every object whose kind has a definition: CustomResourceDefinitions (YAML or JSON) and
JSON Schemas of a catalogue in `--crds DIR`, and CustomResourceDefinitions in the repository
itself. As the API server does: defaults are written in first, fields that it would prune are
refused, `x-kubernetes-int-or-string`, `x-kubernetes-preserve-unknown-fields` and `nullable` are
understood. Validation rules (CEL, `x-kubernetes-validations`) are evaluated for definitions from
`--crds`; those that compare with an earlier object (`oldSelf`) do not apply to a file, and those
that cannot be evaluated here are listed under `not_checked`.

The cluster refuses such an object when it is synchronised. Write the field as the message says.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blueprints.check.documents import Object
from blueprints.check.extras import missing
from blueprints.check.finding import Finding, Level, NotChecked
from blueprints.check.repository import Repository
from blueprints.check.settings import Settings
from blueprints.display import visible
from blueprints.yamltext import path_text

if TYPE_CHECKING:
    from blueprints.check.schemas.crds import Definition

ID = "crd-schema"
LEVEL = Level.ERROR


def check(repo: Repository, settings: Settings) -> Iterator[Finding | NotChecked]:
    """Yield what does not fit, and what could not be judged."""
    if settings.crds is None and not repo.of_kind("CustomResourceDefinition"):
        return
    lacking = missing(ID, "jsonschema_rs")
    yield from lacking
    if lacking:
        return
    import jsonschema_rs

    from blueprints.check.schemas.crds import definitions

    given = definitions(settings.crds, repo)
    for file, problem in given.problems:
        yield NotChecked(ID, f"{visible(file)} in --crds cannot be read: {visible(problem)}")
    broken: set[str] = set()
    for obj in repo.objects:
        definition = given.get((obj.group, obj.version, obj.kind))
        if definition is None:
            continue
        try:
            yield from _judge(obj, definition)
        except (ValueError, RecursionError, jsonschema_rs.ValidationError) as error:
            if definition.source not in broken:
                broken.add(definition.source)
                problem = visible(str(error).split("\n")[0])
                yield NotChecked(ID, f"the schema of {obj.kind} is no schema: {problem}", obj.file)


def _judge(obj: Object, definition: "Definition") -> Iterator[Finding | NotChecked]:
    from blueprints.check.schemas.structural import defaulted
    from blueprints.check.schemas.values import without_nulls
    from blueprints.check.schemas.words import said

    # The API server drops what is null and cannot be, before it writes the defaults in.
    value = defaulted(without_nulls(obj.data), definition.schema)
    if not definition.validator.is_valid(value):
        for one in said(definition.validator, value, definition.document):
            yield Finding(
                obj.file,
                obj.line_of(*one.path),
                ID,
                f"{visible(str(obj))}: {one.message}",
                LEVEL,
                one.hint,
            )
    else:
        yield from _rules(obj, value, definition)
    for pattern in definition.left_out:
        yield NotChecked(ID, f"{obj.kind}: pattern {visible(pattern)} cannot be read here")


def _rules(obj: Object, value: object, definition: "Definition") -> Iterator[Finding | NotChecked]:
    from blueprints.check.schemas.cel import evaluate, transition
    from blueprints.check.schemas.structural import rules

    unable: dict[str, str] = {}
    for path, one, rule in rules(value, definition.schema):
        text = str(rule.get("rule", ""))
        if transition(text):
            continue
        if not definition.trusted:
            unable[text] = "comes with the repository; give its definition with --crds DIR"
            continue
        lacking = missing(ID, "cel")
        if lacking:
            yield from lacking
            return
        answer = evaluate(text, one)
        if answer.holds is False:
            message = str(rule.get("message") or f"breaks the rule {text}")
            where = path_text(path) or "it"
            yield Finding(
                obj.file,
                obj.line_of(*path),
                ID,
                f"{visible(str(obj))}: {where}: {visible(' '.join(message.split()))}",
                LEVEL,
            )
        elif answer.holds is None:
            unable[text] = answer.why
    for text, why in unable.items():
        rule_text = visible(" ".join(text.split()))
        yield NotChecked(ID, f"{obj.kind}: rule {rule_text} {visible(why)}", obj.file)
