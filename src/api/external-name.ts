/**
 * Names that clients give to what they create, unique within a team. A repeated creation with the same content finds the first
 * one, so that a script can apply its settings twice.
 */
import { z } from "@hono/zod-openapi";
import { Problem } from "../lib/problem.ts";

export const externalName = z.string().trim().min(1).max(200).openapi({
  description:
    "Name given by the client, unique within the team. A second creation with the same name and content is answered 200 with the existing resource",
  example: "terraform/production-alertmanager",
});

/** Query parameter of lists. */
export const externalNameQuery = {
  externalName: z.string().min(1).max(200).optional().openapi({ description: "Only the one with this external name" }),
};

/** The field of a response. */
export const externalNameField = z
  .string()
  .nullable()
  .openapi({ description: "Name given by the client, unique within the team; null: none" });

/**
 * Requires that what a client wants to create is what exists under its name.
 * @param kind the kind of resource, in lower case, and the path of its operations
 * @param wanted the fields of the request, with defaults; undefined: not compared
 * @param existing the same fields of the existing resource
 * @throws Problem `conflict`, which names the fields that differ
 */
export function assertSameContent(
  kind: { name: string; path: string },
  id: string,
  wanted: Readonly<Record<string, unknown>>,
  existing: Readonly<Record<string, unknown>>,
): void {
  const fields = Object.keys(wanted).filter(
    (field) => wanted[field] !== undefined && !isEqual(wanted[field], existing[field]),
  );
  if (fields.length === 0) return;
  throw new Problem(
    "conflict",
    `The ${kind.name} ${id} has this \`externalName\`, and other settings: ${fields.join(", ")}. ` +
      `Change it with \`PATCH ${kind.path}/${id}\`, or use another name.`,
    { errors: fields.map((field) => ({ pointer: `/${field}`, detail: "differs from the existing one" })) },
  );
}

const isEqual = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other);

/** JSON with the members of objects in order, without undefined ones. */
const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

/** The problem of a change that gives a resource a name that another one has. */
export const nameTaken = (): Problem =>
  new Problem("conflict", "Another one in this team has this `externalName`. Use another name.", {
    errors: [{ pointer: "/externalName", detail: "not unique" }],
  });
