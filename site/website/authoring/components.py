"""Preview page with every design component in every state; never part of a build."""

import datetime
from types import SimpleNamespace

from flask import Blueprint, render_template

blueprint = Blueprint("components", __name__)


@blueprint.get("/_komponenten/")
def components() -> str:
    """Render the components with extreme content, which the template holds."""
    return render_template("pages/components.html", record=SimpleNamespace, day=datetime.date)
