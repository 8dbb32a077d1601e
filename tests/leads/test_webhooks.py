from __future__ import annotations

import base64
import datetime
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from support.leads import ANSWERS, NOON, lead_with
from support.questionnaire import questionnaire
from support.receiver import DRIP, DROP, FLOOD, LOSE, STALL, Receiver
from support.site import free_port
from website.config import ROOT, Settings
from website.exceptions import ConfigurationError, DeliveryError
from website.infra import network
from website.infra import text as texts
from website.infra.http_client import target_of
from website.leads import webhooks
from website.leads.channels import WebhookChannel
from website.leads.deliveries import DeliveryFilter
from website.leads.intake import Submission
from website.leads.models import Channel, Delivery, DeliveryState, Lead
from website.leads.outbox import LEASE, Counts
from website.leads.services import open_leads, open_outbox
from website.leads.webhooks import Endpoint, Poster, endpoint_of


def key(letter: bytes, size: int = 32) -> str:
    return f"whsec_{base64.b64encode(letter * size).decode()}"


NEW, OLD = key(b"n"), key(b"o")
MESSAGE_ID = "<B5KM-29QX.0a1b2c3d@agentur.example>"


@pytest.fixture
def receiver() -> Receiver:
    """Return a receiver that does not run yet."""
    free = Receiver()
    free.port = free_port()
    return free


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a certificate for the name hooks.localhost, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    command += " -subj /CN=hooks.localhost -addext subjectAltName=DNS:hooks.localhost"
    files = ["-keyout", secret, "-out", certificate]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return certificate, secret


def settings(url: str, *secrets: str) -> Settings:
    return Settings(webhook_url=url, webhook_secret=secrets or (NEW,))


def endpoint(url: str, *secrets: str) -> Endpoint:
    found = endpoint_of(settings(url, *secrets))
    assert found is not None
    return found


def owed() -> Delivery:
    return Delivery(id=1, lead_id=1, channel=Channel.WEBHOOK, message_id=MESSAGE_ID, attempts=1)


def deliver(poster: Poster, lead: Lead | None = None) -> None:
    WebhookChannel(poster).deliver(lead or lead_with(), owed())


def failure(poster: Poster) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        deliver(poster)
    return caught.value


def test_a_program_is_told_everything_under_stable_names(receiver: Receiver) -> None:
    with receiver.running():
        deliver(Poster(endpoint(receiver.url)))
    [message] = receiver.taken
    assert message.path == "/hooks/leads?token=secret-in-the-address"
    assert message.headers["Content-Type"] == "application/json"
    assert message.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert message.headers["webhook-id"] == "B5KM-29QX.0a1b2c3d@agentur.example"
    assert json.loads(message.content) == {
        "type": "lead.created",
        "timestamp": "2026-11-23T12:00:00Z",
        "data": {
            "version": 1,
            "reference": "B5KM-29QX",
            "received_at": "2026-11-23T12:00:00Z",
            "status": "new",
            "source": "/kontakt/",
            "language": "de",
            "answers": ANSWERS,
        },
    }


def test_the_documentation_shows_what_is_told() -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    shown = json.loads(text.partition("```json\n")[2].partition("```")[0])
    sent = json.loads(webhooks.body(lead_with()))
    assert (list(shown), list(shown["data"])) == (list(sent), list(sent["data"]))
    assert shown["data"]["version"] == webhooks.VERSION
    assert shown["data"]["answers"].keys() <= ANSWERS.keys()


@pytest.mark.parametrize("secret", [NEW, OLD, NEW.rstrip("=")])
def test_either_key_verifies_by_the_library(receiver: Receiver, secret: str) -> None:
    with receiver.running():
        deliver(Poster(endpoint(receiver.url, NEW, OLD)))
    [message] = receiver.taken
    verified = Webhook(secret).verify(message.content, message.headers)
    assert verified["data"]["reference"] == "B5KM-29QX"
    assert len(message.headers["webhook-signature"].split(" ")) == 2


