import { z } from "@hono/zod-openapi";
import type { UserRow } from "../../db/users.ts";
import type { SessionRow } from "../../db/sessions.ts";
import { PASSWORD_LENGTH, type PasswordToken } from "../../lib/password.ts";
import { instant } from "../pagination.ts";

/** An email address in a request; addresses that differ in case alone are one. */
export const emailIn = z
  .email()
  .max(254)
  .transform((email) => email.toLowerCase())
  .openapi({ type: "string", format: "email", example: "ada@example.com" });

/** Somebody's name in a request. */
export const nameIn = z.string().trim().min(1).max(200).openapi({ example: "Ada Lovelace" });

/** A new password in a request. */
export const passwordIn = z
  .string()
  .min(PASSWORD_LENGTH.min)
  .max(PASSWORD_LENGTH.max)
  .openapi({ format: "password", example: "correct horse battery staple" });

export const newUserSchema = z
  .strictObject({
    email: emailIn,
    name: nameIn,
    isPlatformAdmin: z.boolean().default(false).openapi({ description: "May do everything, in every team" }),
    password: passwordIn
      .optional()
      .openapi({ description: "Left out: the reply has a one-time token with which they set one themselves" }),
  })
  .openapi("NewUser");

export const userChangeSchema = z
  .strictObject({
    name: nameIn.optional(),
    isPlatformAdmin: z.boolean().optional().openapi({ description: "May do everything, in every team" }),
  })
  .openapi("UserChange");

export const userSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    isPlatformAdmin: z.boolean(),
    isEmailVerified: z.boolean().openapi({
      description: "A platform admin named this address as theirs, or an identity provider confirmed it",
    }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi("User");

/** A token to set a password with, as far as there is one. */
export const passwordTokenFields = {
  setPasswordToken: z
    .string()
    .nullable()
    .openapi({ description: "With it they set their password at `POST /v1/session/password`, once. Shown this once" }),
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
    isCurrent: z.boolean().openapi({ description: "It is the one that this request came with" }),
    createdAt: instant,
    expiresAt: instant,
  })
  .openapi("UserSession");

/** A person's row as the API shows it. */
export const toUser = (row: UserRow): z.infer<typeof userSchema> => ({
  id: row.id,
  email: row.email,
  name: row.name,
  isPlatformAdmin: row.isPlatformAdmin,
  isEmailVerified: row.emailVerified,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A token as the API shows it, this once; null: there is none. */
export const toPasswordToken = (token: PasswordToken | null) => ({
  setPasswordToken: token?.token ?? null,
  setPasswordTokenExpiresAt: token?.expiresAt.toISOString() ?? null,
});

/** A session's row as the API shows it: not the hash of its token. */
export const toUserSession = (row: SessionRow, currentId: string | undefined): z.infer<typeof userSessionSchema> => ({
  id: row.id,
  ipAddress: row.ipAddress,
  userAgent: row.userAgent,
  isCurrent: row.id === currentId,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
});
