"""The world of ui_helpers as fixtures: made once, copied for each test. Loaded by conftest.py.

The application is imported inside the fixtures: tests of other rooms must not need it.
"""

import shutil
import socket
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def world_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the records, near matches and people of ui_helpers."""
    from tests.ui_helpers import fill

    folder = tmp_path_factory.mktemp("world")
    fill(f"sqlite:///{folder / 'world.sqlite3'}", folder)
    return folder / "world.sqlite3"


@pytest.fixture
def world_url(world_template: Path, tmp_path: Path) -> str:
    """A filled database of this test's own."""
    shutil.copyfile(world_template, tmp_path / "world.sqlite3")
    return f"sqlite:///{tmp_path / 'world.sqlite3'}"


@pytest.fixture
def site(world_url: str):
    """The application on it, with a clock to turn."""
    from tests.ui_helpers import open_world

    site = open_world(world_url)
    yield site
    site.close()


@pytest.fixture
def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
