import { z } from "@hono/zod-openapi";
import type { Member, TeamRow } from "../../db/teams.ts";
import { ROLES } from "../../lib/principal.ts";
import { idParam, instant } from "../pagination.ts";
import { emailIn, nameIn, passwordTokenFields } from "../users/schema.ts";

const teamNameIn = z.string().trim().min(1).max(200).openapi({ example: "Payments" });

export const newTeamSchema = z.strictObject({ name: teamNameIn }).openapi("NewTeam");

export const teamChangeSchema = z.strictObject({ name: teamNameIn.optional() }).openapi("TeamChange");

export const teamSchema = z
  .object({ id: z.uuid(), name: z.string(), createdAt: instant, updatedAt: instant })
  .openapi("Team");

const role = z.enum(ROLES).openapi({
  description:
    "ADMIN: everything in the team. RESPONDER: reads, moves alerts on and replays deliveries. OBSERVER: reads",
});

/** The path parameters that name a member of a team. */
export const memberParams = idParam.extend({ userId: z.uuid().openapi({ description: "A person's id" }) });

export const memberRoleSchema = z.strictObject({ role }).openapi("MemberRole");

export const newMemberSchema = z
  .strictObject({
    email: emailIn,
    name: nameIn.optional().openapi({ description: "For who is not known yet; left out: what stands before the @" }),
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
    createdAt: instant.openapi({ description: "When they were added" }),
  })
  .openapi("Member");

export const createdMemberSchema = memberSchema.extend(passwordTokenFields).openapi("CreatedMember");

/** A team's row as the API shows it. */
export const toTeam = (row: TeamRow): z.infer<typeof teamSchema> => ({
  id: row.id,
  name: row.name,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A member as the API shows them. */
export const toMember = (member: Member): z.infer<typeof memberSchema> => ({
  ...member,
  createdAt: member.createdAt.toISOString(),
});
