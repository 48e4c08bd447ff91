from blueprints.check.helm_worker import answer, merged

FILES = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "values.yaml": "a: {b: 1, c: [1, 2]}\n",
    "templates/a.yaml": "value: {{ .Values.a | toJson }} {{ .Release.Namespace }}\n",
}
QUESTION = {"files": FILES, "name": "r", "namespace": "n", "values": [], "parameters": []}


def test_it_renders_a_chart_from_memory() -> None:
    told = answer({**QUESTION, "values": [{"a": {"c": [3]}}], "parameters": [["a.d", "x", False]]})
    assert told["manifests"] == {"web/templates/a.yaml": 'value: {"b":1,"c":[3],"d":"x"} n\n'}
    assert told["values"]["a"] == {"b": 1, "c": [3], "d": "x"}


def test_what_is_no_chart_is_an_error() -> None:
    assert "error" in answer({**QUESTION, "files": {"values.yaml": "a: 1\n"}})
    assert "error" in answer({**QUESTION, "files": {**FILES, "templates/b.yaml": "{{ end }}"}})


def test_mappings_are_joined_and_lists_replaced() -> None:
    assert merged({"a": {"b": 1, "c": [1]}, "d": 1}, {"a": {"c": [2]}, "e": 2}) == {
        "a": {"b": 1, "c": [2]},
        "d": 1,
        "e": 2,
    }
