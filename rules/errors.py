"""The one error a rule file can raise."""

from pathlib import Path


class RuleFileError(Exception):
    """A rule file that must not be used: names the file, the line, what is wrong and the remedy."""

    def __init__(self, path: Path, line: int, problem: str, remedy: str = "") -> None:
        super().__init__(f"{path}, line {line}: {problem} {remedy}".strip())
        self.path = path
        self.line = line
        self.problem = problem
        self.remedy = remedy
