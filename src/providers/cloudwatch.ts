import type { AlertEvent } from "../alerts/event.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { parseActionIn } from "./actions.ts";
import { alarmUrl, readEventBridge } from "./aws-eventbridge.ts";
import { readJsonMessage, readTextMessage } from "./sns-messages.ts";
import { eventOrNone, newEvent, type Provider, readBatch } from "./provider.ts";
import { controlReading, envelopesOf, isRelayed, messageId, parseMessage } from "./sns.ts";

/**
 * Amazon CloudWatch alarms through an SNS topic, and other messages of a topic: EventBridge events and plain text. Also
 * messages without envelope (raw delivery) and records that a Lambda function relays.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export const cloudwatch: Provider = {
  id: "cloudwatch",
  name: "Amazon CloudWatch (SNS)",
  docs: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
  category: "cloud",
  keywords: "aws amazon web services alarms sns lambda ec2 rds",
  verification: { scheme: "sns", toleranceSeconds: 86_400 },
  setup: `1. In Amazon SNS, create a topic (or use an existing one) and send **In alarm**, **OK** and **Insufficient data** of your CloudWatch alarms to it.
2. Create a subscription: protocol **HTTPS**, endpoint \`<INGEST_URL>\`. Leave **raw message delivery** off, so that SNS signs.
3. Tocsin checks the signature and confirms the subscription automatically. After that it accepts only this topic. To set the
   topic beforehand, create the integration with \`"verification": {"scheme": "sns", "topicArn": "arn:aws:sns:…"}\`.

Messages with raw delivery or from a Lambda function are not signed. For these, create the integration with
\`"verification": {"scheme": "token"}\` and use \`<INGEST_URL>?token=<SECRET>\`.`,
  sample: {
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "x-amz-sns-message-type": "Notification",
      "x-amz-sns-message-id": "6c4b1b1e-3a8f-5d0e-9c1e-4a2d0f3c7b11",
    },
    body: {
      Type: "Notification",
      MessageId: "6c4b1b1e-3a8f-5d0e-9c1e-4a2d0f3c7b11",
      TopicArn: "arn:aws:sns:eu-west-1:123456789012:alarms",
      Subject: 'ALARM: "db-1 CPU" in EU (Ireland)',
      Message: JSON.stringify({
        AlarmName: "db-1 CPU",
        AlarmDescription: "CPU of db-1 above 90 %",
        AWSAccountId: "123456789012",
        NewStateValue: "ALARM",
        NewStateReason: "Threshold Crossed: 1 datapoint (97.1) was greater than the threshold (90.0).",
        StateChangeTime: "2026-09-21T14:13:20.123+0000",
        Region: "EU (Ireland)",
        AlarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:db-1 CPU",
        OldStateValue: "OK",
        Trigger: {
          MetricName: "CPUUtilization",
          Namespace: "AWS/EC2",
          Dimensions: [{ name: "InstanceId", value: "i-0123456789abcdef0" }],
        },
      }),
      Timestamp: "2026-09-21T14:13:20.456Z",
      SignatureVersion: "1",
    },
  },
  // https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
  senderProfile: {
    timeoutSeconds: 15,
    clientErrors: "dropped",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "three times, 20 s apart, unless the topic's delivery policy says otherwise",
  },
  formats: ["text"],
  volatile: [],
  idempotencyKey: messageId,
  hasUniqueBody: true,
  recognizes: ({ headers, body }) =>
    headers.has("x-amz-sns-message-type") ||
    has(body, "Type", "TopicArn", "Message") ||
    has(body, "AlarmName", "NewStateValue") ||
    isRelayed(body),
  read({ body }) {
    if (isRelayed(body)) {
      const envelopes = envelopesOf(body);
      const [first] = envelopes;
      const events = readBatch(envelopes, "", (element) => {
        const { envelope, pointer } = element as (typeof envelopes)[number];
        return readMessage(objectBody(envelope, "an SNS record", pointer));
      });
      return events.length === 0 && first ? eventOrNone(null, NO_ALERT) : { events, isRecognized: true };
    }
    if (typeof body === "string") return eventOrNone(readMessage({ Message: body }), NO_ALERT);
    const message = objectBody(body, "an SNS message");
    return (
      controlReading(message) ??
      eventOrNone(has(message, "Message") ? readMessage(message) : readContent(message, {}), NO_ALERT)
    );
  },
};

const NO_ALERT = "no alert: work in progress, or a test";

function readMessage(envelope: JsonObject): AlertEvent | null {
  const content = parseMessage(envelope.Message);
  return isObject(content) ? readContent(content, envelope) : readTextMessage(asText(envelope.Message) ?? "", envelope);
}

function readContent(content: JsonObject, envelope: JsonObject): AlertEvent | null {
  if (has(content, "AlarmName")) return readAlarm(content, envelope);
  if (has(content, "detail-type")) return readEventBridge(content);
  return readJsonMessage(content, envelope);
}

function readAlarm(alarm: JsonObject, envelope: JsonObject): AlertEvent {
  const trigger = asObject(alarm.Trigger);
  const name = asText(alarm.AlarmName) ?? "CloudWatch alarm";
  return newEvent({
    // INSUFFICIENT_DATA is a trigger too: an alarm without data protects nothing.
    action: parseActionIn(asText(alarm.NewStateValue) ?? "") === "resolve" ? "resolve" : "trigger",
    // Alarms from before 2020 have no ARN. Account, region and name are its parts.
    alertKey: keyOf(alarm.AlarmArn) ?? keyOf(name, alarm.AWSAccountId, alarm.Region),
    title: asText(envelope.Subject) ?? name,
    description: [asText(alarm.AlarmDescription), asText(alarm.NewStateReason)].filter(Boolean).join("\n\n") || null,
    // CloudWatch has no severities. Some operators add one to the message.
    severity: asSeverity(firstText(alarm.Severity, alarm.Priority)),
    source: firstText(pick(trigger.Dimensions, 0, "value"), alarm.AlarmName),
    url: alarmUrl(asText(alarm.AlarmArn)),
    occurredAt: asInstant(alarm.StateChangeTime) ?? asInstant(envelope.Timestamp),
    metadata: {
      alarmName: alarm.AlarmName,
      state: alarm.NewStateValue,
      previousState: alarm.OldStateValue,
      account: alarm.AWSAccountId,
      region: alarm.Region,
      metric: trigger.MetricName,
      namespace: trigger.Namespace,
      dimensions: trigger.Dimensions,
      rule: alarm.AlarmRule,
      topic: envelope.TopicArn,
    },
  });
}