def test_a_foreign_key_and_a_changed_message_are_found_out(receiver: Receiver) -> None:
    with receiver.running():
        deliver(Poster(endpoint(receiver.url)))
    [message] = receiver.taken
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(message.content, message.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(message.content.replace(b"sofort", b"offen"), message.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(message.content, message.headers | {"webhook-id": "another"})


def test_a_repetition_has_the_same_bytes_and_its_own_time(receiver: Receiver) -> None:
    moments = [NOON, NOON + datetime.timedelta(hours=10)]
    lead = lead_with()
    with receiver.running():
        for moment in moments:
            channel = WebhookChannel(Poster(endpoint(receiver.url)), clock=lambda at=moment: at)
            channel.deliver(lead, owed())
            lead.status = "qualified"
    first, again = receiver.taken
    assert first.content == again.content
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    times = [int(message.headers["webhook-timestamp"]) for message in receiver.taken]
    assert times == [int(moment.timestamp()) for moment in moments]
    assert first.headers["webhook-signature"] != again.headers["webhook-signature"]


@given(st.dictionaries(st.sampled_from(sorted({*ANSWERS, "fax"})), st.text(st.characters())))
def test_whatever_is_typed_arrives_as_text(answers: dict[str, str]) -> None:
    content = webhooks.body(lead_with(**answers))
    expected = {name: texts.clean(text) for name, text in (ANSWERS | answers).items()}
    assert json.loads(content)["data"]["answers"] == expected
    assert content.isascii()
    assert content == webhooks.body(lead_with(**answers))
    webhook = Webhook(NEW)
    headers = endpoint("https://hooks.example").headers(
        "id", datetime.datetime.now(datetime.UTC), content
    )
    assert webhook.verify(content, headers)


def test_what_is_no_text_is_told_as_text() -> None:
    odd = lead_with(message=None, goals={"a": 1}, phone="\ud800\x00")
    answers = json.loads(webhooks.body(odd))["data"]["answers"]
    assert (answers["message"], answers["goals"], answers["phone"]) == ("None", "{'a': 1}", "")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_success_counts(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    with receiver.running():
        deliver(Poster(endpoint(receiver.url)))


@pytest.mark.parametrize("status", [400, 401, 404, 410, 413, 429, 500, 503])
def test_a_refusal_tells_its_code_and_none_of_the_receivers_words(
    receiver: Receiver, status: int
) -> None:
    receiver.answers = [status]
    with receiver.running():
        error = failure(Poster(endpoint(receiver.url)))
    assert str(error) == f"The webhook's receiver answered {status}"
    assert error.permanent == (status == 410)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    with receiver.running():
        error = failure(Poster(endpoint(receiver.url)))
    assert str(error).startswith(f"The webhook's receiver answered {status}, a redirect.")
    assert [message.path for message in receiver.requests] == [
        "/hooks/leads?token=secret-in-the-address"
    ]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (DROP, "RemoteDisconnected"),
        (LOSE, "RemoteDisconnected"),
        (STALL, r"no end after 0\.5 seconds|timed out"),
        (DRIP, r"no end after 0\.5 seconds"),
    ],
)
def test_a_receiver_that_breaks_off_does_not_hold_us_up(
    receiver: Receiver, answer: str, told: str
) -> None:
    receiver.answers = [answer]
    began = time.monotonic()
    with receiver.running():
        with pytest.raises(DeliveryError, match=told) as caught:
            deliver(Poster(endpoint(receiver.url), timeout=0.5))
        assert time.monotonic() - began < 5
    assert not caught.value.permanent
    assert "secret-in-the-address" not in str(caught.value)


def test_no_attempt_outlasts_its_lease() -> None:
    assert LEASE.total_seconds() > webhooks.TIMEOUT * 2


def test_a_receiver_that_is_down_is_tried_again(receiver: Receiver) -> None:
    error = failure(Poster(endpoint(receiver.url)))
    assert str(error) == "The webhook's receiver cannot be reached: Connection refused"


def test_of_an_endless_answer_little_is_read(receiver: Receiver) -> None:
    receiver.answers = [FLOOD]
    with receiver.running():
        deliver(Poster(endpoint(receiver.url)))
    assert receiver.sent < 50_000_000


def test_what_is_not_http_is_tried_again() -> None:
    def greet() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(b"220 mail.example ESMTP\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=greet)
        thread.start()
        place = endpoint(f"http://127.0.0.1:{server.getsockname()[1]}/")
        assert str(failure(Poster(place, timeout=5))).endswith("cannot be reached: BadStatusLine")
        thread.join()


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"], ["10.0.0.5"], ["172.16.0.1"], ["192.168.1.1"], ["169.254.169.254"],
        ["100.64.0.1"], ["224.0.0.1"], ["239.1.1.1"], ["240.0.0.1"], ["255.255.255.255"],
        ["0.0.0.1"], ["198.18.0.1"], ["192.0.2.1"], ["::1"], ["::"], ["fe80::1"], ["fe80::1%lo"],
        ["fc00::1"], ["fec0::1"], ["ff02::1"], ["::ffff:10.0.0.1"], ["::ffff:8.8.8.8"],
        ["2002:7f00:1::"], ["64:ff9b::7f00:1"], ["2001:db8::1"], ["8.8.8.8", "127.0.0.1"],
    ],
)  # fmt: skip
def test_a_name_that_leads_off_the_internet_is_refused(
    receiver: Receiver, addresses: list[str]
) -> None:
    place = endpoint(f"https://hooks.example.org:{receiver.port}/")
    with receiver.running():
        error = failure(Poster(place, resolve=lambda _host, _port: addresses))
    assert "leads to an address that is not on the internet" in str(error)
    assert receiver.requests == []


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111"])
def test_a_name_may_lead_to_the_internet(address: str) -> None:
    assert endpoint("https://hooks.example.org").admits(address)


