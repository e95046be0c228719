/** Makes a provider of a form. */
import { isObject, JsonError, type JsonObject, parseLenientJson } from "../../lib/json.ts";
import { placeholders } from "../placeholders.ts";
import {
  BodyError,
  type Provider,
  type ProviderInput,
  type Reading,
  type RetryBehavior,
  type SenderProfile,
} from "../provider.ts";
import { describeForm } from "./describe.ts";
import type { Condition, EventForm, ProviderForm, Scope, SenderForm, Source } from "./form.ts";
import { compilePath, FormError } from "./path.ts";
import { compileEvents, type EventOptions } from "./reader.ts";
import { compileCondition, compileText, listOf, type Reader } from "./source.ts";
import { partsOf, withoutMark } from "./value.ts";

/** A provider that reads at once, so that other providers may read with it. */
type FormProvider = Omit<Provider, "read"> & { read(input: ProviderInput): Reading };

/**
 * Makes a provider of a form (see form.ts). Defaults: verification by token, a sender that publishes nothing about retries.
 * @throws FormError, with the provider's id, if a path, a text or a condition of the form is invalid
 */
export function defineProvider(form: ProviderForm): FormProvider {
  try {
    return compileProvider(form);
  } catch (error) {
    throw error instanceof FormError ? new FormError(`${form.id}: ${error.message}`) : error;
  }
}

function compileProvider(form: ProviderForm): FormProvider {
  const { idempotencyKey, template } = form;
  const normalize = NORMALIZERS[form.names ?? "exactly"];
  const scopeOf = scopeReader(form, normalize);
  const options: EventOptions = {
    path: (path) => compilePath(path, normalize),
    placeholders: template && placeholders(template.placeholder),
    body: form.body,
    untitled: `${form.name} alert`,
    isKeyless: form.usesDeliveryIdAsKey ?? form.alertKey === undefined,
    original: normalize ? ({ original }) => (isObject(original) ? original : {}) : ({ event }) => event,
    isCompleted: template?.isCompleted ?? true,
    finish: form.finish,
  };
  const read = compileKinds(form, options);
  const recognizes = (form.recognizedBy ?? [usualPlaces(form)]).map((mark) => compileCondition(mark, options));
  const idempotency = idempotencyKey && compileText(idempotencyKey, { ...options, placeholders: undefined });
  return {
    ...statedOf(form),
    verification: form.verification ?? { scheme: "token" },
    setup: form.setup.replaceAll(/^( *)<TEMPLATE>$/gm, (_, indent: string) => templateBlock(form, indent)),
    senderProfile: senderProfileOf(form.sender ?? {}),
    volatile: form.volatile ?? [],
    ...(template && { isTemplated: true }),
    ...(idempotency && { idempotencyKey: (input) => idempotency(scopeOf(input, false)) }),
    recognizes: (input) => {
      const scope = scopeOf(input, false);
      return recognizes.some((isMark) => isMark(scope));
    },
    read: (input) => read(scopeOf(input, true)),
    describe: () => describeForm(form),
  };
}

/** The fields of the form that are fields of the provider. */
function statedOf(
  form: ProviderForm,
): Pick<Provider, "id" | "name" | "docs" | "category" | "keywords" | "sample"> & Partial<Provider> {
  const { id, name, docs, category, keywords, sample } = form;
  const names = [
    "formats",
    "successStatus",
    "compatibilityApi",
    "maxLatenessMs",
    "usesDeliveryIdAsKey",
    "hasUniqueBody",
    "isTemplated",
    "relatedSources",
  ] as const;
  return {
    id,
    name,
    docs,
    category,
    keywords,
    sample,
    ...(Object.fromEntries(
      names.flatMap((field) => (form[field] === undefined ? [] : [[field, form[field]]])),
    ) as Partial<Provider>),
  };
}

function senderProfileOf({ retries, ...others }: SenderForm): SenderProfile {
  const behavior = (responses: "4xx" | "429" | "5xx"): RetryBehavior =>
    retries === undefined ? "not published" : retries.includes(responses) ? "retried" : "dropped";
  return {
    timeoutSeconds: null,
    clientErrors: behavior("4xx"),
    tooManyRequests: behavior("429"),
    serverErrors: behavior("5xx"),
    ...others,
  };
}

