/** An expected failure of a script: printed as a message, without a stack. */
export class Failure extends Error {
  override name = "Failure";
}

/** Runs a script. A Failure is printed as its message, any other error with its stack; both exit with 1. */
export async function run(script: () => Promise<void>): Promise<void> {
  try {
    await script();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exit(1);
  }
}

/** Settings of every script, from the environment. */
export function settings() {
  const { PORT = "8787", TOCSIN_DIR = ".tocsin", DATABASE_URL } = process.env;
  if (DATABASE_URL && !/^postgres(ql)?:\/\//.test(DATABASE_URL)) {
    throw new Failure("DATABASE_URL must begin with postgres:// or postgresql://");
  }
  if (DATABASE_URL && !URL.canParse(DATABASE_URL)) throw new Failure("DATABASE_URL is not a URL");
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Failure(`PORT must be a port number, not "${PORT}"`);
  return { port, stateDirectory: TOCSIN_DIR, databaseUrl: DATABASE_URL || undefined };
}
