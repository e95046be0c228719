/** The parts of an operation in the generated document that the passes over it read. */

export interface Answer {
  description: string;
  headers?: Record<string, object>;
}

export interface Operation {
  parameters?: object[];
  security?: object[];
  responses: Record<string, Answer>;
}

/** Whether an operation accepts an `Idempotency-Key`. */
export const isChange = (method: string, { security }: Operation): boolean =>
  method !== "get" && security?.length !== 0;

/** Whether an operation returns a list, page by page. */
export const isPage = ({ parameters = [] }: Operation): boolean =>
  ["cursor", "limit"].every((name) => parameters.some((parameter) => "name" in parameter && parameter.name === name));
