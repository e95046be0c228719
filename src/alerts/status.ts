import type { AlertStatus } from "./model.ts";

/** Whether people still have to do something about it. */
export const isUnresolved = (status: AlertStatus): boolean => status === "OPEN" || status === "ACKNOWLEDGED";
