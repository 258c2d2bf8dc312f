"""Copies the web assets out of npm's folder and writes VENDOR.lock: what was copied, its hash and its licence.

Usage: python tools/vendor_assets.py NODE_MODULES TARGET. Uses the standard library alone.
"""

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

CSS = "dist/css/uswds.min.css"
FONT_CUTS = ("Regular", "Italic", "SemiBold", "Bold", "BoldItalic")


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: where it is in its package, where it goes, and the licence of its text or drawing."""

    package: str
    source: str
    target: str
    licence: str


def assets(node_modules: Path) -> Iterator[Asset]:
    """The files that the screens use, and all that these refer to."""
    uswds, htmx = "@uswds/uswds", "htmx.org"
    wanted = {CSS, "dist/img/sprite.svg"}
    wanted |= {f"dist/fonts/public-sans/PublicSans-{cut}.woff2" for cut in FONT_CUTS}
    wanted |= set(_named_in((node_modules / uswds / CSS).read_text(encoding="utf-8")))
    for source in sorted(wanted):
        yield Asset(uswds, source, source.replace("dist", "uswds", 1), _uswds_licence(source))
    yield Asset(uswds, "LICENSE.md", "uswds/LICENSE.md", "CC0-1.0")
    yield Asset(htmx, "dist/htmx.min.js", "htmx/htmx.min.js", "0BSD")
    yield Asset(htmx, "LICENSE", "htmx/LICENSE", "0BSD")


def _named_in(css: str) -> Iterator[str]:
    for name in re.findall(r"url\(\.\./([^)]+)\)", css):
        yield str(PurePosixPath("dist") / name)


def _uswds_licence(source: str) -> str:
    """As LICENSE.md of the package has it: public domain, but for the fonts and Google's icons."""
    if "/roboto-mono/" in source:
        return "Apache-2.0"
    if "/fonts/" in source:
        return "OFL-1.1"
    if "/usa-icons" in source or source.endswith("sprite.svg"):
        return "Apache-2.0 AND CC0-1.0"
    return "CC0-1.0"


def copy(node_modules: Path, target: Path) -> None:
    """Fill `target` anew; VENDOR.lock is written last, so that a broken run is seen as one."""
    packages = json.loads(Path("package-lock.json").read_text(encoding="utf-8"))["packages"]
    shutil.rmtree(target, ignore_errors=True)
    lines = []
    for asset in assets(node_modules):
        content = (node_modules / asset.package / asset.source).read_bytes()
        path = target / asset.target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        locked = packages[f"node_modules/{asset.package}"]
        lines.append(
            {
                "package": asset.package,
                "version": locked["version"],
                "integrity": locked["integrity"],
                "file": asset.target,
                "sha256": hashlib.sha256(content).hexdigest(),
                "licence": asset.licence,
            }
        )
    (target / "VENDOR.lock").write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    copy(Path(sys.argv[1]), Path(sys.argv[2]))
