/** A Zabbix server with its database and frontend, whose API sets it up. */
import { cpSync, readFileSync } from "node:fs";
import net from "node:net";
import { gunzipSync } from "node:zlib";
import pg from "pg";
import { freePort, startPostgres } from "../../scripts/lib/postgres.ts";
import { Machine } from "./machine.ts";
import { until } from "./wait.ts";

export interface Zabbix {
  /** Id of the session of the user Admin. */
  session: string;
  /** Calls the API as Admin. @throws Error when it answers with an error */
  call<T>(method: string, params: unknown): Promise<T>;
  /** Sends the value of a trapper item, as zabbix_sender does. */
  send(host: string, key: string, value: string): Promise<void>;
  /** A request of the frontend to the server. */
  request(request: Record<string, unknown>): Promise<{ response: string; info?: string }>;
  /** What it did, for the message of a failure. */
  explain(): Promise<string>;
  end(): Promise<void>;
}

export async function startZabbix(): Promise<Zabbix> {
  const postgres = await startPostgres();
  const machine = new Machine("zabbix", "zabbix");
  const end = async () => {
    await machine.end();
    await postgres.stop();
  };
  try {
    const database = new URL(postgres.url);
    await createDatabase(postgres.url);
    const port = await freePortOfZabbix();
    const config = machine.write("zabbix_server.conf", serverConfig(machine, database, port));
    const server = machine.start("zabbix_server", ["-f", "-c", config]);
    const webPort = await freePort();
    cpSync("/usr/share/zabbix", machine.directory("web"), { recursive: true, dereference: true });
    const frontendFile = machine.write("web/conf/zabbix.conf.php", frontendConfig(database, port));
    // Debian's frontend reads /etc/zabbix; this copy reads its own file.
    const reader = "web/include/classes/core/CConfigFile.php";
    const source = readFileSync(`${machine.folder}/${reader}`, "utf8");
    machine.write(reader, source.replace("/etc/zabbix/zabbix.conf.php", frontendFile));
    const env = { PHP_CLI_SERVER_WORKERS: "4" };
    const frontend = machine.start("php", ["-S", `127.0.0.1:${webPort}`, "-t", `${machine.folder}/web`], { env });
    const frontendUrl = `http://127.0.0.1:${webPort}`;

    let session: string | null = null;
    const call = async <T>(method: string, params: unknown): Promise<T> => {
      const reply = await fetch(`${frontendUrl}/api_jsonrpc.php`, {
        method: "POST",
        headers: { "content-type": "application/json-rpc" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params, ...(session !== null && { auth: session }) }),
      });
      const text = await reply.text();
      if (!text.startsWith("{")) throw new Error(`${method}: ${text.slice(0, 500)}`);
      const { result, error } = JSON.parse(text) as { result: T; error?: unknown };
      if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
      return result;
    };
    const request = (message: Record<string, unknown>) => ask(port, message);
    let apiError: unknown;
    session = await until("the API of Zabbix", () =>
      call<string>("user.login", { username: "Admin", password: "zabbix" }).catch((error: unknown) => {
        apiError = error;
        return null;
      }),
    ).catch(() => {
      throw new Error(`the API of Zabbix does not answer: ${String(apiError)}\n${frontend.output()}`);
    });
    await until("the Zabbix server", () => request({ request: "queue.get" }).catch(() => null)).catch(() => {
      throw new Error(`the Zabbix server does not answer:\n${server.output()}`);
    });
    const send = async (host: string, key: string, value: string) => {
      // The server loads new items with a delay.
      await until(`Zabbix takes a value of ${key}`, async () => {
        const { info = "" } = await request({ request: "sender data", data: [{ host, key, value }] });
        return info.includes("processed: 1");
      });
    };
    const explain = async () => {
      const alerts = await call<unknown[]>("alert.get", { output: ["status", "retries", "error", "parameters"] });
      return `${JSON.stringify(alerts, null, 1).slice(-4000)}\n${server.output().slice(-4000)}`;
    };
    return { session, call, send, request, explain, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Zabbix takes ports up to 32767 only. */
async function freePortOfZabbix(): Promise<number> {
  for (let port = 21_051; ; port++) {
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = net.createServer();
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

async function createDatabase(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query("create database zabbix");
  await admin.end();
  const client = new pg.Client({ connectionString: url.replace(/postgres$/, "zabbix") });
  await client.connect();
  for (const file of ["schema", "images", "data"]) {
    await client.query(gunzipSync(readFileSync(`/usr/share/zabbix-server-pgsql/${file}.sql.gz`)).toString());
  }
  await client.end();
}

const serverConfig = (machine: Machine, database: URL, port: number): string => `
ListenIP=127.0.0.1
ListenPort=${port}
LogType=console
PidFile=${machine.folder}/server.pid
SocketDir=${machine.directory("sockets")}
DBHost=${database.hostname}
DBPort=${database.port}
DBName=zabbix
DBUser=postgres
CacheUpdateFrequency=1
AllowUnsupportedDBVersions=1
StartPollers=1
StartPollersUnreachable=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
`;

const frontendConfig = (database: URL, port: number): string => `<?php
$DB['TYPE'] = 'POSTGRESQL';
$DB['SERVER'] = '${database.hostname}';
$DB['PORT'] = '${database.port}';
$DB['DATABASE'] = 'zabbix';
$DB['USER'] = 'postgres';
$DB['PASSWORD'] = '';
$DB['SCHEMA'] = '';
$DB['ENCRYPTION'] = false;
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1';
$ZBX_SERVER_PORT = '${port}';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
`;

/** One message of Zabbix' protocol, and the answer. https://www.zabbix.com/documentation/6.0/en/manual/appendix/protocols/header_datalen */
function ask(port: number, message: Record<string, unknown>): Promise<{ response: string; info?: string }> {
  return new Promise((resolve, reject) => {
    const data = Buffer.from(JSON.stringify(message));
    const header = Buffer.from([...Buffer.from("ZBXD"), 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.writeUInt32LE(data.length, 5);
    const chunks: Buffer[] = [];
    const socket = net.connect(port, "127.0.0.1", () => socket.write(Buffer.concat([header, data])));
    socket.setTimeout(30_000, () => socket.destroy(new Error("the Zabbix server does not answer")));
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("error", reject);
    socket.on("close", () => {
      try {
        resolve(JSON.parse(Buffer.concat(chunks).subarray(13).toString()) as { response: string });
      } catch (error) {
        reject(error);
      }
    });
  });
}
