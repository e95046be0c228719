/** The body that the expression of a subscription makes of a message. Bounded as the mappings are (providers/expression.ts). */
import {
  type Budget,
  compileExpression,
  type Expression,
  ExpressionError,
  MAX_STEPS,
} from "../../providers/expression.ts";
import type { MessagePayload } from "./message.ts";

/** In characters. The parser recurses, so longer expressions could nest too deep. */
export const MAX_EXPRESSION_LENGTH = 4000;

/** In characters of JSON. */
const MAX_BODY_LENGTH = 256 * 1024;

/** An expression that fails for a message, and will fail for it again. */
export class TransformError extends Error {
  override name = "TransformError";
}

/** Compiled expressions of this isolate, the latest used last. */
const compiled = new Map<string, Expression>();
const MAX_COMPILED = 50;

/** @throws ExpressionError with the position if the expression is invalid */
function compile(source: string): Expression {
  const known = compiled.get(source) ?? compileExpression(source);
  compiled.delete(source);
  compiled.set(source, known);
  if (compiled.size > MAX_COMPILED) for (const oldest of [...compiled.keys()].slice(0, 1)) compiled.delete(oldest);
  return known;
}

/** Why an expression is invalid, with the position; null: it is valid. */
export function expressionFault(source: string): string | null {
  try {
    compile(source);
    return null;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return error.position === null ? error.message : `${error.message}, at character ${error.position}`;
  }
}

/**
 * Evaluates an expression for a message.
 * @returns any JSON value
 * @throws TransformError which quotes no value of the message
 */
export async function transform(source: string, payload: MessagePayload): Promise<unknown> {
  const budget: Budget = { steps: MAX_STEPS };
  let result: unknown;
  try {
    result = await compile(source).evaluate(payload, {}, budget);
  } catch (error) {
    throw new TransformError(error instanceof ExpressionError ? error.message : "the expression failed");
  }
  const json = toJson(result);
  if (json === undefined) throw new TransformError("the expression returns no JSON value");
  if (json.length > MAX_BODY_LENGTH) throw new TransformError(`the body exceeds ${MAX_BODY_LENGTH} characters`);
  return JSON.parse(json) as unknown;
}

/** A function is no JSON, and refers to itself. */
function toJson(value: unknown): string | undefined {
  if (typeof value === "function") return undefined;
  try {
    return JSON.stringify(value, (_, member: unknown) => {
      if (
        typeof member === "object" &&
        member !== null &&
        ("_jsonata_lambda" in member || "_jsonata_function" in member)
      )
        return undefined;
      return member;
    });
  } catch {
    return undefined;
  }
}
