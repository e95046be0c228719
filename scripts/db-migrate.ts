/** `npm run db:migrate`: applies the missing migrations to the database of DATABASE_URL, otherwise to the embedded one. */
import { embeddedDirectory, migrateEmbedded, migratePostgres } from "./database.ts";
import { lockStateDirectory } from "./lock.ts";
import { pgliteBackend } from "./neon-endpoint.ts";
import { run, settings } from "./run.ts";

await run(async () => {
  const { databaseUrl, stateDirectory } = settings();
  if (databaseUrl) {
    await migratePostgres(databaseUrl);
  } else {
    const unlock = await lockStateDirectory(stateDirectory);
    try {
      const backend = await pgliteBackend(embeddedDirectory(stateDirectory));
      await migrateEmbedded(backend.pglite);
      await backend.close();
    } finally {
      await unlock();
    }
  }
  console.log(`All migrations are applied to the ${databaseUrl ? "database of DATABASE_URL" : "embedded database"}.`);
});
