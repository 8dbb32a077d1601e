"""What the website raises on purpose. Everything else that is raised is a bug."""

from collections.abc import Sequence
from typing import Any

import click


class WebsiteError(click.ClickException):
    """Base of all that follows; its text is a sentence for the person who reads it.

    In a terminal that sentence is all that is shown, wherever in a command it was raised, also
    while the application is made for it.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class ConfigurationError(WebsiteError):
    """A setting is missing or contradicts another. Read by the operator."""


class MailboxError(WebsiteError):
    """A text is no mail address; the text is all that this says."""


class ContentError(WebsiteError):
    """The content cannot be published. Carries every problem of every file. Read by authors."""

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnreadableFile(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A file of the content is no text that anybody could read. Read by authors.

    ``line`` is where that shows, counted from 1.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class ImageError(WebsiteError):
    """An image cannot be shown. Its text goes on after the file's name. Read by authors."""


class AuthoringError(WebsiteError):
    """What an author asked for cannot be done, and nothing was changed. Read by authors."""


class FreezeError(WebsiteError):
    """A page could not be frozen. The previous build is still in place."""


class RepositoryError(WebsiteError):
    """The content repository cannot be used now, and nothing was changed. Read by operators."""


class MainMoved(RepositoryError):  # noqa: N818 - names what happened, not an error of ours
    """Somebody else has advanced the branch meanwhile. Trying again on its new state helps."""


class MergeConflict(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """Two versions change the same lines. Nothing was changed. Read by editors.

    ``files`` are their paths within the content folder.
    """

    def __init__(self, files: Sequence[str]) -> None:
        self.files = tuple(files)
        super().__init__(
            "Dieselben Stellen wurden inzwischen auch von jemand anderem geändert: "
            + ", ".join(files)
        )


class StorageError(WebsiteError):
    """The database cannot store or return a lead now. Nothing was acknowledged."""


class BackupError(WebsiteError):
    """A backup cannot be made or restored, and nothing was changed. Read by operators."""


class DeliveryError(WebsiteError):
    """A delivery attempt failed. ``permanent`` means that trying again is pointless."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class CanaryError(WebsiteError):
    """A request that the program sent through the live form did not arrive.

    ``german`` is the text for those who get the alert.
    """

    def __init__(self, message: str, *, german: str) -> None:
        super().__init__(message)
        self.german = german


class TooManyLeads(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A visitor has sent more leads than are taken from one address. Nothing was stored."""


class EditConflict(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """Somebody else has changed a lead meanwhile. Nothing was overwritten.

    Carries the lead as it is now, so that both versions can be shown.
    """

    def __init__(self, theirs: Any) -> None:  # noqa: ANN401 - a lead; floors below know none
        self.theirs = theirs
        super().__init__("The lead was changed meanwhile")


class CopyConflict(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """Somebody else has changed a working copy meanwhile. Nothing was overwritten.

    Carries the copy as it is now, nothing if it has ended, and the merge where a text was saved.
    """

    def __init__(self, theirs: Any, merged: Any) -> None:  # noqa: ANN401 - floors below know none
        self.theirs = theirs
        self.merged = merged
        super().__init__("The text was changed meanwhile")


class StepRefused(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A step of the editorial workflow is not allowed now, or not to this person. In German."""


class AccountError(WebsiteError):
    """An account of staff cannot be made or changed so. Read by operators."""


class TooManyAttempts(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """Somebody tries to sign in too often; the attempt was not looked at."""


class TooBusy(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """Too many passwords are being looked at; this one was not. Trying again in a moment helps."""


class PasskeyRefused(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A passkey does not prove what it should: unknown, forged, too late, or sent once more."""