const NORMALIZERS = {
  exactly: undefined,
  "ignoring case": (name: string) => name.toLowerCase(),
  "ignoring case and underscores": (name: string) => name.replaceAll("_", "").toLowerCase(),
};

/**
 * Reads the body by the first kind whose condition holds, else by the form itself.
 * @throws FormError if a path or a text of the form is invalid
 */
export function compileKinds(form: EventForm & Pick<ProviderForm, "kinds">, options: EventOptions): Reader<Reading> {
  const kinds = (form.kinds ?? []).map((kind) => ({
    test: compileCondition(kind.when, options),
    read:
      "read" in kind
        ? ({ input }: Scope) => kind.read(input)
        : compileEvents({ ...form, ...kind, title: kind.title ?? form.title }, options),
  }));
  const readOther = compileEvents(form, options);
  return kinds.length === 0 ? readOther : (scope) => (kinds.find(({ test }) => test(scope))?.read ?? readOther)(scope);
}

/** The scope of a whole body: without its wrapper, and with normalized names. */
function scopeReader(
  { unwrap }: ProviderForm,
  normalize?: (name: string) => string,
): (input: ProviderInput, isStrict: boolean) => Scope {
  const isOptional = typeof unwrap === "object";
  const field = isOptional ? unwrap.optional : unwrap;
  return (input, isStrict) => {
    const body = field === undefined ? input.body : unwrapped(input.body, field, isStrict && !isOptional);
    const normalized = normalize && isObject(body) ? withNames(body, normalize) : body;
    return {
      event: isObject(normalized) ? normalized : NO_EVENT,
      body: normalized,
      original: body,
      input,
      action: null,
    };
  };
}

/** Before the elements of a batch are read, there is no event: only `$body` has values. */
const NO_EVENT: JsonObject = {};

/** The body in a field, as an object or as JSON text; else the body itself. */
function unwrapped(body: unknown, field: string, isStrict: boolean): unknown {
  const inner = isObject(body) && Object.hasOwn(body, field) ? body[field] : undefined;
  if (typeof inner !== "string") return isObject(inner) ? inner : body;
  try {
    const { value } = parseLenientJson(inner);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  if (isStrict) throw new BodyError(`expected JSON in the form field ${field}`, `/${field}`);
  return body;
}

/** A body whose names are normalized. Of fields with the same name, the first with a value counts. */
function withNames(body: JsonObject, normalize: (name: string) => string): JsonObject {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(body)) {
    const plain = normalize(name);
    if ((fields.get(plain) ?? "") === "") fields.set(plain, value);
  }
  return Object.fromEntries(fields);
}

/** The first places of key, title and state, as a mark of recognition. */
function usualPlaces(form: EventForm & { id: string }): Condition {
  const [key, title] = [listOf(form.alertKey)[0], listOf(form.title)[0]];
  const rule = listOf(form.action)[0];
  const sources = [
    ...(key === undefined ? [] : partsOf(key).filter((part) => withoutMark(part) === part)),
    ...(title === undefined ? [] : [title]),
    ...(typeof rule === "object" && "at" in rule ? listOf(rule.at).slice(0, 1) : []),
  ];
  const isMark = (path: string) => form.events === undefined || path.startsWith("$body");
  return [...new Set([...(form.events === undefined ? [] : [form.events]), ...pathsOf(sources).filter(isMark)])].join(
    " ",
  );
}

/** The plain paths of sources. */
const pathsOf = (sources: readonly Source[]): string[] =>
  sources.flatMap((source): string[] => {
    if (typeof source === "string") return [source];
    return typeof source === "object" && "at" in source ? pathsOf(listOf(source.at)) : [];
  });

/** The sample as the operator's template: a code block of the setup steps. */
function templateBlock({ template, sample }: ProviderForm, indent: string): string {
  const { variable = "", variables = {} } = template ?? {};
  const fields = Object.keys(isObject(sample.body) ? sample.body : {});
  const body = Object.fromEntries(
    fields.map((name) => [
      name,
      variables[name] ?? variable.replace("<name>", () => name).replace("<NAME>", () => name.toUpperCase()),
    ]),
  );
  return ["```json", JSON.stringify(body, null, 2), "```"].join("\n").replaceAll(/^/gm, indent);
}
