import { z } from "@hono/zod-openapi";
import type { UserRow } from "../../db/users.ts";
import type { SessionRow } from "../../db/sessions.ts";
import { PASSWORD_LENGTH, type PasswordToken } from "../../lib/password.ts";
import { somethingToChange } from "../components.ts";
import { instant } from "../pagination.ts";

/** An email address in a request, in lower case: addresses that differ only in case are the same. */
export const emailIn = z
  .email()
  .max(254)
  .transform((email) => email.toLowerCase())
  .openapi({ type: "string", format: "email", example: "ada@example.com" });

export const nameIn = z.string().trim().min(1).max(200).openapi({ example: "Ada Lovelace" });

export const passwordIn = z
  .string()
  .min(PASSWORD_LENGTH.min)
  .max(PASSWORD_LENGTH.max)
  .openapi({ format: "password", example: "correct horse battery staple" });

export const newUserSchema = z
  .strictObject({
    email: emailIn,
    name: nameIn,
    isPlatformAdmin: z
      .boolean()
      .default(false)
      .openapi({ description: "Whether the user has every scope in every team" }),
    password: passwordIn.optional().openapi({ description: "Leave it out to get a password token" }),
  })
  .openapi("NewUser");

export const userUpdateSchema = z
  .strictObject({
    name: nameIn.optional(),
    isPlatformAdmin: z.boolean().optional().openapi({ description: "Whether the user has every scope in every team" }),
  })
  .refine(...somethingToChange)
  .openapi("UserUpdate", { minProperties: 1 });

export const userSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    isPlatformAdmin: z.boolean().nullable().openapi({ description: "null: only platform admins and the user see it" }),
    isEmailVerified: z.boolean().openapi({
      description: "Whether a platform admin entered this address or an identity provider verified it",
    }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("User");

/** The fields of a password token; both are null when there is none. */
export const passwordTokenFields = {
  setPasswordToken: z.string().nullable().openapi({
    description:
      "Password token with which the user sets a password at `POST /v1/session/password`. Returned only once",
  }),
  setPasswordTokenExpiresAt: instant.nullable(),
};

export const createdUserSchema = userSchema.extend(passwordTokenFields).openapi("CreatedUser");

export const passwordTokenSchema = z
  .object({ setPasswordToken: z.string(), setPasswordTokenExpiresAt: instant })
  .openapi("PasswordToken");

export const userSessionSchema = z
  .object({
    id: z.uuid(),
    ipAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
    isCurrent: z.boolean().openapi({ description: "Whether this request uses this session" }),
    createdAt: instant,
    expiresAt: instant,
  })
  .openapi("UserSession");

/** Converts a row to its API representation. */
export const toUser = (row: UserRow): z.infer<typeof userSchema> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  isPlatformAdmin: row.isPlatformAdmin,
  isEmailVerified: row.emailVerified,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** Converts a password token to its API fields. */
export const toPasswordToken = (token: PasswordToken | null) => ({
  setPasswordToken: token?.token ?? null,
  setPasswordTokenExpiresAt: token?.expiresAt.toISOString() ?? null,
});

/** Converts a row to its API representation, which leaves the hash of the token out. */
export const toUserSession = (row: SessionRow, currentId: string | undefined): z.infer<typeof userSessionSchema> => ({
  id: row.id,
  ipAddress: row.ipAddress,
  userAgent: row.userAgent,
  isCurrent: row.id === currentId,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
});