@pytest.mark.parametrize("host", ["10.0.0.5", "127.0.0.1", "[fd00::1]"])
def test_whoever_writes_an_address_means_it(host: str) -> None:
    assert endpoint(f"https://{host}/").admits(host.strip("[]"))


def test_a_name_of_this_machine_stays_on_it() -> None:
    assert endpoint("http://localhost/").admits("127.0.0.1")
    assert not endpoint("http://hooks.localhost/").admits("10.0.0.5")
    assert not endpoint("http://hooks.localhost/").admits("8.8.8.8")


def test_the_connection_goes_to_the_address_that_was_looked_at(
    receiver: Receiver, certificate: tuple[Path, Path]
) -> None:
    """Asked once; the server proves the name all the same, and is told it."""
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    place = endpoint(f"https://hooks.localhost:{receiver.port}/x")
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    with receiver.running(encryption=server_side(certificate)):
        deliver(Poster(place, resolve=resolve, encryption=trusting))
        assert asked == ["hooks.localhost"]
        assert receiver.taken[0].headers["Host"] == f"hooks.localhost:{receiver.port}"


def test_only_a_server_that_proves_its_name_is_told(
    receiver: Receiver, certificate: tuple[Path, Path]
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate[0]))
    place = endpoint(f"https://hooks.localhost:{receiver.port}/x")
    with receiver.running(encryption=server_side(certificate)):
        for poster in (
            Poster(place, resolve=lambda *_: ["127.0.0.1"]),
            Poster(endpoint(f"https://127.0.0.1:{receiver.port}/x"), encryption=trusting),
        ):
            assert "certificate verify failed" in str(failure(poster))
    assert receiver.requests == []


def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    return context


def test_a_server_that_stalls_before_it_is_trusted_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = endpoint(f"https://127.0.0.1:{silent.getsockname()[1]}/")
        assert "cannot be reached" in str(failure(Poster(place, timeout=0.3)))


def test_the_next_address_is_tried_where_one_does_not_answer(receiver: Receiver) -> None:
    place = endpoint(f"http://localhost:{receiver.port}/")
    with receiver.running():
        deliver(Poster(place, resolve=lambda *_: ["::1", "127.0.0.1"]))
    assert len(receiver.taken) == 1


def test_a_host_that_is_unknown_is_tried_again() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    error = failure(Poster(endpoint("https://hooks.example.org"), resolve=unknown))
    assert str(error).endswith("cannot be reached: Name or service not known")


