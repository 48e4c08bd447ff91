import json
from pathlib import Path

import pytest

from governance.evidence.store.croissant import LIMIT
from tests.governance.evidence.store.trees import Said, read_case, read_files

SHA, MD5 = "a" * 64, "b" * 32


def dataset(tmp_path: Path, said: object) -> Said:
    text = said if isinstance(said, bytes) else json.dumps(said).encode()
    files = {"d/train-00000-of-00001.parquet": b"x", "d/croissant.json": text}
    return read_files(files, tmp_path)


def test_croissant_states_licence_contents_and_sources(tmp_path: Path) -> None:
    said = dataset(
        tmp_path,
        {
            "@type": "sc:Dataset",
            "name": "corpus",
            "license": ["https://spdx.org/licenses/MIT.html", {"@id": "CC0-1.0"}],
            "isLiveDataset": True,
            "isBasedOn": [
                {"@id": "https://huggingface.co/datasets/org/raw"},
                "doi:10.5281/zenodo.1",
            ],
            "distribution": [
                {"contentUrl": "train-00000-of-00001.parquet", "sha256": SHA.upper()},
                {"contentUrl": "s3://else/x.bin", "md5": MD5},
                {"contentUrl": "https://example.org/x", "sha256": SHA},
            ],
        },
    )
    assert said.noted("digest") == {
        ("d/train-00000-of-00001.parquet", f"sha256:{SHA}"),
        ("s3://else/x.bin", f"md5:{MD5}"),
    }
    assert said.noted("licence") == {
        ("d", "https://spdx.org/licenses/MIT.html"),
        ("d", "CC0-1.0"),
    }
    assert said.noted("tag:isLiveDataset") == {("d", "true")}
    assert said.noted("label") == {("d", "corpus")}
    assert said.edges("needs", None) == {("d", "hub:org/raw"), ("d", "doi:10.5281/zenodo.1")}


@pytest.mark.parametrize(
    "url", ["../other/secret.bin", "/etc/passwd\n", "a/../../x", "", 5, None, "\ud800"]
)
def test_a_digest_for_what_lies_elsewhere_counts_for_nothing(url: object, tmp_path: Path) -> None:
    said = dataset(tmp_path, {"distribution": [{"contentUrl": url, "sha256": SHA}]})
    assert said.noted("digest") == set()


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{", b"[" * 100_000, b'{"x": "' + b"x" * LIMIT + b'"}', b'{"license": NaN'],
)
def test_what_cannot_be_understood_is_remarked_on(text: bytes, tmp_path: Path) -> None:
    said = dataset(tmp_path, text)
    assert said.reading.complete
    assert said.reading.remarks == ("d/croissant.json cannot be understood",)


@pytest.mark.parametrize(
    "distribution", [5, [5], [[]], {"a": 1}, [{"contentUrl": "x", "sha256": 5}]]
)
def test_values_of_any_type_say_nothing(distribution: object, tmp_path: Path) -> None:
    said = dataset(tmp_path, {"distribution": distribution, "license": 5, "isBasedOn": {}})
    assert said.noted("digest") == set()
    assert said.claims == []


def test_one_of_the_splits_of_a_data_set_is_enough(tmp_path: Path) -> None:
    said = read_case("datasets-dict", tmp_path)
    assert said.reading.requests == 1
    assert said.noted("type") == {("data/clinic", "dataset")}


def test_dataset_info_names_where_it_was_downloaded_from(tmp_path: Path) -> None:
    info = {"license": "mit", "download_checksums": {"hf://datasets/org/raw@main/x.csv": {}}}
    files = {
        "d/dataset_info.json": json.dumps(info).encode(),
        "d/state.json": b'{"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}',
        "d/data-00000-of-00001.arrow": b"x",
    }
    said = read_files(files, tmp_path)
    assert said.edges("needs", None) == {("d", "hub:org/raw")}
    assert said.noted("licence") == {("d", "mit")}
