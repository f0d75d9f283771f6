"""The exception tree. Every message reads `where: what is wrong. What to do.`

ArchiveError
├── UnreadableCapture   one capture cannot be read (the batch goes on)
├── NotFetched          one page cannot be fetched (the others are)
├── BadRules            a rules file is wrong (the run stops: cleaning would differ in silence)
├── BadTable            metadata.csv is wrong
└── WriteRefused        a file would be overwritten or leave its folder
"""


class ArchiveError(Exception):
    """It is an error that a person can act on.

    >>> str(ArchiveError("raw/x.html", "the file is empty", "Save the page again."))
    'raw/x.html: the file is empty. Save the page again.'
    """

    def __init__(self, where: str, what: str, todo: str) -> None:
        super().__init__(where, what, todo)
        self.where, self.what, self.todo = where, what, todo

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.todo}"


class UnreadableCapture(ArchiveError):
    """One capture cannot be read."""


class NotFetched(ArchiveError):
    """One page cannot be fetched."""


class BadRules(ArchiveError):
    """A rules file is wrong."""


class BadTable(ArchiveError):
    """metadata.csv is wrong."""


class WriteRefused(ArchiveError):
    """A file would be overwritten or leave its folder."""
