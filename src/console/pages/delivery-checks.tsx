/** What was checked of a delivery, and what to do if it failed. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { Fact, Facts } from "../parts/components.tsx";
import { schemeName } from "./verification-form.tsx";

type Delivery = Schemas["Delivery"];
type Remedy = NonNullable<Delivery["remedy"]>;

/** The record of the verification in the decision. */
interface VerificationRecord {
  scheme?: string;
  isVerified?: boolean | null;
  secret?: "current" | "previous";
  failure?: string;
  /** The place and kind of the signature or token, in words. Missing: nothing was checked. */
  checked?: string;
  /** The number of valid secrets: two during the overlap of a rotation. */
  secrets?: number;
}

export const verificationOf = ({ decision }: Delivery): VerificationRecord =>
  (decision as { verification?: VerificationRecord }).verification ?? {};

/** The check of the signature or token, and its result. */
export const Checks: FC<{ delivery: Delivery }> = ({ delivery }) => {
  const verification = verificationOf(delivery);
  const { scheme, checked, isVerified } = verification;
  return (
    <section aria-labelledby="checks-title">
      <h2 id="checks-title">Verification</h2>
      <Facts>
        <Fact name="Result">
          {isVerified ? "verified" : isVerified === false ? "failed" : "not checked"}
          {scheme ? ` (${schemeName(scheme)})` : ""}
        </Fact>
        {checked === undefined ? null : (
          <>
            <Fact name="Checked">{checked}</Fact>
            <Fact name="Request">{foundIn(delivery, verification)}</Fact>
            <Fact name={isVerified ? "Matched" : "Compared with"}>{comparedWith(verification)}</Fact>
          </>
        )}
      </Facts>
    </section>
  );
};

/** How to get a delivery accepted and all of its events read, with links to the pages. */
export const WhatToDo: FC<{ delivery: Delivery; remedy: Remedy; mayChange: boolean }> = ({
  delivery,
  remedy,
  mayChange,
}) => (
  <section class="rejection" aria-labelledby="remedy-title">
    <h2 id="remedy-title">What to do</h2>
    <p class="remedy">{remedy.text}</p>
    {delivery.integrationName === null ? null : (
      <p class="buttons">
        {linksFor(remedy.action, delivery, mayChange).map(({ path, name }) => (
          <a class="button quiet" href={path}>
            {name}
          </a>
        ))}
      </p>
    )}
  </section>
);

/** Whether the request had what was checked. Values of signatures and tokens are redacted in the record. */
function foundIn({ headers }: Delivery, { checked = "", failure }: VerificationRecord): string {
  const header = / in (?:header )?([a-z0-9-]+)$/.exec(checked)?.[1];
  if (header !== undefined) return `header ${header} ${header in headers ? "found" : "missing"}`;
  return failure === "missing" ? "nothing found" : "found";
}

/** What the signature or token was compared with. */
function comparedWith({ scheme, failure, secret, secrets }: VerificationRecord): string {
  if (failure === "missing") return "nothing";
  if (scheme === "sns") return "the certificate of Amazon SNS and the allowed topic";
  if (failure === "untrusted") return "the allowed senders";
  if (secret !== undefined) return `the ${secret} secret`;
  return secrets === 2 ? "the current and the previous secret" : "the current secret";
}

interface Link {
  path: string;
  name: string;
}

/** The pages on which the remedy is applied. @param mayChange whether the user may change the integration */
function linksFor(action: Remedy["action"], { id, integrationId, provider }: Delivery, mayChange: boolean): Link[] {
  const integration = `/integrations/${integrationId}`;
  const setup = { path: `${integration}#setup`, name: "Setup steps" };
  const mapping = { path: `${integration}/mapping?delivery=${id}`, name: "Open mapping" };
  const settings = mayChange ? [{ path: `${integration}#settings`, name: "Settings" }] : [];
  const rotation = mayChange ? [{ path: `${integration}#actions`, name: "Rotate secret" }] : [];
  switch (action) {
    case "check-secret":
    case "check-token":
      return [setup, ...rotation];
    case "check-verification":
    case "check-clock":
      return [setup, ...settings];
    case "correct-mapping":
      return [mapping];
    case "correct-events":
      return [provider === "custom" ? mapping : setup];
    case "enable-integration":
    case "raise-limit":
      return settings;
    case "change-subscription":
      return [{ path: "/subscriptions", name: "Subscriptions" }];
    default:
      return [setup];
  }
}
