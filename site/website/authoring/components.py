"""Every component of the design in every state, on one page of the preview; never frozen."""

import datetime
from types import SimpleNamespace

from flask import Blueprint, render_template

blueprint = Blueprint("components", __name__)


@blueprint.get("/_komponenten/")
def components() -> str:
    """Show the components with content that strains them; the template has it."""
    return render_template("pages/components.html", record=SimpleNamespace, day=datetime.date)
