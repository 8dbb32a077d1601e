"""The base of the forms of staff."""

from typing import Any

from markupsafe import Markup
from wtforms import Field, Form
from wtforms.meta import DefaultMeta


class StaffForm(Form):
    """A form whose messages are German where its fields have none of their own."""

    class Meta(DefaultMeta):
        """Options of WTForms."""

        locales = ("de",)

        def render_field(self, field: Field, render_kw: Any) -> Markup:  # noqa: ANN401 - WTForms'
            """Render a field without ``maxlength``: browsers cut off silently what is pasted."""
            return super().render_field(field, {"maxlength": False} | render_kw)
