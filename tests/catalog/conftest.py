"""A small system and a folder of one's own, for tests that break them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rempart.base.errors import CatalogError, Fault
from rempart.catalog.library import load_system


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a catalogue file into a folder of one's own."""

    def _save(name: str, text: str) -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(text)
        return path

    return _save


@pytest.fixture
def faults_of(tmp_path: Path) -> Callable[[str], list[Fault]]:
    """The faults for which a system of one's own folder is refused."""

    def _faults_of(name: str) -> list[Fault]:
        with pytest.raises(CatalogError) as refused:
            load_system(name, (tmp_path,))
        assert refused.value.faults
        return list(refused.value.faults)

    return _faults_of
