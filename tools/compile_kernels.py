"""Compiles the kernels before anybody waits for them, on a few invented records. The machine code is kept beside the package."""

from pathlib import Path
from tempfile import TemporaryDirectory

from linkage.cli import main


def compile_kernels(folder: Path) -> None:
    """Link and train: they use all comparisons and all of the block index."""
    for words in (
        ["sample", "--records", "600", "--states", "TX", "--out", str(folder)],
        ["link", str(folder / "TX.csv"), "--out", str(folder / "clusters.csv")],
        ["train", str(folder / "TX.csv"), "--out", str(folder / "weights.yaml")],
    ):
        main(words, standalone_mode=False)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        compile_kernels(Path(folder))
