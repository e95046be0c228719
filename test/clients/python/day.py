"""A day's work with the Python client that openapi-python-client generates. Prints what it saw as JSON."""

import json
import os
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from tocsin_client import AuthenticatedClient
from tocsin_client.api.alerts import get_alert, list_alert_timeline, list_alerts, update_alert
from tocsin_client.api.deliveries import replay_deliveries
from tocsin_client.api.integrations import create_integration, update_integration
from tocsin_client.api.silences import create_silence, expire_silence
from tocsin_client.api.subscriptions import create_subscription
from tocsin_client.models import (
    Alert,
    AlertPage,
    AlertStatus,
    AlertUpdate,
    BulkReplay,
    BulkReplayResult,
    CreatedIntegration,
    CreatedSubscription,
    ExpressionMapping,
    IntegrationUpdate,
    ListAlertsMuted,
    NewIntegration,
    NewMatcher,
    NewSilence,
    NewSubscription,
    Problem,
    ReplayFilter,
    Severity,
    Silence,
    SubscriptionFilter,
    TimelineEntryPage,
)

T = TypeVar("T")

client = AuthenticatedClient(base_url=os.environ["TOCSIN_URL"], token=os.environ["TOCSIN_KEY"])
integration_id = UUID(os.environ["INTEGRATION_ID"])
in_an_hour = datetime.now(UTC) + timedelta(hours=1)


def expect(kind: type[T], value: object) -> T:
    """Returns a response of this type. Fails for a problem."""
    if not isinstance(value, kind):
        raise TypeError(f"expected {kind.__name__}, got {value}")
    return value


def titles_by_page(limit: int) -> list[str]:
    """The titles of all alerts of the integration, read page by page."""
    titles: list[str] = []
    any_muted = ListAlertsMuted.ANY
    page = expect(
        AlertPage, list_alerts.sync(client=client, integration_id=integration_id, muted=any_muted, limit=limit)
    )
    while True:
        titles += [alert.title for alert in page.data]
        if page.next_cursor is None:
            return titles
        page = expect(
            AlertPage,
            list_alerts.sync(
                client=client, integration_id=integration_id, muted=any_muted, limit=limit, cursor=page.next_cursor
            ),
        )


def muted_titles() -> list[str]:
    """The titles of the muted alerts of the integration."""
    page = list_alerts.sync(client=client, integration_id=integration_id, muted=ListAlertsMuted.TRUE)
    return [alert.title for alert in expect(AlertPage, page).data]


listed = expect(
    AlertPage,
    list_alerts.sync(
        client=client,
        integration_id=integration_id,
        status=[AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED],
        severity=[Severity.CRITICAL],
        label=["service=checkout"],
    ),
)
read = get_alert.sync_detailed(listed.data[0].id, client=client)
alert = expect(Alert, read.parsed)
etag = read.headers["etag"]
body = AlertUpdate(status=AlertStatus.ACKNOWLEDGED, note="Looking into it")
key = str(uuid4())
changes = [
    expect(Alert, update_alert.sync(alert.id, client=client, body=body, if_match=etag, idempotency_key=key))
    for _attempt in range(2)
]
expect(Alert, update_alert.sync(alert.id, client=client, body=AlertUpdate(note="Back to normal")))
entries = expect(TimelineEntryPage, list_alert_timeline.sync(alert.id, client=client))

by_key = list_alerts.sync(client=client, integration_id=integration_id, alert_key="payments")
found = expect(AlertPage, by_key).data[0]
expect(Alert, update_alert.sync(found.id, client=client, body=AlertUpdate(snoozed_until=in_an_hour)))
muted = [muted_titles()]
silence = expect(
    Silence,
    create_silence.sync(
        client=client,
        body=NewSilence(
            matchers=[NewMatcher(name="tocsin_integration", value=str(integration_id))],
            ends_at=in_an_hour,
            comment="Deploy",
        ),
    ),
)
muted.append(muted_titles())
expire_silence.sync_detailed(silence.id, client=client)
muted.append(muted_titles())

# Its mapping could not read a delivery.
unread_id = UUID(os.environ["UNREAD_ID"])
mapping = ExpressionMapping(title="name")
update_integration.sync_detailed(unread_id, client=client, body=IntegrationUpdate(mapping=mapping))
replay = expect(
    BulkReplayResult,
    replay_deliveries.sync(client=client, body=BulkReplay(filter_=ReplayFilter(integration_id=unread_id))),
)

integration = expect(
    CreatedIntegration,
    create_integration.sync(client=client, body=NewIntegration(name="Made by Python", provider="generic")),
)
subscription = expect(
    CreatedSubscription,
    create_subscription.sync(
        client=client,
        body=NewSubscription(
            name="Made by Python",
            url=os.environ["ENDPOINT_URL"],
            filter_=SubscriptionFilter(severity=[Severity.CRITICAL], integration_id=integration_id),
        ),
    ),
)
problems = [
    expect(Problem, get_alert.sync(uuid4(), client=client)),
    expect(Problem, update_alert.sync(alert.id, client=client, body=body, if_match='"1"')),
    expect(Problem, list_alerts.sync(client=client, cursor="none")),
]
print(
    json.dumps(
        {
            "listed": [alert.title for alert in listed.data],
            "titles": titles_by_page(2),
            "statuses": [changed.status.value for changed in changes],
            "versions": [changed.version for changed in changes],
            "notes": [entry.note for entry in entries.data if entry.note is not None],
            "found": found.title,
            "muted": muted,
            "replayed": replay.replayed,
            "integration": {"provider": integration.provider, "teamId": integration.team_id},
            "subscription": {"id": str(subscription.id), "secret": subscription.secret},
            "problems": [problem.type_.value for problem in problems],
            "pointers": [error.pointer for error in problems[2].errors or []],
        }
    )
)
