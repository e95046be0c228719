import type { FC } from "hono/jsx";

/** Who did something, as timelines and the audit log name it. */
export const Actor: FC<{ id: string }> = ({ id }) => {
  const [kind = "", who = ""] = id.split(":", 2);
  return (
    <span class="muted" title={id}>
      {KINDS[kind]?.(who) ?? id}
    </span>
  );
};

const KINDS: Readonly<Record<string, (who: string) => string>> = {
  source: () => "by its source",
  tocsin: () => "by itself",
  api: (who) => (who === "root" ? "with the root key" : `with an API key (${who.slice(-6)})`),
  user: (who) => `by a person (${who.slice(-6)})`,
};
