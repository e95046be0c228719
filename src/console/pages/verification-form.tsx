/** The form fields of a verification, for any provider. Style sheets show only the fields of the chosen scheme. */
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { describeVerification } from "../../verification/describe.ts";
import type { VerificationSettings } from "../../verification/settings.ts";
import type { Problem } from "../api.ts";
import { errorAt, Field, Select, withoutFields } from "../parts/fields.tsx";
import type { Form } from "../parts/form.ts";

type Verification = Schemas["Verification"];
type Scheme = Verification["scheme"];

/** The entered values, by the name of the setting. An empty text stands for a setting that is not given. */
export interface EnteredVerification {
  /** Empty: the default of the provider. */
  scheme: string;
  values: Readonly<Record<string, string>>;
}

export const DEFAULT_VERIFICATION: EnteredVerification = { scheme: "", values: {} };

/** The settings of each scheme, as the API names them. */
const SETTINGS: Readonly<Record<Scheme, readonly string[]>> = {
  hmac: ["header", "algorithm", "encoding", "prefix", "content", "timestampHeader", "idHeader", "toleranceSeconds"],
  token: ["in", "name"],
  "standard-webhooks": ["toleranceSeconds"],
  sns: ["topicArn", "toleranceSeconds"],
  email: ["senders"],
};

const SCHEMES: Readonly<Record<Scheme, string>> = {
  token: "Token",
  hmac: "HMAC signature",
  "standard-webhooks": "Standard Webhooks signature",
  sns: "Amazon SNS signature",
  email: "Email address",
};

const isScheme = (text: string): text is Scheme => Object.hasOwn(SETTINGS, text);

/** The name of a scheme, for people. */
export const schemeName = (scheme: string): string => (isScheme(scheme) ? SCHEMES[scheme] : scheme);

const NUMBERS: ReadonlySet<string> = new Set(["toleranceSeconds"]);

const fieldName = (scheme: Scheme, setting: string): string => `verification.${scheme}.${setting}`;

/** The values of an integration's verification. */
export const enteredOf = ({ scheme, ...settings }: Verification): EnteredVerification => ({
  scheme,
  values: Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
});

export function readVerification(form: Form): EnteredVerification {
  const scheme = form.text("verification.scheme");
  if (!isScheme(scheme)) return DEFAULT_VERIFICATION;
  return {
    scheme,
    values: Object.fromEntries(SETTINGS[scheme].map((name) => [name, form.text(fieldName(scheme, name))])),
  };
}

/** The settings as the API takes them, which validates them; undefined: the default of the provider. */
export function toVerification({ scheme, values }: EnteredVerification): Verification | undefined {
  if (scheme === "") return undefined;
  const given = Object.entries(values).filter(([, value]) => value !== "");
  // An invalid number stays a text, so that the API rejects it.
  const typed = given.map(([name, value]) => {
    if (name === "senders") return [name, value.split(/[\s,]+/).filter(Boolean)];
    return [name, NUMBERS.has(name) && /^\d+$/.test(value) ? Number(value) : value];
  });
  return { scheme, ...Object.fromEntries(typed) } as Verification;
}

