/**
 * The form of a provider: data about a source's format, and small functions where data does not suffice. `defineProvider`
 * makes a provider of it. Without functions, a form is JSON: an operator's mapping in the language `paths` has this form (see schema.ts).
 *
 * Rules that hold for every form: the first source with a value wins. An unknown state is a trigger, an unknown severity is
 * MEDIUM. An unreplaced placeholder is neither a text nor a part of a key.
 */
import type { Action, Severity } from "../../alerts/model.ts";
import type { AlertEvent } from "../../alerts/event.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Provider, ProviderInput, Reading } from "../provider.ts";

/** The values that sources are read from. */
export interface Scope {
  /** For an operator's mapping: pays for work that the size of the form does not bound. Throws BodyError when the budget is spent. */
  pay?: (steps: number) => void;
  /** The event: an element of a batch, the object at `events`, else the body. */
  event: JsonObject;
  /** The whole body, without its wrapper (see `unwrap`), with normalized names (see `names`). */
  body: unknown;
  /** The whole body with the names that were sent. */
  original: unknown;
  input: ProviderInput;
  /** Null while the action is being read. */
  action: Action | null;
}

/** Code in a form, for what data cannot express. Pure. Values are untrusted: read them with the functions of fields.ts. */
export type Code<Value = unknown> = (event: JsonObject, scope: Scope) => Value;

/**
 * The place of a value: `a.b[0].c`. `list[*].name` are the names in every element, `["a.b"]` is a name with a dot.
 * A place is in the event, unless it starts with `$body` or `$headers`: `$body.type`, `$headers.x-request-id`.
 */
export type Path = string;

/** The place of a value. */
export type Source = Path | TextSource | JoinSource | ValueSource | Code;

/** One source, or several in the order of preference. */
export type Sources = Source | readonly Source[];

/**
 * A text with paths in braces: `Status code {status}`. No value if any of the paths has none. Without paths, it is the
 * text if nothing else is found. In `url`, values are encoded, except one at the start, which is the base of the URL.
 */
export interface TextSource extends Guard {
  text: string;
}

/** The texts that are found, joined. Of a list, such as `tags[*].name`, each text. */
export interface JoinSource extends Guard {
  join: readonly Source[];
  /** Default: an empty line. */
  with?: string | undefined;
}

/** Words: separated by spaces, or a list if a word contains one. They are compared without regard to case. */
export type Words = string | readonly string[];

/** When a source has a value. Default: always. */
export interface Guard {
  /** Only for events with these actions. Not for sources of the action itself. */
  on?: Action | readonly Action[] | undefined;
  when?: Condition | undefined;
}

/** A source under conditions, or with a table of words. */
export interface ValueSource extends Guard {
  at: Sources;
  /** Texts, each with the words that it stands for. No value for other words. */
  words?: Readonly<Record<string, Words>> | undefined;
  /** `utc`: a time without a zone is UTC, such as `2026-09-21 14:13:20` or `2026-09-21 14:13:20 UTC`. Default: RFC 3339, Unix seconds or milliseconds. */
  format?: "utc" | undefined;
}

/**
 * What a condition says about the first text of some sources. All that is stated must hold. Without a test: one of the sources
 * has a text, an object or a list.
 */
export interface TextCondition {
  at: Sources;
  /** The text is one of these. */
  is?: Words | undefined;
  startsWith?: string | undefined;
  /** The text contains this, or one of these. */
  contains?: OneOrMore<string> | undefined;
  /** The text is a number greater than this. */
  above?: number | undefined;
}

/**
 * Tests separated by spaces, all of which must hold: `a.b`, the field exists, even with null or an empty text (`{ at: "a.b" }` needs a value); `a.b=down`, its text is
 * that word. Or an object of tests.
 */
export type Condition =
  | string
  | TextCondition
  | { any: readonly Condition[] }
  | { all: readonly Condition[] }
  | { not: Condition }
  | Code<boolean>;

/** A rule for an action or a severity. The first rule with a result wins. */
export type Rule<Value extends string> =
  | Value
  | {
      /** Where a word is. Common words need no table: those of `WORDS` in ../actions.ts for an action, in ../../alerts/severity.ts for a severity. */
      at: Sources;
      /** The source's own words for each value. They come before the common words. */
      words?: { readonly [Each in Value]?: Words | undefined } | undefined;
      /** Common words are not read: for a source that uses them in another sense. */
      strict?: boolean | undefined;
    }
  /** Default of `when`: always. */
  | { when?: Condition | undefined; is: Value }
  | Code<Value | null>;

export type ActionRule =
  | Rule<Action>
  /** Sentences that may say that the problem is over: "db-1 is back online". */
  | { recoveryIn: Sources }
  /** Why the event is no alert: a phrase for the operator. */
  | { noAlert: string };

/** A list of one or more. */
export type OneOrMore<Value> = Value | readonly Value[];

/** A key of several parts. A part that may be missing ends with `?`. */
export interface KeyParts {
  parts: readonly Source[];
}

