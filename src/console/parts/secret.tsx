import type { FC } from "hono/jsx";
import { Copyable, Fact, Facts } from "./components.tsx";
import { Time } from "./time.tsx";

/** A secret, shown once after creation or rotation, and when the previous secret expires. */
export const Secret: FC<{ secret: string; previousSecretExpiresAt: string | null }> = ({
  secret,
  previousSecretExpiresAt,
}) => (
  <Facts>
    <Fact name="Secret">
      <Copyable text={secret} name="secret" />
      <span class="hint">Shown only once.</span>
    </Fact>
    <Fact name="Previous secret">
      {previousSecretExpiresAt === null ? (
        "none"
      ) : (
        <>
          expires <Time at={previousSecretExpiresAt} />
        </>
      )}
    </Fact>
  </Facts>
);
