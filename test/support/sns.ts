/** A fake of Amazon SNS: a topic that signs messages with its own certificate. */
import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";

const ALGORITHM = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
const SIGNED = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];

export interface SnsTopic {
  certificateUrl: string;
  certificate: string;
  /** The body of a signed message. */
  sign(message: Record<string, string>, version?: "1" | "2"): Promise<string>;
}

let topics = 0;

export async function makeTopic({ notBefore = 0, notAfter = Date.UTC(2100, 0, 1) } = {}): Promise<SnsTopic> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  if (!("privateKey" in keys)) throw new Error("RSA keys come in pairs");
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: "01",
      name: "CN=sns.amazonaws.com",
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
      signingAlgorithm: ALGORITHM,
      keys,
    },
    crypto,
  );
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  // A new URL for each topic: the Worker caches certificates.
  const certificateUrl = `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${Date.now()}${topics++}.pem`;
  return {
    certificateUrl,
    certificate: certificate.toString("pem"),
    async sign(message, version = "1") {
      const hash = version === "1" ? "SHA-1" : "SHA-256";
      const key = await crypto.subtle.importKey("pkcs8", pkcs8, { name: "RSASSA-PKCS1-v1_5", hash }, false, ["sign"]);
      const isConfirmation = message.Type !== "Notification";
      const unsigned = isConfirmation ? ["Subject"] : ["SubscribeURL", "Token"];
      const text = SIGNED.filter((name) => message[name] !== undefined && !unsigned.includes(name))
        .map((name) => `${name}\n${message[name]}\n`)
        .join("");
      const signature = new Uint8Array(
        await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, new TextEncoder().encode(text)),
      );
      return JSON.stringify({
        ...message,
        SignatureVersion: version,
        Signature: btoa(String.fromCharCode(...signature)),
        SigningCertURL: certificateUrl,
      });
    },
  };
}

/** Replaces fetch for URLs of Amazon. Other requests go to the network. */
export function standInForAmazon(answers: (url: URL) => Response | undefined): { calls: string[]; leave(): void } {
  const { fetch: network } = globalThis;
  const calls: string[] = [];
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input.toString());
    if (!/amazonaws\.com(\.cn)?$/.test(url.hostname)) return network(input, init);
    calls.push(url.href);
    return Promise.resolve(answers(url) ?? new Response("no such thing", { status: 404 }));
  };
  return { calls, leave: () => void (globalThis.fetch = network) };
}
