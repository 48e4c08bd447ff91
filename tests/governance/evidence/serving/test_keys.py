import pytest

from governance.evidence.serving.keys import Sort, plain, sort_of


@pytest.mark.parametrize(
    ("key", "parent"),
    [
        *(("storageUri", ""), ("storage_uri", ""), ("modelURL", ""), ("modelUri", "")),
        *(("model", "litellm_params"), ("HF_MODEL_ID", ""), ("MODEL", ""), ("NIM_MODEL", "")),
        *(("uri", "model"), ("url", "models"), ("uri", "adapters"), ("path", "loraAdapters")),
        *(("model_source", "model_loading_config"), ("model-path", ""), ("model_name_or_path", "")),
        *(("tokenizer", ""), ("base_model", ""), ("VLLM_MODEL", ""), ("hf-config-path", "")),
    ],
)
def test_a_key_that_says_where_a_model_comes_from(key: str, parent: str) -> None:
    assert sort_of(key, parent) is Sort.MODEL


@pytest.mark.parametrize(
    ("key", "parent"),
    [("served-model-name", ""), ("modelName", ""), ("NIM_MODEL_NAME", ""), ("model", "labels")],
)
def test_a_key_that_says_what_clients_call_it(key: str, parent: str) -> None:
    assert sort_of(key, parent) is Sort.ALIAS


@pytest.mark.parametrize(
    ("key", "parent"),
    [
        *(("uri", "image"), ("path", "hostPath"), ("name", "model"), ("modelFormat", "model")),
        *(("modelSpec", ""), ("dataModel", ""), ("max-model-len", ""), ("uri", "labels"), ("", "")),
    ],
)
def test_other_keys_are_no_business_of_ours(key: str, parent: str) -> None:
    assert sort_of(key, parent) is None


def test_styles_of_writing_do_not_matter() -> None:
    assert plain("HF_MODEL_ID") == plain("hf-model-id") == plain("hfModelId") == "hfmodelid"
