import { expect, it } from "vitest";
import { sharesOf } from "../../../scripts/bench/samples.ts";

const stack = (...functions: string[]) => functions.map((name, index) => `\t   ${index}f ${name}`).join("\n");

it("counts a stack for the innermost activity, and all that a collection or a commit calls for it", () => {
  const shares = sharesOf(
    [
      stack("__memmove", "workerd::api::SqlStorage::exec", "Builtins_CallFunction", "workerd::IoContext::run"),
      stack("pwrite", "sqlite3_step", "workerd::ActorSqlite::commitImpl", "kj::Event::fire"),
      stack("Builtins_RunMicrotasks", "workerd::IoContext::run"),
      stack("v8::internal::Heap::CollectGarbage", "Builtins_Add", "workerd::IoContext::run"),
      stack("read_int"),
      "\tffffffff81e0 [unknown]\n\t7f00 hyper::client::write\n\t7f01 [unknown]",
    ].join("\n\n"),
  );
  expect(Object.fromEntries([...shares].filter(([, share]) => share > 0))).toEqual({
    "SQLite statements of objects": 1 / 6,
    "commits of objects, with fsync": 1 / 6,
    JavaScript: 1 / 6,
    "garbage collection": 1 / 6,
    HTTP: 1 / 6,
    other: 1 / 6,
  });
});
