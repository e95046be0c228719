/**
 * Expand and contract, checked: what of a migration would break a version that still runs while it is applied, or hold up a table
 * for as long as the table is large. Everything that is not known to be harmless counts as harm.
 */
import { type AlterTableCmd, type ColumnDef, type Constraint, loadModule, type Node, parseSync } from "libpg-query";

/** `breaks`: an older version may fail on it. `locks`: others wait while Postgres reads or writes the whole table. */
type Harm = "breaks" | "locks";

/** A statement that must not run as it stands. */
export interface UnsafeStatement {
  migration: string;
  /** From 1. */
  line: number;
  harm: Harm | "fails";
  /** What it does, and what to do instead. */
  why: string;
}

/** What a comment right before a statement says of it, by the harm that it answers for. */
const MARKS: Record<Harm, RegExp> = {
  breaks: /^\s*-- contract: \d+\.\d+\.\d+\s*$/m,
  locks: /^\s*-- locks: \S.*$/m,
};

const MARK_OF: Record<Harm, string> = {
  breaks: "Once no version that runs uses it any more, put `-- contract: <the first version that does not>` before it.",
  locks: "Where that is short however much there is, put `-- locks: <why>` before it.",
};

interface Finding {
  harm: Harm | "fails";
  why: string;
}

/** What is known where a statement stands. */
interface Known {
  /** Tables and types that this migration itself makes: nobody uses them yet. */
  own: Set<string>;
  /** Indexes and constraints of any migration that nothing can rely on for its writes: checks, foreign keys, plain indexes. */
  loose: Set<string>;
}

/**
 * Finds what is unsafe in migrations, in their order. The first one makes an empty database and may do anything.
 * @throws SqlError where Postgres could not parse one
 */
export async function unsafeStatements(
  migrations: readonly { name: string; sql: string }[],
): Promise<UnsafeStatement[]> {
  await loadModule();
  const loose = new Set<string>();
  return migrations.flatMap(({ name, sql }, index) => {
    const known: Known = { own: new Set(), loose };
    const found = statementsOf(sql).flatMap(({ node, before, line }) => {
      const findings = judge(node, known).filter(({ harm }) => harm === "fails" || !MARKS[harm].test(before));
      learn(node, known);
      return findings.map(({ harm, why }) => ({
        migration: name,
        line,
        harm,
        why: harm === "fails" ? why : `${why} ${MARK_OF[harm]}`,
      }));
    });
    return index === 0 ? [] : found;
  });
}

interface Statement {
  node: Node;
  /** What stands between it and the one before: its comments. */
  before: string;
  line: number;
}

function statementsOf(sql: string): Statement[] {
  if (sql.trim() === "") return [];
  // Postgres counts bytes.
  const bytes = Buffer.from(sql);
  let end = 0;
  return (parseSync(sql).stmts ?? []).flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    const before = bytes.toString("utf8", end, start);
    end = length ? start + length : bytes.length;
    return stmt ? [{ node: stmt, before, line: bytes.toString("utf8", 0, start).split("\n").length }] : [];
  });
}

/** Remembers what a statement makes. */
function learn(node: Node, { own, loose }: Known): void {
  if ("CreateStmt" in node) {
    own.add(node.CreateStmt.relation?.relname ?? "");
    for (const element of node.CreateStmt.tableElts ?? [])
      if ("Constraint" in element) learnConstraint(element.Constraint, loose);
  }
  if ("CreateEnumStmt" in node) own.add(lastName(node.CreateEnumStmt.typeName));
  if ("IndexStmt" in node && !node.IndexStmt.unique) loose.add(node.IndexStmt.idxname ?? "");
  if ("AlterTableStmt" in node) {
    for (const { def } of commandsOf(node.AlterTableStmt.cmds))
      if (def && "Constraint" in def) learnConstraint(def.Constraint, loose);
  }
}

function learnConstraint({ contype, conname = "" }: Constraint, loose: Set<string>): void {
  if (contype === "CONSTR_CHECK" || contype === "CONSTR_FOREIGN") loose.add(conname);
}

