"""The base of the forms of staff."""

from wtforms import Form


class StaffForm(Form):
    """A form whose messages are German where its fields have none of their own."""

    class Meta:
        """Options of WTForms."""

        locales = ("de",)
