from __future__ import annotations

import base64
import gzip
import tempfile
from collections.abc import Callable
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tce.canary import layers as module
from tce.canary.layers import layers

SECRET = b"a-secret-value-of-some-length"
_FORMS: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "hex": lambda data: data.hex().encode(),
    "URL": lambda data: b"".join(b"%%%02x" % byte for byte in data),
}


@given(st.lists(st.sampled_from(sorted(_FORMS)), min_size=1, max_size=4))
def test_what_was_encoded_several_times_is_taken_apart(forms: list[str]) -> None:
    data = reduce(lambda inner, form: _FORMS[form](inner), forms, SECRET)
    said: list[str] = []
    assert any(layer.data.find(SECRET) >= 0 for layer in layers(data, said.append))
    assert said == []


def test_layers_say_what_was_taken_off() -> None:
    data = base64.b64encode(gzip.compress(SECRET))
    found = [layer.forms for layer in layers(data, lambda _words: None) if SECRET in layer.data]
    assert ("base64", "gzip") in found


def test_too_many_layers_are_told() -> None:
    data = SECRET * 50
    # Without hex between, deflate stores what it cannot make smaller, and it lies in the open.
    for _ in range(4):
        data = gzip.compress(data).hex().encode()
    said: list[str] = []
    assert not any(SECRET in layer.data for layer in layers(data, said.append))
    assert set(said) == {"packed more than 6 times"}


def test_too_many_bytes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    said: list[str] = []
    list(layers(gzip.compress(bytes(5000)), said.append))
    assert said == ["what is packed in it has more than 0 GiB"]


def test_a_large_file_is_searched_in_windows_that_overlap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WINDOW", 4096)
    monkeypatch.setattr(module, "OVERLAP", 512)
    text = base64.b64encode(gzip.compress(SECRET))
    for at in (4000, 4090, 3590, 8000):
        data = b"." * at + text + b"." * 5000
        assert any(SECRET in layer.data for layer in layers(data, lambda _words: None)), at


def test_a_mapped_file_is_a_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    import mmap

    with tempfile.TemporaryFile(dir=tmp_path_factory.mktemp("mapped")) as file:
        file.write(b"." * 5000 + gzip.compress(SECRET))
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            assert any(one.data.find(SECRET) >= 0 for one in layers(data, lambda _words: None))
