/** The columns of an alert that are read. */
import { getTableColumns } from "drizzle-orm";
import { alerts } from "./schema.ts";

// Only indexes need the hour.
const { lastSeenHour: _, ...alertColumns } = getTableColumns(alerts);

export { alertColumns };

export type AlertRow = Omit<typeof alerts.$inferSelect, "lastSeenHour">;
