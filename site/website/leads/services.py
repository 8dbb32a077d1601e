"""The parts of the leads package, opened together for one database."""

from collections.abc import Mapping
from dataclasses import dataclass

from website.config import Settings
from website.infra.database import Database, connect
from website.infra.keyed_hashes import Keys, open_keys
from website.leads import webhooks
from website.leads.canaries import Canaries
from website.leads.channels import channels_for
from website.leads.data_subjects import DataSubjects
from website.leads.deliveries import Deliveries, Target
from website.leads.erasure_log import ErasureLog
from website.leads.intake import Intake
from website.leads.mail import NO_CONFIRMATIONS, NO_TITLES, Confirmation
from website.leads.migrations import migrate
from website.leads.models import Channel
from website.leads.outbox import Outbox
from website.leads.spam.proof_of_work import Proofs
from website.leads.statistics import Statistics
from website.leads.store import LeadStore
from website.leads.workflow import Workflow
from website.questionnaire import GetQuestionnaire


@dataclass(frozen=True)
class Leads:
    """Services for the leads of one database, except the outbox."""

    database: Database
    intake: Intake
    store: LeadStore
    workflow: Workflow
    statistics: Statistics
    deliveries: Deliveries
    canaries: Canaries
    keys: Keys
    subjects: DataSubjects
    questionnaire: GetQuestionnaire

    def close(self) -> None:
        """Close the database's connections, which are opened again on use."""
        self.database.close()


def open_leads(settings: Settings, questionnaire: GetQuestionnaire) -> Leads:
    """Open the configured database, after applying migrations.

    :param questionnaire: returns the current questions of the form.
    :raises ConfigurationError: if a setting is invalid, or the database newer than the code.
    :raises StorageError: if the database cannot be used now.
    """
    keys = open_keys(settings)
    database, erasures = _open(settings), ErasureLog(settings.backups, keys)
    intake = Intake(
        database,
        _targets(settings),
        sender=settings.mail_from,
        keys=keys,
        proofs=Proofs(keys),
        questionnaire=questionnaire,
        confirm=settings.confirmation_mail,
    )
    return Leads(
        database,
        intake,
        store=LeadStore(database),
        workflow=Workflow(database, questionnaire),
        statistics=Statistics(database),
        deliveries=Deliveries(database),
        canaries=Canaries(database, keys, settings.mails),
        keys=keys,
        subjects=DataSubjects(database, settings.mails, erasures, questionnaire),
        questionnaire=questionnaire,
    )


def open_outbox(
    settings: Settings,
    questionnaire: GetQuestionnaire,
    *,
    confirmations: Mapping[str, Confirmation] = NO_CONFIRMATIONS,
    page_titles: Mapping[str, str] = NO_TITLES,
) -> Outbox:
    """Open the outbox of the configured database, with all configured channels.

    :param questionnaire: returns the current questions of the form.
    :param confirmations: texts of confirmations by language; without any, none are sent.
    :param page_titles: titles of pages by path, for mails to staff.

    Raises what :func:`open_leads` raises.
    """
    channels = channels_for(settings, questionnaire, confirmations, page_titles)
    database = _open(settings)
    return Outbox(database, channels, canaries_to=settings.canary_to)


def _targets(settings: Settings) -> list[Target]:
    targets = [Target(Channel.MAIL, recipient) for recipient in settings.leads_to]
    if endpoint := webhooks.endpoint_of(settings):
        targets.append(Target(Channel.WEBHOOK, endpoint.host))
    return targets


def _open(settings: Settings) -> Database:
    database = connect(settings.database)
    migrate(database.engine)
    return database
