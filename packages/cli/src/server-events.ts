/** Server-sent events, read as they come; pure. */

export type Signal =
  | { kind: "event"; type: string; data: string }
  /** Go on behind this place after a break: an event's id, or one without an event, which only tells how far we are. */
  | { kind: "place"; id: string }
  /** Wait so long before coming back. */
  | { kind: "retry"; milliseconds: number };

/**
 * A reader of one stream: it takes pieces of its text, cut anywhere, and gives what they complete. An event comes before
 * its place, so that who stops between the two hears it again rather than never.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function eventReader(): (piece: string) => Signal[] {
  let rest = "";
  let data: string[] = [];
  let type = "";
  let id: string | null = null;

  const end = (): Signal[] => {
    const signals: Signal[] = [];
    if (data.length > 0) signals.push({ kind: "event", type: type || "message", data: data.join("\n") });
    if (id !== null) signals.push({ kind: "place", id });
    data = [];
    type = "";
    id = null;
    return signals;
  };

  const line = (text: string): Signal[] => {
    if (text === "") return end();
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(text) ?? [];
    if (field === "data") data.push(value);
    else if (field === "event") type = value;
    else if (field === "id" && !value.includes("\0")) id = value;
    else if (field === "retry" && /^\d{1,9}$/.test(value)) return [{ kind: "retry", milliseconds: Number(value) }];
    return [];
  };

  return (piece) => {
    const text = rest + piece;
    // A CR at the end may be the first half of a CRLF.
    const parts = text.split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop() ?? "";
    return parts.flatMap(line);
  };
}
