import type { FC } from "hono/jsx";
import { Copyable, Fact } from "./components.tsx";
import { Time } from "./time.tsx";

/** A secret, shown once after creation or rotation, and when the previous secret expires, if there is one. */
export const Secret: FC<{ secret: string; previousSecretExpiresAt: string | null }> = ({
  secret,
  previousSecretExpiresAt,
}) => (
  <dl class="facts one-column">
    <Fact name="Secret">
      <Copyable text={secret} name="secret" />
      <span class="hint">Shown only once.</span>
    </Fact>
    {previousSecretExpiresAt === null ? null : (
      <Fact name="Previous secret">
        expires <Time at={previousSecretExpiresAt} />
      </Fact>
    )}
  </dl>
);
