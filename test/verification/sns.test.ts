import { fc, test as property } from "@fast-check/vitest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snsUrl } from "../../src/verification/sns-url.ts";
import { createVerifier } from "../../src/verification/index.ts";
import { type SnsSettings, verificationSettings } from "../../src/verification/settings.ts";
import { makeTopic, type SnsTopic, standInForAmazon } from "../support/sns.ts";
import { runs } from "../support/runs.ts";

const NOW = Date.parse("2026-09-21T14:14:00Z");
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms";
const MESSAGE = {
  Type: "Notification",
  MessageId: "6c4b1b1e-3a8f-5d0e-9c1e-4a2d0f3c7b11",
  TopicArn: TOPIC,
  Subject: "ALARM",
  Message: '{"AlarmName":"ü"}',
  Timestamp: "2026-09-21T14:13:20.456Z",
};

let topic: SnsTopic;
let old: SnsTopic;
let amazon: ReturnType<typeof standInForAmazon>;

beforeAll(async () => {
  topic = await makeTopic();
  old = await makeTopic({ notAfter: NOW - 1000 });
  amazon = standInForAmazon((url) => {
    const known = [topic, old].find(({ certificateUrl }) => certificateUrl === url.href);
    return known && new Response(known.certificate);
  });
});
afterAll(() => amazon.leave());

async function verify(body: string, settings: Partial<SnsSettings> = { topicArn: TOPIC }, now = NOW) {
  const verifier = await createVerifier(verificationSettings.parse({ scheme: "sns", ...settings }), {
    current: "unused",
  });
  const bytes = new TextEncoder().encode(body) as Uint8Array<ArrayBuffer>;
  return verifier({ headers: new Headers(), url: new URL("https://t.test/in/x"), body: bytes }, now);
}

