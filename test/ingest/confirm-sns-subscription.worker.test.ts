import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTopic, type SnsTopic, standInForAmazon } from "../support/sns.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliveriesOf,
  ingestPath,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../support/worker.ts";

const ARN = "arn:aws:sns:eu-west-1:123456789012:alarms";
const CONFIRM = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t";

let topic: SnsTopic;
let confirms = true;
let amazon: ReturnType<typeof standInForAmazon>;

beforeAll(async () => {
  topic = await makeTopic();
  amazon = standInForAmazon((url) => {
    if (url.href === topic.certificateUrl) return new Response(topic.certificate);
    if (url.searchParams.get("Action") === "ConfirmSubscription")
      return new Response("<ok/>", { status: confirms ? 200 : 500 });
    return undefined;
  });
});
afterAll(() => amazon.leave());

const message = (fields: Record<string, string> = {}) => ({
  Type: "Notification",
  MessageId: crypto.randomUUID(),
  TopicArn: ARN,
  Message: JSON.stringify({
    AlarmName: "db-1",
    AlarmArn: "arn:aws:cloudwatch:eu-west-1:1:alarm:db-1",
    NewStateValue: "ALARM",
  }),
  Timestamp: new Date().toISOString(),
  ...fields,
});
const confirmation = (fields: Record<string, string> = {}) =>
  message({
    Type: "SubscriptionConfirmation",
    Token: "t",
    SubscribeURL: CONFIRM,
    Message: "You have chosen …",
    ...fields,
  });

const send = (integration: TestIntegration, body: string) =>
  call("POST", ingestPath(integration), { headers: { "content-type": "text/plain; charset=UTF-8" }, body });

const visits = () => amazon.calls.filter((url) => url.includes("ConfirmSubscription")).length;

