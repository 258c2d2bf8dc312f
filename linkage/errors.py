"""Everything that can go wrong and is somebody's to mend, as one tree.

    LinkageError
    |-- InputFileError        a file cannot be read at all (empty, a zip, NUL bytes); nothing was stored
    |-- ColumnMappingError    a needed column is missing or claimed twice; nothing was stored
    |-- ModelError            a model file does not fit the table it is used on
    |-- StorageError          the database is full, busy or gone; what was being written is not there at all, and may be tried again
    |-- KeyFileError          a key that signs the ledger's heads, or a signed head, cannot be used
    |-- NoStandingError       what an earlier scan kept cannot be used; the next scan looks at everything
    |-- UnknownIdError        no record, student, item or account has this id
    |-- StateChangeError      the rules of state change refuse
        |-- NotAllowedError   this person may not do this
        |-- ConflictError     somebody else was faster; says who, what and when

Messages carry ids, file names, line numbers and column names. They never carry a child's data.
A faulty rule file is `rules.errors.RuleFileError`.
"""


class LinkageError(Exception):
    """Root of the tree. `code` is stable and fit for logs; `remedy` says what to do next; `exit_code` is that of a command."""

    code = "linkage_error"
    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class InputFileError(LinkageError):
    code = "input_file"


class ColumnMappingError(LinkageError):
    code = "column_mapping"


class ModelError(LinkageError):
    code = "model"


class StorageError(LinkageError):
    code = "storage"
    exit_code = 3


class KeyFileError(LinkageError):
    code = "key_file"


class NoStandingError(LinkageError):
    code = "no_standing"


class UnknownIdError(LinkageError):
    code = "unknown_id"


class StateChangeError(LinkageError):
    code = "state_change"


class NotAllowedError(StateChangeError):
    code = "not_allowed"


class ConflictError(StateChangeError):
    code = "conflict"