/** How events are read from a body. */
export interface EventForm {
  /**
   * The place of the event, or of the list of events; the paths of the other fields start there. `$body`: the body is a
   * list. Default: the body is the event.
   */
  events?: Path | undefined;
  /** What an event is, for the error: `expected <event>`. */
  event?: string | undefined;
  /**
   * What an event must have, its name for the error (`expected <what>`), and its place (default: `when`, if it is one path). Tested
   * before `noAlert`: where tests lack the field, require `{ any: ["event=ping", { at: "incident.id" }] }`.
   */
  requires?: readonly { when: Condition; what: string; place?: Path | undefined }[] | undefined;
  /** Events that are no alerts, and why: tests, changes of settings. */
  noAlert?: readonly { when: Condition; why: string }[] | undefined;
  /**
   * Default: trigger. Texts with a common word suffice: `incident.opened` is a trigger, `ALARM to OK` a resolve (`parseState` in
   * ../actions.ts). An update is a trigger, too, unless its state is another one: it repeats the alert and changes its severity.
   */
  action?: OneOrMore<ActionRule> | undefined;
  /** The keys in the order of preference. Events of one alert have one key. */
  alertKey?: OneOrMore<Source | KeyParts> | undefined;
  /** The problem in one line: the source's summary, else the name of the check. A text without paths, as the last one, names the alert if nothing is found. */
  title: Sources;
  /** Details that the title lacks. */
  description?: Sources | undefined;
  /** Default: MEDIUM. */
  severity?: OneOrMore<Rule<Severity>> | undefined;
  /** The affected host, service or check. */
  source?: Sources | undefined;
  /** The page of the problem in the source, else of what it monitors. */
  url?: Sources | undefined;
  /**
   * When this event happened, by the source's clock: the start for a trigger, the end for a resolve. The dates decide which event is the
   * newer one, so an event without a time of its own has none. If repeats have the date of the start, see `maxLatenessMs`.
   */
  occurredAt?: Sources | undefined;
  /** When a trigger ends the acknowledgement of its alert, which is then OPEN again. Default: never. */
  endsAcknowledgement?: Condition | undefined;
  /** Start of the episode that a resolve ends. Read only for a resolve. */
  startedAt?: Sources | undefined;
  /** When the alert ends unless the source renews it. Only for protocols that renew alerts. */
  expiresAt?: Sources | undefined;
  /** Until when the source mutes the alert. */
  snoozedUntil?: Sources | undefined;
  /** The source's id of the alert. Default: the first value of `alertKey`. */
  externalId?: Sources | undefined;
  /** The source's id of this event, the same wherever it is sent again. */
  eventId?: Sources | undefined;
  /** The text of a person: a comment (action `note`, which needs a key, too), or the reason of an acknowledge or a resolve. */
  note?: Sources | undefined;
  /** The person who acted: a name, or an object with a name. */
  author?: Sources | undefined;
  /**
   * Paths, separated by spaces: each is named by its last name, or by the name before it, `name=a.b`. Or sources by their
   * names. Default: the event without the fields of `leftOut`. An object with the name `labels` in it becomes the labels of the alert;
   * without one, its `tags` and its texts, numbers and booleans do (../../alerts/labels.ts).
   */
  metadata?: string | Readonly<Record<string, Sources>> | undefined;
  /** Names of fields that are no metadata: secrets, and what the alert shows already. */
  leftOut?: readonly string[] | undefined;
  /** Hints for the operator about a delivery: a text with paths of the body. */
  hints?: readonly { when: Condition; text: string }[] | undefined;
}

/** One of several kinds of bodies. It has the fields of the form, except those that it states itself. */
export type Kind = Omit<EventForm, "title"> & {
  title?: Sources | undefined;
  /** About the whole body. The first kind whose condition holds reads the body, else the form itself. */
  when: Condition;
};

/** The operator's template of a body. */
export interface Template {
  /** Matches one placeholder that the source did not replace, and nothing that a name may contain. */
  placeholder: RegExp;
  /** The placeholder of a field of the sample, with `<name>` or `<NAME>` for its name: `*<name>*`. */
  variable?: string;
  /** The placeholders of the fields of the sample that have another one. */
  variables?: Readonly<Record<string, string>>;
  /** Fields that are not found are looked up by common names. Default: true. */
  isCompleted?: false;
}

/** How a source retries, shorter than a SenderProfile. */
export interface SenderForm {
  timeoutSeconds?: number;
  /** The responses after which the sender tries again; it drops others. `4xx`: except 429. Default: not published. */
  retries?: readonly ("4xx" | "429" | "5xx")[];
  /** How often and for how long the sender retries, if known. */
  note?: string;
  overloadStatus?: 429 | 503;
}

/** Fields of a provider that a form does not change. ../provider.ts describes them. */
type Stated = Pick<
  Provider,
  | "id"
  | "name"
  | "docs"
  | "category"
  | "keywords"
  | "setup"
  | "sample"
  | "formats"
  | "successStatus"
  | "compatibilityApi"
  | "maxLatenessMs"
  | "usesDeliveryIdAsKey"
  | "hasUniqueBody"
  | "isTemplated"
  | "relatedSources"
> &
  Partial<Pick<Provider, "verification" | "volatile">>;

export interface ProviderForm extends Stated, EventForm {
  /** What the body is, for the error: `expected <body>`. */
  body: string;
  /** Default: the vendor publishes nothing about retries. */
  sender?: SenderForm;
  /** The fields that only this source sends: any of the conditions. Default: the first place of key, title and state. */
  recognizedBy?: readonly Condition[];
  /** The source's id of a delivery, the same in every attempt. */
  idempotencyKey?: Sources;
  /** A field that may contain the whole body, as an object or as JSON text. Optional: another text is left as it is. */
  unwrap?: string | { optional: string };
  /** How names of fields at the top of the body are compared. Default: exactly. */
  names?: "ignoring case" | "ignoring case and underscores";
  template?: Template;
  kinds?: readonly (Kind | { when: Condition; read: (input: ProviderInput) => Reading })[] | undefined;
  /** For what the fields cannot say: completes an event after they were read; null: it is no alert. */
  finish?: (event: AlertEvent, scope: Scope) => AlertEvent | null;
}