/** @param usual the default of the provider, which the first option names; undefined: there is no such option */
export const VerificationFields: FC<{
  entered: EnteredVerification;
  usual?: Verification | undefined;
  problem: Problem | null;
}> = ({ entered: { scheme, values }, usual, problem }) => {
  const settings = isScheme(scheme) ? SETTINGS[scheme] : [];
  const errorOf = (of: Scheme, name: string) => (of === scheme ? errorAt(problem, `/verification/${name}`) : undefined);
  const others = withoutFields(
    problem,
    settings.map((name) => `/verification/${name}`),
  );
  const valueOf = (of: Scheme, name: string): string => {
    if (of === scheme) return values[name] ?? "";
    return (usual?.scheme === of && enteredOf(usual).values[name]) || "";
  };
  const input = (of: Scheme, name: string, attributes: Record<string, string | number> = {}) => (
    <input name={fieldName(of, name)} value={valueOf(of, name)} autocomplete="off" spellcheck={false} {...attributes} />
  );
  const tolerance = (of: Scheme, standard: number) => (
    <Field
      name="Clock tolerance, seconds"
      hint="Largest difference between the signed time and now"
      error={errorOf(of, "toleranceSeconds")}
    >
      {input(of, "toleranceSeconds", { inputmode: "numeric", placeholder: standard })}
    </Field>
  );
  return (
    <fieldset class="verification">
      <Field
        name="Verification"
        hint="A signature covers the body. A token identifies only the sender"
        error={errorAt(others, "/verification")}
      >
        <Select
          name="verification.scheme"
          value={scheme}
          options={[
            ...(usual === undefined
              ? []
              : [["", `Default: ${plain(describeVerification(usual as VerificationSettings))}`] as const]),
            ...Object.entries(SCHEMES),
          ]}
        />
      </Field>
      <div class="of-email">
        <Field
          name="Senders"
          hint="Addresses, or @ and a domain. Anybody can claim any sender. Empty: any sender"
          error={errorOf("email", "senders")}
        >
          {input("email", "senders")}
        </Field>
      </div>
      <div class="of-token">
        <Field name="Token location" error={errorOf("token", "in")}>
          <Select name={fieldName("token", "in")} value={valueOf("token", "in")} options={TOKEN_LOCATIONS} />
        </Field>
        <Field
          name="Header, parameter or field"
          hint="Where the token is, for the last three locations"
          error={errorOf("token", "name")}
        >
          {input("token", "name", { placeholder: "X-Tocsin-Token" })}
        </Field>
      </div>
      <div class="of-hmac">
        <Field name="Signature header" error={errorOf("hmac", "header")}>
          {input("hmac", "header", { placeholder: "x-webhook-signature" })}
        </Field>
        <Field name="Algorithm" error={errorOf("hmac", "algorithm")}>
          <Select name={fieldName("hmac", "algorithm")} value={valueOf("hmac", "algorithm")} options={ALGORITHMS} />
        </Field>
        <Field name="Encoding" error={errorOf("hmac", "encoding")}>
          <Select name={fieldName("hmac", "encoding")} value={valueOf("hmac", "encoding")} options={ENCODINGS} />
        </Field>
        <Field name="Signature prefix" hint="Optional text before each signature" error={errorOf("hmac", "prefix")}>
          {input("hmac", "prefix", { placeholder: "sha256=" })}
        </Field>
        <Field
          name="Signed content"
          hint="A template with {body}, and also {timestamp} and {id}"
          error={errorOf("hmac", "content")}
        >
          {input("hmac", "content", { placeholder: "{body}" })}
        </Field>
        <Field
          name="Timestamp header"
          hint="Needed for {timestamp} in the signed content"
          error={errorOf("hmac", "timestampHeader")}
        >
          {input("hmac", "timestampHeader")}
        </Field>
        <Field name="ID header" hint="Needed for {id} in the signed content" error={errorOf("hmac", "idHeader")}>
          {input("hmac", "idHeader")}
        </Field>
        {tolerance("hmac", 300)}
      </div>
      <div class="of-standard-webhooks">{tolerance("standard-webhooks", 300)}</div>
      <div class="of-sns">
        <Field
          name="SNS topic ARN"
          hint="Empty: the first topic whose subscription is confirmed"
          error={errorOf("sns", "topicArn")}
        >
          {input("sns", "topicArn", { placeholder: "arn:aws:sns:…" })}
        </Field>
        {tolerance("sns", 86_400)}
      </div>
    </fieldset>
  );
};

const TOKEN_LOCATIONS = [
  ["", "Any usual location"],
  ["bearer", "Authorization: Bearer"],
  ["basic", "Password of Basic authentication"],
  ["header", "Header"],
  ["query", "Query parameter"],
  ["body", "Body field"],
] as const;

const ALGORITHMS = [
  ["", "SHA-256 (default)"],
  ["sha1", "SHA-1"],
  ["sha256", "SHA-256"],
  ["sha512", "SHA-512"],
] as const;

const ENCODINGS = [
  ["", "Hex (default)"],
  ["hex", "Hex"],
  ["base64", "Base64"],
] as const;

/** Markdown without the marks of code. */
const plain = (markdown: string): string => markdown.replaceAll("`", "");
