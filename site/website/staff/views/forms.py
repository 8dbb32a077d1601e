"""Forms for signing in, and for one's own account."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from website.infra.email_addresses import MAX_LENGTH
from website.staff.accounts import passwords
from website.staff.accounts.passkeys import LONGEST_NAME
from website.web import params
from website.web.staff_forms import StaffForm

NEW_PASSWORD = f"Mindestens {passwords.SHORTEST} Zeichen, zum Beispiel vier Wörter"


class SignInForm(StaffForm):
    """E-mail address and password."""

    email = StringField(
        "E-Mail-Adresse",
        [InputRequired("Bitte geben Sie Ihre E-Mail-Adresse ein"), Length(max=MAX_LENGTH)],
        filters=[lambda text: params.line(text or "", longest=MAX_LENGTH + 1)],
        render_kw={"type": "email", "autocomplete": "username webauthn", "spellcheck": "false"},
    )
    password = PasswordField(
        "Passwort",
        [InputRequired("Bitte geben Sie Ihr Passwort ein"), Length(max=passwords.LONGEST_TYPED)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(StaffForm):
    """A code of the app, or a recovery code."""

    code = StringField(
        "Code",
        [InputRequired("Bitte geben Sie den Code ein"), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "spellcheck": "false"},
    )


class PasswordForm(StaffForm):
    """A new password, typed once, because it can be made visible (GOV.UK, Passwords)."""

    password = PasswordField(
        "Neues Passwort",
        [InputRequired("Bitte geben Sie ein Passwort ein")],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, formdata: object = None, *, about: tuple[str, ...]) -> None:
        super().__init__(formdata)  # type: ignore[arg-type]
        self._about = about

    @property
    def chosen(self) -> str:
        """The submitted password; the form must be valid."""
        return self.password.data or ""

    def validate_password(self, field: PasswordField) -> None:
        """Refuse weak passwords."""
        if message := passwords.problem(field.data or "", about=self._about):
            raise ValidationError(message)


class PasskeyForm(StaffForm):
    """The browser's answer, and a name for the passkey."""

    name = StringField("Name des Passkeys", [Length(max=LONGEST_NAME)])
    answer = StringField(validators=[InputRequired(), Length(max=20_000)])
