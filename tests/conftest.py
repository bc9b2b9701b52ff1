"""What all tests share: where reference data lie, and a cache that leaves the user's alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory):
    """Give results and masks a folder of this session; compiled kernels stay where they are.

    Kernels are keyed by a digest of their sources, so they are safe to keep, and compiling them
    for each session would take longer than the tests.
    """
    from rempart.base.files import cache_folder

    folder = tmp_path_factory.mktemp("cache")
    (folder / "kernels").symlink_to(cache_folder("kernels"), target_is_directory=True)
    before = os.environ.get("REMPART_CACHE_DIR")
    os.environ["REMPART_CACHE_DIR"] = str(folder)
    yield folder
    if before is None:
        del os.environ["REMPART_CACHE_DIR"]
    else:
        os.environ["REMPART_CACHE_DIR"] = before


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data kept beside the project's folder."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("reference data are not here: no folder 'shared' beside the project")
    return folder
