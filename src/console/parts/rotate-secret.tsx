/** The form that rotates a secret. The page that shows this form handles its POST, and shows the new secret. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { DEFAULT_OVERLAP_MINUTES, MAX_OVERLAP_MINUTES } from "../../lib/rotation.ts";
import { formatNumber } from "../../lib/text.ts";
import type { Problem } from "../api.ts";
import { ConfirmAction } from "./components.tsx";
import { errorAt, Field, withoutFields } from "./fields.tsx";

interface RotateSecretProps {
  action: string;
  /** What the overlap means for the two secrets. */
  explanation: string;
  /** The overlap that was entered; null: none yet. */
  overlapMinutes: string | null;
  problem: Problem | null;
  /** JSON Pointers of the fields among the children, which show their errors. */
  fields?: readonly string[];
}

/** The children are further fields, under the overlap. */
export const RotateSecret: FC<PropsWithChildren<RotateSecretProps>> = ({
  action,
  explanation,
  overlapMinutes,
  problem,
  fields = [],
  children,
}) => (
  <ConfirmAction
    name="Rotate secret"
    isDanger={false}
    explanation={explanation}
    action={action}
    button="Rotate"
    problem={withoutFields(problem, ["/overlapMinutes", ...fields])}
  >
    {/* The idempotency key: a form that is sent twice rotates once. */}
    <input type="hidden" name="key" value={crypto.randomUUID()} />
    <Field
      name="Overlap, minutes"
      hint={`At most ${formatNumber(MAX_OVERLAP_MINUTES)} (30 days). Enter 0 if the secret leaked: the previous secret stops working immediately`}
      error={errorAt(problem, "/overlapMinutes")}
    >
      <input
        type="number"
        name="overlapMinutes"
        value={overlapMinutes ?? DEFAULT_OVERLAP_MINUTES}
        min={0}
        max={MAX_OVERLAP_MINUTES}
        required
      />
    </Field>
    {children}
  </ConfirmAction>
);
