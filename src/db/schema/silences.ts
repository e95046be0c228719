import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { Matcher } from "../../alerts/matchers.ts";
import { teams } from "./access.ts";
import { instant } from "./columns.ts";

/**
 * Silences, which mute the alerts that match from `starts_at` until `ends_at`: those of a team or (`team_id` null) of everybody. A silence
 * that is expired early gets the present as `ends_at`. Expired ones are removed after five days (src/db/silences.ts).
 */
export const silences = pgTable(
  "silences",
  {
    id: uuid("id").primaryKey(),
    teamId: uuid("team_id").references(() => teams.id),
    matchers: jsonb("matchers").$type<Matcher[]>().notNull(),
    startsAt: instant("starts_at").notNull(),
    endsAt: instant("ends_at").notNull(),
    comment: text("comment").notNull(),
    /** Texts by name that clients of Alertmanager's API keep with a silence. */
    annotations: jsonb("annotations").$type<Record<string, string>>().notNull().default({}),
    /** `api:<key id>` or `user:<id>`, and its name: who made the silence. */
    createdBy: text("created_by").notNull(),
    createdByName: text("created_by_name"),
    version: integer("version").notNull().default(1),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    // The active silences, GET /v1/silences?state=, and the removal of expired ones
    index("silences_ends_at_id_idx").on(t.endsAt, t.id),
    // GET /v1/silences, newest first
    index("silences_created_at_id_idx").on(t.createdAt, t.id),
    check("silences_ends_at_check", sql`${t.endsAt} >= ${t.startsAt}`),
  ],
);
