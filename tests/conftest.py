"""What all tests share: where reference data lie, and folders that leave the user's alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory):
    """Give terrain, results and masks folders of this session; compiled kernels stay where they are.

    Kernels are keyed by a digest of their sources, so they are safe to keep, and compiling them
    for each session would take longer than the tests.
    """
    from rempart.base.files import cache_folder

    cache = tmp_path_factory.mktemp("cache")
    (cache / "kernels").symlink_to(cache_folder("kernels"), target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REMPART_CACHE_DIR", str(cache))
        patch.setenv("REMPART_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_sources():
    """Let programs that tests start run these sources, wherever Python finds Rempart otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT / "src"), prepend=os.pathsep)
        yield


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