/** Statements that add a thing of their own, or fill what is there a row at a time. */
const HARMLESS = new Set([
  "CreateStmt",
  "CreateEnumStmt",
  "CreateExtensionStmt",
  "CreateSchemaStmt",
  "CreateSeqStmt",
  "CommentStmt",
  "InsertStmt",
  "SelectStmt",
]);

function judge(node: Node, known: Known): Finding[] {
  if ("AlterTableStmt" in node) {
    const table = node.AlterTableStmt.relation?.relname ?? "";
    if (known.own.has(table)) return [];
    return commandsOf(node.AlterTableStmt.cmds).flatMap((command) => judgeCommand(table, command, known));
  }
  if ("IndexStmt" in node) return judgeIndex(node.IndexStmt, known);
  if ("DropStmt" in node) return judgeDrop(node.DropStmt, known);
  if ("RenameStmt" in node) return judgeRename(node.RenameStmt, known);
  if ("AlterEnumStmt" in node) {
    const { oldVal, typeName } = node.AlterEnumStmt;
    return oldVal === undefined ? [] : [breaks(`renames the value ${oldVal} of ${lastName(typeName)}.`)];
  }
  const changed = "UpdateStmt" in node ? node.UpdateStmt : "DeleteStmt" in node ? node.DeleteStmt : undefined;
  if (changed) return judgeRows(changed.relation?.relname ?? "", known);
  const [kind = ""] = Object.keys(node);
  return HARMLESS.has(kind) ? [] : [breaks(`is a ${kind}, which is not known to be harmless.`)];
}

const breaks = (why: string): Finding => ({ harm: "breaks", why });
const locks = (why: string): Finding => ({ harm: "locks", why });

function judgeCommand(table: string, command: AlterTableCmd, { loose }: Known): Finding[] {
  const { subtype, name = "", def } = command;
  const column = `${table}.${name}`;
  switch (subtype) {
    case "AT_AddColumn":
      return def && "ColumnDef" in def ? judgeColumn(table, def.ColumnDef) : [];
    case "AT_AddConstraint":
      return def && "Constraint" in def ? judgeConstraint(table, def.Constraint) : [];
    case "AT_DropColumn":
      return [breaks(`drops ${column}.`)];
    case "AT_AlterColumnType":
      return [breaks(`changes the type of ${column}. Add a column of the new type instead.`)];
    case "AT_SetNotNull":
      return [breaks(`makes ${column} NOT NULL, where an older version may write null.`)];
    case "AT_ColumnDefault":
      return def ? [] : [breaks(`takes the default of ${column}, without which an older version's insert may fail.`)];
    case "AT_DropConstraint":
      return loose.has(name) ? [] : [breaks(`drops ${name}, which an older version's ON CONFLICT may need.`)];
    case "AT_DropNotNull":
    case "AT_ValidateConstraint":
    case "AT_SetStatistics":
    case "AT_SetRelOptions":
    case "AT_ResetRelOptions":
      return [];
    default:
      return [breaks(`does ${subtype} to ${table}, which is not known to be harmless.`)];
  }
}

/** Functions whose value is one for the whole statement: Postgres fills a new column with it without writing any row. */
const STABLE = new Set(["now", "transaction_timestamp", "statement_timestamp", "pg_current_xact_id"]);

function judgeColumn(table: string, { colname, typeName, constraints = [] }: ColumnDef): Finding[] {
  const column = `${table}.${colname}`;
  const rules = constraints.flatMap((node) => ("Constraint" in node ? [node.Constraint] : []));
  const has = (...kinds: (string | undefined)[]) => rules.some(({ contype }) => kinds.includes(contype));
  const isSerial = /^(?:small|big)?serial[248]?$/.test(lastName(typeName?.names));
  const defaults = rules.filter(({ contype }) => contype === "CONSTR_DEFAULT");
  const isComputed = isSerial || has("CONSTR_IDENTITY", "CONSTR_GENERATED");
  const findings: Finding[] = [];
  if (has("CONSTR_NOTNULL") && !isComputed && defaults.length === 0) {
    findings.push(breaks(`adds ${column} NOT NULL without a default: an older version inserts rows without it.`));
  }
  if (
    isComputed ||
    defaults.some(({ raw_expr: expression }) => callsOf(expression).some((name) => !STABLE.has(name)))
  ) {
    findings.push(locks(`adds ${column} with a value for each row, which writes the table anew.`));
  }
  if (has("CONSTR_UNIQUE", "CONSTR_PRIMARY")) {
    findings.push(breaks(`adds ${column} as unique, where an older version writes the same default twice.`));
  }
  if (has("CONSTR_CHECK", "CONSTR_FOREIGN")) {
    findings.push(
      locks(`adds ${column} with a constraint. Add that by itself, NOT VALID, and validate it in a later migration.`),
    );
  }
  return findings;
}

