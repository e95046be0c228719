import { z } from "zod";

/** RFC 9110 §5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

const headerName = z
  .string()
  .regex(HEADER_NAME, "not an HTTP header name")
  .transform((name) => name.toLowerCase());

const hmac = z
  .strictObject({
    scheme: z.literal("hmac"),
    header: headerName.default("x-webhook-signature").describe("Header with the signatures"),
    algorithm: z.enum(["sha1", "sha256", "sha512"]).default("sha256"),
    encoding: z.enum(["hex", "base64"]).default("hex"),
    prefix: z.string().max(32).default("sha256=").describe("Optional prefix of each signature"),
    timestampHeader: headerName.optional().describe("Header with the Unix time of sending"),
    idHeader: headerName.optional().describe("Header with the id for `{id}`"),
    toleranceSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .default(300)
      .describe("Maximum difference between the signed time and now"),
    content: z
      .string()
      .max(200)
      .default("{body}")
      .refine((template) => template.split("{body}").length === 2, "must contain {body} once")
      .describe("Signed content: `{body}`, `{timestamp}.{body}`, `v0:{timestamp}:{body}`, `{id}.{timestamp}.{body}`"),
  })
  .refine((s) => !s.content.includes("{timestamp}") || s.timestampHeader, {
    path: ["timestampHeader"],
    message: "required because content contains {timestamp}",
  })
  .refine((s) => !s.content.includes("{id}") || s.idHeader, {
    path: ["idHeader"],
    message: "required because content contains {id}",
  });

const standardWebhooks = z.strictObject({
  scheme: z.literal("standard-webhooks"),
  toleranceSeconds: z
    .int()
    .min(1)
    .max(86_400)
    .default(300)
    .describe("Maximum difference between the signed time and now"),
});

const token = z
  .strictObject({
    scheme: z.literal("token"),
    in: z
      .enum(["bearer", "basic", "header", "query", "body"])
      .optional()
      .describe("The only location of the token. Default: all usual locations"),
    name: z.string().min(1).max(100).optional().describe("Name of the header, query parameter or body field"),
  })
  .refine((s) => s.name === undefined || s.in === "header" || s.in === "query" || s.in === "body", {
    path: ["name"],
    message: "has a meaning only with `in`: header, query or body",
  })
  .refine((s) => s.in !== "header" || s.name === undefined || HEADER_NAME.test(s.name), {
    path: ["name"],
    message: "not an HTTP header name",
  });

const sns = z.strictObject({
  scheme: z.literal("sns"),
  topicArn: z
    .string()
    .max(512)
    .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/, "not the ARN of an SNS topic")
    .optional()
    .describe("The accepted topic. Default: the first topic whose subscription is confirmed"),
  toleranceSeconds: z.int().min(300).max(2_592_000).default(86_400).describe("Maximum age of a message"),
});

const email = z.strictObject({
  scheme: z.literal("email"),
  senders: z
    .array(
      z
        .string()
        .trim()
        .max(320)
        .regex(/^[^@\s<>]*@[^@\s<>]+$/, "not an email address, nor `@` and a domain")
        .transform((sender) => sender.toLowerCase()),
    )
    .max(100)
    .optional()
    .describe(
      "Allowed envelope senders: addresses, or `@` and a domain. Anybody can claim any sender, so the token is checked as well. Default: any sender",
    ),
});

/** How the deliveries of an integration are verified. */
export const verificationSettings = z
  .discriminatedUnion("scheme", [hmac, standardWebhooks, token, sns, email])
  .meta({ id: "Verification" });

export type VerificationSettings = z.infer<typeof verificationSettings>;
export type HmacSettings = Extract<VerificationSettings, { scheme: "hmac" }>;
export type StandardWebhooksSettings = Extract<VerificationSettings, { scheme: "standard-webhooks" }>;
export type SnsSettings = Extract<VerificationSettings, { scheme: "sns" }>;
export type EmailSettings = Extract<VerificationSettings, { scheme: "email" }>;
export type TokenSettings = Extract<VerificationSettings, { scheme: "token" }>;

/** HMAC-SHA256 in hex over the body, in `X-Webhook-Signature`, with or without the prefix `sha256=`. */
export const DEFAULT_HMAC: HmacSettings = {
  scheme: "hmac",
  header: "x-webhook-signature",
  algorithm: "sha256",
  encoding: "hex",
  prefix: "sha256=",
  toleranceSeconds: 300,
  content: "{body}",
};