def test_names_are_resolved_once_each() -> None:
    assert network.resolve("127.0.0.1", 80) == ["127.0.0.1"]
    assert set(network.resolve("localhost", 80)) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://hooks.example.org/x", "must begin with https://"),
        ("http://10.0.0.5/x", "must begin with https://"),
        ("http://localhost.example.org/x", "must begin with https://"),
        ("https://user:Zaubertrank@hooks.example.org", "user name or a password"),
        ("https://Zaubertrank@hooks.example.org", "user name or a password"),
        ("ftp://hooks.example.org", "should look like"),
        ("hooks.example.org/Zaubertrank", "should look like"),
        ("https://", "should look like"),
        ("https:///Zaubertrank", "should look like"),
        ("https://hooks.example.org:port/Zaubertrank", "should look like"),
        ("https://hooks.example.org:0/", "should look like"),
        ("https://hooks.example.org:99999/", "should look like"),
        ("https://hooks..example.org/", "should look like"),
        ("https://[::1/", "should look like"),
        ("https://hooks.example.org/a b", "should look like"),
        ("https://hooks.example.org/a\r\nX: 1", "should look like"),
        ("https://häks.example.org/", "Punycode"),
    ],
)
def test_an_address_that_makes_no_sense_or_is_unsafe_is_refused(url: str, what: str) -> None:
    with pytest.raises(ConfigurationError, match=what) as caught:
        endpoint_of(settings(url))
    assert str(caught.value).startswith("WEBSITE_WEBHOOK_URL ")
    assert "Zaubertrank" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "host", "port", "target"),
    [
        ("https://hooks.example.org", "hooks.example.org", 443, "/"),
        ("https://HOOKS.example.org:8443/a/b?c=d#e", "hooks.example.org", 8443, "/a/b?c=d"),
        ("https://xn--hks-qla.example.org/?x", "xn--hks-qla.example.org", 443, "/?x"),
        ("http://localhost/x", "localhost", 80, "/x"),
        ("http://127.0.0.1:5000/x", "127.0.0.1", 5000, "/x"),
        ("http://[::1]:5000/x", "::1", 5000, "/x"),
        ("https://10.0.0.5/x", "10.0.0.5", 443, "/x"),
    ],
)
def test_an_address_that_is_safe_is_taken(url: str, host: str, port: int, target: str) -> None:
    place = endpoint(url)
    assert place.host == host
    called: list[int] = []

    def resolve(_host: str, port: int) -> Sequence[str]:
        called.append(port)
        raise OSError

    failure(Poster(place, resolve=resolve))
    assert called == [port]
    assert target_of(place.url) == target


@pytest.mark.parametrize(
    ("secrets", "what"),
    [
        ((), "must be too"),
        ((NEW, OLD, key(b"x")), "one key, or two"),
        (("Zaubertrank",), "should hold keys"),
        ((NEW.removeprefix("whsec_"),), "should hold keys"),
        (("whsec_",), "should hold keys"),
        (("whsec_Zauber trank!",), "should hold keys"),
        (("whsec_äöü",), "should hold keys"),
        ((key(b"Z", 23),), "should hold keys"),
        ((key(b"Z", 65),), "should hold keys"),
        ((NEW, key(b"Z", 1)), "should hold keys"),
    ],
)
def test_a_key_that_is_missing_or_weak_is_refused(secrets: tuple[str, ...], what: str) -> None:
    with pytest.raises(ConfigurationError, match=what) as caught:
        endpoint_of(Settings(webhook_url="https://hooks.example.org", webhook_secret=secrets))
    assert not [secret for secret in secrets if secret[6:] and secret[6:] in str(caught.value)]


def test_keys_of_any_length_that_is_allowed_are_taken() -> None:
    assert len(endpoint("https://hooks.example.org", key(b"a", 24), key(b"b", 64)).keys) == 2


def test_without_an_address_nobody_is_told() -> None:
    assert endpoint_of(Settings(webhook_secret=("anything",))) is None


@pytest.mark.slow
def test_the_settings_bring_it_about(tmp_path: Path, receiver: Receiver) -> None:
    """From the intake to the receiver; only the host is written down."""
    given = Settings(instance_dir=tmp_path, webhook_url=receiver.url, webhook_secret=(NEW,))
    leads = open_leads(given, questionnaire)
    outbox = open_outbox(given, questionnaire)
    reference = leads.intake.take(Submission(answers=ANSWERS)).reference
    with receiver.running():
        assert outbox.deliver_due() == Counts(sent=2)
    [message] = receiver.taken
    verified = Webhook(NEW).verify(message.content, message.headers)
    assert verified["data"]["reference"] == reference
    [delivery] = leads.deliveries.find(DeliveryFilter(channel=Channel.WEBHOOK))
    assert (delivery.recipient, delivery.state) == ("127.0.0.1", DeliveryState.SENT)
    outbox.database.close()
    leads.close()


def test_unsafe_settings_are_refused_at_the_start(tmp_path: Path) -> None:
    unsafe = Settings(instance_dir=tmp_path, webhook_url="http://hooks.example.org")
    for start in (open_leads, open_outbox):
        with pytest.raises(ConfigurationError, match="must begin with https"):
            start(unsafe, questionnaire)
