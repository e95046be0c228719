/** Reads emails (RFC 5322, MIME) into plain objects. Decides nothing about alerts: see email.ts. */
import PostalMime, { type Address, type Email } from "postal-mime";
import { fromBinary, toBinary, utf8 } from "../lib/bytes.ts";
import { decodeText } from "../lib/charset.ts";
import { textOfHtml } from "./email-html.ts";
import { BodyError } from "./provider.ts";

/** Characters of the text that are kept. The stored original is complete. */
const MAX_TEXT = 65_536;

const LIMITS = { maxNestingDepth: 50, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 1 };

/** Headers that say something about the alert. Those about authentication are not among them: the sender can write them. */
const HEADERS: ReadonlySet<string> = new Set(["auto-submitted", "importance", "x-priority", "x-mailer"]);

/** An email, as providers and mappings read it. */
export interface Message {
  subject: string;
  /** The address in `From:`, in lower case; empty: there is none. */
  from: string;
  fromName: string;
  /** The text part, or the text of the HTML part. */
  text: string;
  /** ISO 8601, or what the header says; null: there is none. */
  date: string | null;
  /** Without the angle brackets; null: there is none. */
  messageId: string | null;
  /** By lower-case names. */
  headers: Record<string, string>;
  attachments: { filename: string | null; mimeType: string }[];
}

/**
 * Reads a message.
 * @returns also whether it has 8-bit characters without a charset, which were read as windows-1252
 * @throws BodyError for a message that cannot be parsed
 */
export async function readMessage(bytes: Uint8Array<ArrayBuffer>): Promise<{ message: Message; isRepaired: boolean }> {
  const readable = withCharset(bytes);
  const email = await parse(readable);
  const sender = mailboxOf(email.from);
  const message = {
    subject: oneLine(email.subject ?? ""),
    from: sender.address.toLowerCase(),
    fromName: oneLine(sender.name),
    text: textOf(email).replaceAll("\r\n", "\n").slice(0, MAX_TEXT).trim(),
    date: email.date ?? null,
    messageId: email.messageId?.trim().replaceAll(/^<|>$/g, "") || null,
    headers: Object.fromEntries(
      email.headers.filter(({ key }) => HEADERS.has(key)).map(({ key, value }) => [key, value.trim()]),
    ),
    attachments: email.attachments.map(({ filename, mimeType }) => ({ filename, mimeType })),
  };
  return { message, isRepaired: readable !== bytes };
}

async function parse(bytes: Uint8Array<ArrayBuffer>): Promise<Email> {
  let email: Email;
  try {
    email = await PostalMime.parse(bytes, LIMITS);
  } catch {
    // Its errors may quote the message.
    throw new BodyError("this email cannot be parsed");
  }
  if (email.headers.some(({ key }) => ["from", "subject", "message-id"].includes(key))) return email;
  throw new BodyError("expected an email with the header From or Subject");
}

/** A message whose header, or whose text without a declared charset, is not UTF-8, gets UTF-8. Older devices send such messages. */
function withCharset(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const text = toBinary(bytes);
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length;
  const isDeclared = /^content-type:(?:.|\r?\n[ \t])*(?:charset\s*=|multipart\/)/im.test(text.slice(0, end));
  const head = decodeText(bytes.slice(0, end), null);
  const body = isDeclared ? { text: "", isRepaired: false } : decodeText(bytes.slice(end), null);
  if (!head.isRepaired && !body.isRepaired) return bytes;
  const rest = isDeclared ? text.slice(end) : toBinary(utf8(body.text));
  return fromBinary(toBinary(utf8(head.text)) + rest);
}

const mailboxOf = (sender: Address | undefined): { name: string; address: string } =>
  sender?.address === undefined ? { name: sender?.name ?? "", address: "" } : sender;

const textOf = ({ text, html }: Email): string => {
  const plain = text?.trim() ?? "";
  return plain === "" ? textOfHtml(html ?? "") : plain;
};

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
