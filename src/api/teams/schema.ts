import { z } from "@hono/zod-openapi";
import { role, somethingToChange } from "../components.ts";
import type { Member, TeamRow } from "../../db/teams.ts";
import { idParam, instant } from "../pagination.ts";
import { emailIn, nameIn, passwordTokenFields } from "../users/schema.ts";

const teamNameIn = z.string().trim().min(1).max(200).openapi({ example: "Payments" });

export const newTeamSchema = z.strictObject({ name: teamNameIn }).openapi("NewTeam");

export const teamUpdateSchema = z
  .strictObject({ name: teamNameIn.optional() })
  .refine(...somethingToChange)
  .openapi("TeamUpdate", { minProperties: 1 });

export const teamSchema = z
  .object({ id: z.uuid(), name: z.string(), createdAt: instant, updatedAt: instant })
  .openapi("Team");

export const memberParams = idParam.extend({ userId: z.uuid().openapi({ description: "Id of the user" }) });

export const memberRoleSchema = z.strictObject({ role }).openapi("MemberUpdate");

export const newMemberSchema = z
  .strictObject({
    email: emailIn,
    name: nameIn
      .optional()
      .openapi({ description: "Name of a new user. Default: the part of the address before the @" }),
    role,
  })
  .openapi("NewMember");

export const memberSchema = z
  .object({
    teamId: z.uuid(),
    userId: z.uuid(),
    email: z.string(),
    name: z.string(),
    role,
    createdAt: instant.openapi({ description: "When the user was added to the team" }),
  })
  .openapi("Member");

/** A member, with the password token of a user who was created or admitted. */
export const createdMemberSchema = memberSchema.extend(passwordTokenFields).openapi("CreatedMember");

/** Converts a row to its API representation. */
export const toTeam = (row: TeamRow): z.infer<typeof teamSchema> => ({
  id: row.id,
  name: row.name,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Converts a member to its API representation. */
export const toMember = (member: Member): z.infer<typeof memberSchema> => ({
  ...member,
  createdAt: member.createdAt.toISOString(),
});
