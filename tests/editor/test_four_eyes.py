"""Whoever publishes alone says why, and the commit says it, too."""

from __future__ import annotations

from support.editor import Writer, answer, told
from website.editor.blueprint import editor_state
from website.editorial.workflow import CopyState

NAME = "artikel/ein-artikel"
REASON = "Niemand sonst ist im Haus"


def test_the_reason_of_who_publishes_alone_is_in_the_audit_trail_and_in_the_commit(
    carla: Writer,
) -> None:
    carla.save(NAME, title="Allein geschrieben")
    assert "Grund" in told(carla.save(NAME, schritt="freigeben", grund="."))
    carla.save(NAME, schritt="freigeben", grund=REASON)
    assert b"reviewed_by: Carla" not in carla.data(NAME)
    carla.save(NAME, schritt="veroeffentlichen")
    state = editor_state(carla.app)
    [row] = state.publications.newest(1)
    assert ("Approved-alone-because", REASON) in state.repository.version(row.source).trailers
    [event] = [each for each in state.trail.of(f"{NAME}.md") if each.action == "approve-own"]
    assert (event.staff, event.detail) == (carla.staff.id, REASON)


def test_only_a_chief_editor_approves_publishes_or_unschedules(erik: Writer, carla: Writer) -> None:
    erik.save(NAME, title="Allein geschrieben")
    refused = "Das darf nur die Chefredaktion."
    assert refused in told(erik.save(NAME, schritt="freigeben", grund=REASON))
    erik.save(NAME, schritt="einreichen")
    carla.save(NAME, schritt="freigeben")
    assert refused in told(erik.save(NAME, schritt="veroeffentlichen"))
    when = {"tag": "2026-12-24", "zeit": "08:00"}
    assert refused in told(erik.save(NAME, schritt="planen", **when))
    carla.save(NAME, schritt="planen", **when)
    assert refused in told(erik.save(NAME, schritt="termin-aufheben"))
    state = editor_state(carla.app)
    assert len(state.publications.waiting()) == 1
    copy = state.copies.get(f"{NAME}.md")
    assert copy is not None
    assert copy.state is CopyState.SCHEDULED


def test_what_was_edited_since_its_approval_was_seen_is_not_published(
    erik: Writer, carla: Writer
) -> None:
    erik.save(NAME, title="Zu prüfen")
    erik.save(NAME, schritt="einreichen")
    carla.save(NAME, schritt="freigeben")
    approved = carla.data(NAME)
    form = carla.form(NAME)
    erik.save(NAME, title="Doch anders")
    page = answer(carla.send(NAME, form, schritt="veroeffentlichen"))
    assert "Dieser Text wurde gerade geändert" in told(page)
    assert editor_state(carla.app).publications.waiting() == []
    assert carla.data(NAME) != approved