describe("a subscription of Amazon SNS", () => {
  it("is confirmed automatically and once; then its alarms are accepted, and those of other topics are rejected", async () => {
    const integration = await createIntegration({ provider: "cloudwatch" });
    expect((await send(integration, await topic.sign(message()))).status).toBe(401);
    const before = visits();
    expect((await send(integration, await topic.sign(confirmation()))).status).toBe(202);
    expect(visits()).toBe(before + 1);

    expect((await send(integration, await topic.sign(message(), "2"))).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ title: "db-1", status: "OPEN" }]);

    const foreign = { TopicArn: "arn:aws:sns:eu-west-1:999999999999:mine" };
    expect((await send(integration, await topic.sign(message(foreign)))).status).toBe(401);
    expect((await send(integration, await topic.sign(confirmation(foreign)))).status).toBe(401);
    expect(visits()).toBe(before + 1);
    expect((await deliveriesOf(integration)).map(({ statusCode }) => statusCode).toSorted()).toEqual([
      202, 202, 401, 401, 401,
    ]);
  });

  it("is stored in the settings that an operator sees", async () => {
    const integration = await createIntegration({ provider: "cloudwatch" });
    await send(integration, await topic.sign(confirmation()));
    const { body } = await until(async () => {
      const reply = await api<{ verification: { topicArn?: string } }>("GET", `/v1/integrations/${integration.id}`);
      return reply.body.verification.topicArn ? reply : null;
    });
    expect(body.verification.topicArn).toBe(ARN);
  });

  it("needs no database", async () => {
    const integration = await createIntegration({ provider: "cloudwatch" });
    await withDatabase("down", async () => {
      expect((await send(integration, await topic.sign(confirmation()))).status).toBe(202);
      expect((await send(integration, await topic.sign(message()))).status).toBe(202);
    });
  });

  it("is not confirmed without a valid signature, or for another topic than the configured one", async () => {
    const integration = await createIntegration({
      provider: "cloudwatch",
      verification: { scheme: "sns", topicArn: ARN },
    });
    const before = visits();
    const forged = JSON.stringify({
      ...(JSON.parse(await topic.sign(confirmation())) as object),
      SubscribeURL: `${CONFIRM}&x=1`,
    });
    expect((await send(integration, forged)).status).toBe(401);
    const other = confirmation({ TopicArn: "arn:aws:sns:eu-west-1:999999999999:mine" });
    expect((await send(integration, await topic.sign(other))).status).toBe(401);
    expect(visits()).toBe(before);
    expect((await send(integration, await topic.sign(confirmation()))).status).toBe(202);
  });

  it("does not visit a signed URL of a host other than Amazon's", async () => {
    const integration = await createIntegration({ provider: "cloudwatch" });
    const calls = amazon.calls.length;
    await send(
      integration,
      await topic.sign(confirmation({ SubscribeURL: "https://evil.test/?Action=ConfirmSubscription" })),
    );
    expect(amazon.calls.slice(calls).filter((url) => !url.endsWith(".pem"))).toEqual([]);
    expect((await objectOf(integration).config())?.pinnedTopic).toBeUndefined();
  });

  it("is answered 503 when Amazon does not confirm it, so that SNS asks again", async () => {
    const integration = await createIntegration({ provider: "cloudwatch" });
    const body = await topic.sign(confirmation());
    confirms = false;
    const rejected = await send(integration, body);
    confirms = true;
    expect(rejected.status).toBe(503);
    expect(rejected.headers.get("retry-after")).not.toBeNull();
    expect((await send(integration, body)).status).toBe(202);
    expect((await deliveriesOf(integration)).map(({ statusCode }) => statusCode).toSorted()).toEqual([202, 503]);
  });

  it("is not confirmed under the token scheme", async () => {
    const integration = await createIntegration({ provider: "cloudwatch", verification: { scheme: "token" } });
    const before = visits();
    const reply = await call("POST", `${ingestPath(integration)}?token=${integration.secret}`, {
      body: await topic.sign(confirmation()),
    });
    expect(reply.status).toBe(202);
    expect(visits()).toBe(before);
  });

  it.each([
    ["custom", { mapping: { title: "AlarmName", alertKey: "AlarmArn" } }],
    ["generic", {}],
    ["aws-eventbridge", {}],
  ])("carries deliveries that %s reads, too", async (provider, settings) => {
    const integration = await createIntegration({ provider, verification: { scheme: "sns" }, ...settings });
    expect((await send(integration, await topic.sign(confirmation()))).status).toBe(202);
    const content = {
      AlarmName: "db-1",
      AlarmArn: "arn:1",
      title: "db-1",
      id: "e1",
      "detail-type": "x",
      detail: { title: "db-1" },
    };
    const body = await topic.sign(message({ Message: JSON.stringify(content) }));
    expect((await send(integration, body)).status).toBe(202);
    expect((await send(integration, body)).status).toBe(200);
    expect(await alertsOf(integration)).toMatchObject([{ title: "db-1", occurrences: 1 }]);
  });

  it("can be confirmed for the right topic after a failed confirmation of another", async () => {
    const integration = await createIntegration({ provider: "cloudwatch" });
    confirms = false;
    expect((await send(integration, await topic.sign(confirmation({ TopicArn: `${ARN}-wrong` })))).status).toBe(503);
    confirms = true;
    expect((await send(integration, await topic.sign(confirmation()))).status).toBe(202);
    expect((await objectOf(integration).config())?.pinnedTopic).toBe(ARN);
  });

  it("makes a retried message a duplicate", async () => {
    const integration = await createIntegration({
      provider: "cloudwatch",
      verification: { scheme: "sns", topicArn: ARN },
    });
    const body = await topic.sign(message());
    expect((await send(integration, body)).status).toBe(202);
    expect((await send(integration, body)).status).toBe(200);
  });
});

it("forged messages of Amazon SNS are counted as failures of their address, and still answered 503", async () => {
  const integration = await createIntegration({ provider: "cloudwatch" });
  const from = { "cf-connecting-ip": "198.51.100.77" };
  const forged = async (number: number) => {
    const signed = JSON.parse(await topic.sign(confirmation())) as object;
    const SigningCertURL = `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${number}0000.pem`;
    return call("POST", ingestPath(integration), {
      headers: from,
      body: JSON.stringify({ ...signed, SigningCertURL }),
    });
  };
  for (let number = 0; number < 202; number++) expect((await forged(number)).status).toBe(503);
  const unsigned = await call("POST", ingestPath(integration), { headers: from, body: "{}" });
  expect(unsigned.status).toBe(429);
  expect((await send(integration, await topic.sign(confirmation()))).status).toBe(202);
});
