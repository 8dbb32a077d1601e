"""``flask --app website staff …``: accounts of staff."""

from collections.abc import Sequence

import click

from website.cli import instances
from website.cli.common import msg
from website.config import INBOX
from website.leads.store import OPEN, Wanted
from website.staff.access import StaffRole, owners, staff_url
from website.staff.accounts.models import Staff
from website.web.services import services
from website.web.templating import absolute

ROLES = click.Choice([role.value for role in StaffRole])

staff = instances.group(
    "staff", f"Manage the accounts of staff, for the inbox at {INBOX} and the editor."
)


_role_option = click.option(
    "--role", "roles", type=ROLES, multiple=True, required=True, help=msg("staff.roles")
)


@staff.command("add")
@click.argument("email")
@click.argument("name")
@_role_option
def add(email: str, name: str, roles: Sequence[str]) -> None:
    """Create an account, and print the link by which its owner chooses a password."""
    _invite(services().accounts.directory.add(email, name, roles))


@staff.command("list")
def list_accounts() -> None:
    """List the accounts."""
    accounts = services().accounts.directory.all()
    if not accounts:
        click.echo("No accounts yet. 'staff add' creates one.", err=True)
    for one in accounts:
        state = _state(one)
        click.echo(f"{one.id:>4}  {one.email}  {one.name}  {','.join(one.roles)}  {state}")


@staff.command("roles")
@click.argument("email")
@_role_option
def set_roles(email: str, roles: Sequence[str]) -> None:
    """Set the roles of an account, effective from its next request."""
    services().accounts.directory.set_roles(_found(email).id, roles)
    click.echo(f"{email}: {', '.join(sorted(set(roles)))}")
    _tell_owned(_found(email))


@staff.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Disable an account, and sign its owner out everywhere. Its history stays."""
    services().accounts.directory.set_active(_found(email).id, active=False)
    click.echo(f"{email} is signed out everywhere and cannot sign in. 'staff enable' undoes it.")
    _tell_owned(_found(email))


@staff.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Enable an account again."""
    services().accounts.directory.set_active(_found(email).id, active=True)
    click.echo(f"{email} can sign in again.")


@staff.command("reset")
@click.argument("email")
def reset(email: str) -> None:
    """Remove password, app and passkeys of an account, sign it out, and invite its owner again."""
    _invite(services().accounts.directory.reset(_found(email).id))


def _invite(staff: Staff) -> None:
    token = services().accounts.invitation(staff)
    link = absolute(staff_url("staff.invitation", token=token))
    click.echo(msg("staff.invitation", staff=staff, roles=", ".join(staff.roles), link=link))


def _tell_owned(staff: Staff) -> None:
    """Say how many open leads belong to an account that can no longer change them."""
    owned = Wanted(statuses=OPEN, owner_id=staff.id)
    total = 0 if owners([staff]) else services().leads.store.page(owned).total
    if total:
        link = absolute(staff_url("inbox.requests", stand="offen", zustaendig=staff.id))
        click.echo(msg("staff.owned", total=total, link=link))


def _state(staff: Staff) -> str:
    if not staff.active:
        return "disabled"
    if staff.password is None:
        return "invited"
    return "password and app" if staff.totp_secret else "password"


def _found(email: str) -> Staff:
    found = services().accounts.directory.find(email)
    if found is None:
        raise click.ClickException(f"There is no account {email}. 'staff list' shows them.")
    return found
