import type { Facts } from "../../../scripts/deploy/plan.ts";

/** A deployment to which nothing is missing, and for which everything is done. */
export const COMPLETE: Facts = {
  worker: "tocsin",
  config: [],
  buildError: null,
  accountId: undefined,
  requiredSecrets: ["DATABASE_URL", "ROOT_API_KEY", "ENCRYPTION_KEYS", "AUTH_SECRET"],
  vars: { OBJECTS_JURISDICTION: "", OBJECTS_LOCATION: "" },
  account: { kind: "signed-in", accounts: ["Example (1)"] },
  live: { kind: "there", secrets: ["DATABASE_URL", "ROOT_API_KEY", "ENCRYPTION_KEYS", "AUTH_SECRET"], vars: {} },
  given: [],
  database: {
    kind: "reached",
    place: "db.example.com/tocsin",
    applied: [1, 2],
    tables: ["alerts"],
    foreignTables: [],
    isReadOnly: false,
    mayCreate: true,
    trigram: "installed",
  },
  migrations: [
    { name: "0000_initial", createdAt: 1 },
    { name: "0001_next", createdAt: 2 },
  ],
  createsSecrets: false,
  isForced: false,
};