function judgeConstraint(table: string, { contype, conname, skip_validation: isNotValid }: Constraint): Finding[] {
  if (contype !== "CONSTR_CHECK" && contype !== "CONSTR_FOREIGN") {
    return [breaks(`adds ${conname} to ${table}, which an older version's writes may violate.`)];
  }
  if (isNotValid) return [];
  return [locks(`adds ${conname} to ${table}. Add it NOT VALID, and VALIDATE it in a later migration.`)];
}

function judgeIndex(
  {
    relation,
    idxname,
    unique,
    concurrent,
    if_not_exists: mayExist,
  }: Extract<Node, { IndexStmt: unknown }>["IndexStmt"],
  { own }: Known,
): Finding[] {
  const table = relation?.relname ?? "";
  if (concurrent)
    return [{ harm: "fails", why: `builds ${idxname} CONCURRENTLY, which cannot be in a migration's transaction.` }];
  if (own.has(table)) return [];
  if (unique) return [breaks(`makes ${idxname} unique on ${table}, which an older version's writes may violate.`)];
  if (mayExist) return [];
  return [
    locks(`builds ${idxname} on ${table}. Write CREATE INDEX IF NOT EXISTS: then it may be built CONCURRENTLY before.`),
  ];
}

function judgeDrop(
  { removeType, objects = [], behavior }: Extract<Node, { DropStmt: unknown }>["DropStmt"],
  { own, loose }: Known,
): Finding[] {
  const names = objects.map(nameOf);
  if (removeType === "OBJECT_INDEX") {
    const needed = names.filter((name) => !loose.has(name));
    return needed.map((name) => breaks(`drops ${name}, which an older version's ON CONFLICT may need.`));
  }
  const foreign = behavior === "DROP_CASCADE" ? names : names.filter((name) => !own.has(name));
  return foreign.map((name) => breaks(`drops ${name}.`));
}

function judgeRename(
  { renameType, relation, subname, newname }: Extract<Node, { RenameStmt: unknown }>["RenameStmt"],
  { own }: Known,
): Finding[] {
  const table = relation?.relname ?? "";
  if (renameType === "OBJECT_INDEX" || own.has(table)) return [];
  return [breaks(`renames ${[table, subname].filter(Boolean).join(".")} to ${newname}.`)];
}

const judgeRows = (table: string, { own }: Known): Finding[] =>
  own.has(table) ? [] : [locks(`changes rows of ${table}, and holds them until the whole migration is done.`)];

const commandsOf = (nodes: readonly Node[] = []): AlterTableCmd[] =>
  nodes.flatMap((node) => ("AlterTableCmd" in node ? [node.AlterTableCmd] : []));

/** The name itself of one that may have its schema before it. */
function lastName(parts: readonly Node[] = []): string {
  const last = parts.at(-1);
  return last && "String" in last ? (last.String.sval ?? "") : "";
}

function nameOf(object: Node): string {
  if ("List" in object) return lastName(object.List.items);
  if ("TypeName" in object) return lastName(object.TypeName.names);
  return lastName([object]);
}

/** The functions that an expression calls, however deep. */
function callsOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(callsOf);
  if (!("FuncCall" in value)) return inner;
  return [lastName((value.FuncCall as { funcname?: Node[] }).funcname), ...inner];
}
