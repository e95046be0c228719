import type { FC } from "hono/jsx";

/** The actor of a timeline entry or audit event. The id is `kind:id`. */
export const Actor: FC<{ id: string }> = ({ id }) => {
  const [kind = "", who = ""] = id.split(":", 2);
  return (
    <span class="muted" title={id}>
      {KINDS[kind]?.(who) ?? id}
    </span>
  );
};

const KINDS: Readonly<Record<string, (who: string) => string>> = {
  source: () => "by the source",
  tocsin: () => "automatically",
  api: (who) => (who === "root" ? "with the root key" : `with API key ${who.slice(-6)}`),
  user: (who) => `by user ${who.slice(-6)}`,
};
