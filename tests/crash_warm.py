"""Importing this loads what a step of `crash` needs, kernels included: the server forks its processes from there."""

import tempfile
from pathlib import Path

from click.testing import CliRunner

from linkage.cli import main

with tempfile.TemporaryDirectory() as _name:
    _folder, _data = Path(_name), ["--data", f"{_name}/data"]
    for _words in (
        ["sample", "--out", _name, "--records", "60", "--states", "TX,WA"],
        ["ingest", f"{_name}/TX.csv", "--state", "TX", *_data],
        ["scan", *_data],
    ):
        CliRunner().invoke(main, _words, catch_exceptions=False)