describe("sns", () => {
  it.each(["1", "2"] as const)("verifies signatures of version %s", async (version) => {
    expect(await verify(await topic.sign(MESSAGE, version))).toEqual({ isVerified: true, secret: "current" });
  });

  it("verifies a message without a subject and one with a null subject", async () => {
    const { Subject: _, ...bare } = MESSAGE;
    const body = await topic.sign(bare);
    expect(await verify(body)).toMatchObject({ isVerified: true });
    expect(await verify(JSON.stringify({ ...(JSON.parse(body) as object), Subject: null }))).toMatchObject({
      isVerified: true,
    });
  });

  it.each(["Message", "MessageId", "Subject", "Timestamp", "TopicArn"])("rejects a changed %s", async (field) => {
    const message = JSON.parse(await topic.sign(MESSAGE)) as Record<string, string>;
    const changed = JSON.stringify({ ...message, [field]: `${message[field]}x` });
    const topicArn = field === "TopicArn" ? `${TOPIC}x` : TOPIC;
    expect(await verify(changed, { topicArn })).toMatchObject({
      isVerified: false,
      reason: "the signature does not match",
    });
  });

  it("rejects a signature with one changed byte", async () => {
    const message = JSON.parse(await topic.sign(MESSAGE)) as Record<string, string>;
    const signature = Uint8Array.from(atob(message.Signature!), (char) => char.charCodeAt(0));
    signature[17]! ^= 1;
    const changed = { ...message, Signature: btoa(String.fromCharCode(...signature)) };
    expect(await verify(JSON.stringify(changed))).toMatchObject({ isVerified: false, failure: "untrusted" });
  });

  it("accepts only the configured topic", async () => {
    const other = await topic.sign({ ...MESSAGE, TopicArn: "arn:aws:sns:eu-west-1:999999999999:mine" });
    expect(await verify(other)).toMatchObject({ isVerified: false, reason: "the message is of another topic" });
  });

  it("accepts only the confirmation of a subscription while no topic is configured", async () => {
    expect(await verify(await topic.sign(MESSAGE), {})).toMatchObject({ isVerified: false });
    const confirmation = await topic.sign({
      ...MESSAGE,
      Type: "SubscriptionConfirmation",
      Token: "t",
      SubscribeURL: "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
    });
    expect(await verify(confirmation, {})).toMatchObject({ isVerified: true });
  });

  it("rejects an expired certificate, and reports `unavailable` if a certificate cannot be fetched", async () => {
    expect(await verify(await old.sign(MESSAGE))).toMatchObject({
      isVerified: false,
      reason: "the certificate is not valid",
    });
    const lost = await makeTopic();
    expect(await verify(await lost.sign(MESSAGE))).toMatchObject({ isVerified: false, failure: "unavailable" });
  });

  it("rejects a message that is older than a day, and accepts a retry within a day", async () => {
    const body = await topic.sign(MESSAGE);
    expect(await verify(body, { topicArn: TOPIC }, NOW + 23 * 3_600_000)).toMatchObject({ isVerified: true });
    expect(await verify(body, { topicArn: TOPIC }, NOW + 25 * 3_600_000)).toMatchObject({ failure: "timestamp" });
  });

  it("fetches each certificate once", async () => {
    const fresh = await makeTopic();
    const watch = standInForAmazon(() => new Response(fresh.certificate));
    const body = await fresh.sign(MESSAGE);
    for (let i = 0; i < 3; i++) expect(await verify(body)).toMatchObject({ isVerified: true });
    watch.leave();
    expect(watch.calls).toEqual([fresh.certificateUrl]);
  });

  it.each([
    "http://sns.eu-west-1.amazonaws.com/a.pem",
    "https://sns.eu-west-1.amazonaws.com.evil.test/a.pem",
    "https://evil.test/sns.eu-west-1.amazonaws.com/a.pem",
    "https://sns.eu-west-1.amazonaws.com@evil.test/a.pem",
    "https://xsns.eu-west-1.amazonaws.com/a.pem",
    "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
    "https://sns.amazonaws.com/a.pem",
    "https://sns.s3-us-west-2.amazonaws.com/SimpleNotificationService-ab.pem",
    "https://sns.s3-accelerate.amazonaws.com/SimpleNotificationService-ab.pem",
    "https://s3.amazonaws.com/bucket/a.pem",
    "file:///a.pem",
    "a.pem",
  ])("rejects %s as a URL of Amazon SNS, and never fetches it", async (url) => {
    expect(snsUrl(url)).toBeNull();
    const message = JSON.parse(await topic.sign(MESSAGE)) as Record<string, string>;
    expect(await verify(JSON.stringify({ ...message, SigningCertURL: url }))).toMatchObject({ isVerified: false });
    expect(amazon.calls).not.toContain(url);
  });

  it("rejects a certificate from another path of Amazon's host", async () => {
    const message = JSON.parse(await topic.sign(MESSAGE)) as Record<string, string>;
    const url = "https://sns.eu-west-1.amazonaws.com/mine.pem";
    expect(await verify(JSON.stringify({ ...message, SigningCertURL: url }))).toMatchObject({ isVerified: false });
    expect(amazon.calls).not.toContain(url);
  });

  it.each([
    "https://sns.eu-west-1.amazonaws.com/a.pem",
    "https://sns.us-gov-west-1.amazonaws.com/a.pem",
    "https://sns.ap-southeast-4.amazonaws.com/a.pem",
    "https://sns.cn-north-1.amazonaws.com.cn/a.pem",
  ])("accepts %s as a URL of Amazon SNS", (url) => expect(snsUrl(url)?.href).toBe(url));

  const field = fc.constantFrom(
    "Type",
    "Message",
    "MessageId",
    "Timestamp",
    "TopicArn",
    "Signature",
    "SignatureVersion",
    "SigningCertURL",
  );
  property.prop([fc.dictionary(field, fc.jsonValue()), fc.boolean()], { numRuns: runs(10_000) })(
    "rejects any forged message without an exception",
    async (fields, isWhole) => {
      const base = isWhole
        ? { ...MESSAGE, SignatureVersion: "1", Signature: "AAAA", SigningCertURL: topic.certificateUrl }
        : {};
      expect(await verify(JSON.stringify({ ...base, ...fields }))).toMatchObject({ isVerified: false });
    },
  );
});
