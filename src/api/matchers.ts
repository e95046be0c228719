/** Matchers in the API: conditions on labels, as in Alertmanager. */
import { z } from "@hono/zod-openapi";
import { checkMatcher } from "../alerts/matchers.ts";
import { RegexError } from "../alerts/shared-regex.ts";

export const MAX_MATCHERS = 20;

const matcherFields = {
  name: z.string().min(1).max(1024).openapi({ description: "Name of a label" }),
  value: z.string().max(4096).openapi({
    description: "Value of the label, or a regular expression for the whole value. Empty: the label is missing",
  }),
};

/** A matcher in a response. */
export const matcherSchema = z
  .object({
    ...matcherFields,
    isRegex: z.boolean().openapi({ description: "Whether `value` is a regular expression (RE2)" }),
    isEqual: z.boolean().openapi({ description: "False: the matcher is negated (`!=`, `!~`)" }),
  })
  .openapi("Matcher");

/** A matcher in a request. */
export const newMatcherSchema = z
  .strictObject({
    ...matcherFields,
    isRegex: z.boolean().default(false).openapi({ description: "Whether `value` is a regular expression (RE2)" }),
    isEqual: z.boolean().default(true).openapi({ description: "False: the matcher is negated (`!=`, `!~`)" }),
  })
  .superRefine((matcher, context) => {
    try {
      checkMatcher(matcher);
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      context.addIssue({ code: "custom", path: ["value"], message: error.message });
    }
  })
  .openapi("NewMatcher");
