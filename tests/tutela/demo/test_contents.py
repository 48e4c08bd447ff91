"""The demo's files are what the libraries read."""

import io
import json

import pyarrow.parquet as pq
from safetensors.numpy import load

from tutela.demo.contents import (
    adapter,
    mlflow_model,
    parquet_shards,
    sharded_model,
    trainer_side,
)


def test_the_index_names_every_tensor_where_it_lies() -> None:
    files = dict(sharded_model(1))
    weight_map = json.loads(files["model.safetensors.index.json"])["weight_map"]
    for tensor, name in weight_map.items():
        assert tensor in load(files[name])


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert dict(sharded_model(1)) == dict(sharded_model(1))
    assert dict(sharded_model(1)) != dict(sharded_model(2))
    assert dict(trainer_side(100, 1)) == dict(trainer_side(100, 1))


def test_an_adapter_names_its_base() -> None:
    config = json.loads(dict(adapter(1, "base/model"))["adapter_config.json"])
    assert config["base_model_name_or_path"] == "base/model"


def test_a_logged_model_has_what_its_description_names() -> None:
    files = dict(mlflow_model(1))
    flavor = json.loads(files["MLmodel"])["flavors"]["transformers"]
    assert any(name.startswith(flavor["model_binary"] + "/") for name in files)


def test_shards_are_real_parquet() -> None:
    for _, data in parquet_shards(1, shards=2, rows=3):
        assert pq.read_table(io.BytesIO(data)).num_rows == 3
