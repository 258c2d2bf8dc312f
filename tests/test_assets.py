"""What is shipped: web assets that are what the lock file says, and a wheel that holds all that a run needs."""

import hashlib
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "review_ui" / "static" / "vendor"
FREE_LICENCES = {"0BSD", "Apache-2.0", "Apache-2.0 AND CC0-1.0", "CC0-1.0", "OFL-1.1"}


@pytest.fixture(scope="module")
def vendor_lock() -> list[dict[str, str]]:
    return json.loads((VENDOR / "VENDOR.lock").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def unpacked_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.fixture(scope="module")
def wheel_names(unpacked_wheel: Path) -> set[str]:
    return {str(path.relative_to(unpacked_wheel)) for path in unpacked_wheel.rglob("*") if path.is_file()}


def test_every_vendored_file_is_the_one_that_was_locked(vendor_lock):
    for entry in vendor_lock:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], entry["file"]


def test_no_vendored_file_is_unaccounted_for(vendor_lock):
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there == {entry["file"] for entry in vendor_lock} | {"VENDOR.lock"}


def test_vendored_packages_are_those_of_the_lock_file(vendor_lock):
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for entry in vendor_lock:
        locked = packages[f"node_modules/{entry['package']}"]
        assert (entry["version"], entry["integrity"]) == (locked["version"], locked["integrity"])
        assert entry["integrity"].startswith("sha512-")


def test_every_vendored_file_may_be_shipped_and_its_licence_goes_with_it(vendor_lock):
    assert {entry["licence"] for entry in vendor_lock} <= FREE_LICENCES
    shipped = {entry["file"] for entry in vendor_lock}
    assert {"uswds/LICENSE.md", "htmx/LICENSE"} <= shipped


def test_every_file_that_the_style_sheet_names_is_there():
    css = VENDOR / "uswds" / "css" / "uswds.min.css"
    named = set(re.findall(r"url\(([^)]+)\)", css.read_text(encoding="utf-8")))
    assert named
    assert [name for name in sorted(named) if not (css.parent / name).is_file()] == []


def test_no_lock_file_names_a_download_host():
    for path in [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]:
        assert not re.search(r"https?://|--index-url|--find-links", path.read_text(encoding="utf-8")), path.name


def test_every_python_package_is_locked_to_a_version_and_a_hash():
    for path in (ROOT / "requirements").glob("*.txt"):
        for block in re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip()):
            assert re.match(r"[\w.\-\[\],]+==\S+", block), (path.name, block)
            assert "--hash=sha256:" in block, (path.name, block)


def test_every_npm_package_is_locked_to_a_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []


def test_the_wheel_holds_every_web_asset(wheel_names, vendor_lock):
    assert {f"review_ui/static/vendor/{entry['file']}" for entry in vendor_lock} <= wheel_names


@pytest.mark.parametrize("package", ["linkage", "review_ui", "rules"])
def test_the_wheel_holds_every_file_of_the_packages(wheel_names, package):
    files = (path for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert {str(path.relative_to(ROOT)) for path in files} <= wheel_names


def test_the_wheel_holds_rule_files_migrations_and_templates(wheel_names):
    assert "rules/cultural_name_rules.yaml" in wheel_names
    assert "rules/policy.yaml" in wheel_names
    assert any(re.fullmatch(r"linkage/store/migrations/versions/\w+\.py", name) for name in wheel_names)
    assert any(re.fullmatch(r"review_ui/templates/.+\.html", name) for name in wheel_names)


def test_the_wheel_holds_nothing_else(wheel_names):
    tops = {name.split("/")[0] for name in wheel_names}
    assert tops == {"linkage", "review_ui", "rules", *(top for top in tops if top.endswith(".dist-info"))}


def test_the_wheel_works_away_from_the_source_tree(unpacked_wheel, tmp_path):
    program = f"""
import rules.rulebook, linkage.cli
from linkage.store.database import Database
assert rules.rulebook.load_rulebook()
assert rules.__file__.startswith({str(unpacked_wheel)!r})
Database("sqlite:///{tmp_path}/nearmatch.sqlite3").upgrade()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=unpacked_wheel, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
