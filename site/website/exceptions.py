"""Exceptions that the website raises on purpose. Any other exception is a bug."""

from collections.abc import Sequence
from typing import Any

import click


class WebsiteError(click.ClickException):
    """Base class; its text is a sentence for the person who reads it.

    A command that raises it anywhere prints only this sentence, even while the application is
    created.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message)


class ConfigurationError(WebsiteError):
    """A setting is missing, unusable or contradicts another. Read by operators."""


class MailboxError(WebsiteError):
    """A text is not a mail address; the text is the whole message."""


class ContentError(WebsiteError):
    """The content cannot be published. Contains all problems of all files. Read by authors."""

    def __init__(self, problems: Sequence[Any]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnreadableFile(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A file of the content is not readable as text. Read by authors.

    ``line`` is the line of the problem, counted from 1.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class ImageError(WebsiteError):
    """An image cannot be shown. The message follows the file's name. Read by authors."""


class AuthoringError(WebsiteError):
    """An author's command cannot be executed, and nothing was changed. Read by authors."""


class TakenAddress(AuthoringError):  # noqa: N818 - names what happened, not an error of ours
    """The address for a text is taken, and nothing was changed. Read by authors.

    ``file`` is that of the text that has the address, or had it if ``is_former``.
    """

    def __init__(self, message: str, file: str, *, is_former: bool = False) -> None:
        super().__init__(message)
        self.file = file
        self.is_former = is_former


class FreezeError(WebsiteError):
    """A page could not be frozen. The previous build is unchanged."""


class RepositoryError(WebsiteError):
    """The content repository cannot be used, and nothing was changed. Read by operators."""


class MainMoved(RepositoryError):  # noqa: N818 - names what happened, not an error of ours
    """The branch was advanced meanwhile. Trying again on its new state helps."""


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

    def format_message(self) -> str:
        """Return the sentence that a command prints, with the next step."""
        return f"{self.message.rstrip('.?')}. 'flask --app website doctor' says what to do."


class BackupError(WebsiteError):
    """A backup cannot be made or restored, and nothing was changed. Read by operators."""


class DeliveryError(WebsiteError):
    """A delivery attempt failed. ``permanent`` means that trying again is pointless."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class CanaryError(WebsiteError):
    """A canary did not arrive.

    ``german`` is the text for those who get the alert.
    """

    def __init__(self, message: str, *, german: str) -> None:
        super().__init__(message)
        self.german = german


class TooManyLeads(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A visitor has sent more leads than are accepted from one address. Nothing was stored."""


class EditConflict(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A lead was changed by somebody else meanwhile. Nothing was overwritten.

    Contains the lead as it is now, so that both versions can be shown.
    """

    def __init__(self, theirs: Any) -> None:  # noqa: ANN401 - a lead; floors below know none
        self.theirs = theirs
        super().__init__("The lead was changed meanwhile")


class CopyConflict(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A working copy was changed by somebody else meanwhile. Nothing was overwritten.

    Contains the copy as it is now, None if it has ended, and the merge if a text was saved.
    """

    def __init__(self, theirs: Any, merged: Any) -> None:  # noqa: ANN401 - floors below know none
        self.theirs = theirs
        self.merged = merged
        super().__init__("The text was changed meanwhile")


class StepRefused(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A step of the editorial workflow is not allowed now, or not for this person. In German."""


class AccountError(WebsiteError):
    """An account of staff cannot be created or changed like this. Read by operators."""


class TooManyAttempts(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """Too many sign-ins were attempted; this one was not checked."""


class TooBusy(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """Too many passwords are being checked; this one was not. Trying again in a moment helps."""


class PasskeyRefused(WebsiteError):  # noqa: N818 - names what happened, not an error of ours
    """A passkey proves nothing: it is unknown, forged, expired or replayed."""
