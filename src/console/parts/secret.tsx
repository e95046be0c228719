import type { FC } from "hono/jsx";
import { Copyable, Fact, Facts } from "./pieces.tsx";
import { Time } from "./time.tsx";

/** A secret that is shown this once, and until when the one before it works beside it. */
export const Secret: FC<{ secret: string; previousSecretExpiresAt: string | null }> = ({
  secret,
  previousSecretExpiresAt,
}) => (
  <Facts>
    <Fact name="Secret">
      <Copyable text={secret} name="secret" />
      <span class="hint">Shown this once.</span>
    </Fact>
    <Fact name="The old one works">
      {previousSecretExpiresAt === null ? (
        "no more"
      ) : (
        <>
          until <Time at={previousSecretExpiresAt} />
        </>
      )}
    </Fact>
  </Facts>
);
